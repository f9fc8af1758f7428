"""The fulfilment orders of one order, with the holds on them."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_shopify.snapshots.reading import Reading
from muniment_shopify.snapshots.snapshot import Node, nodes


async def read_fulfillment_orders(reading: Reading, gid: str) -> Node | None:
    """Return the order's fulfilment orders, ``None`` when the order is not known."""
    found = await reading.object("order_fulfillment_orders", gid, root="order")
    if found is None:
        return None
    return await reading.all_pages(found, "fulfillmentOrders", by="order_fulfillment_orders", root="order")


def moments_of_fulfillment_orders(node: Node) -> Iterable[str | None]:
    """Yield the times of change of the order and of each fulfilment order."""
    yield node["updatedAt"]
    yield from (each["updatedAt"] for each in nodes(node, "fulfillmentOrders"))
