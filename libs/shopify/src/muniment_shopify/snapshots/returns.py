"""Returns, with what came of their parcels."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_shopify.snapshots.reading import Moved, Reading
from muniment_shopify.snapshots.snapshot import Node, nodes


async def read_return(reading: Reading, gid: str) -> Node | None:
    """Return the return with all its lines and reverse fulfilment orders, ``None`` when it is not known."""
    found = await reading.object("return_detail", gid, root="return")
    if found is None:
        return None
    found = await reading.all_pages(found, "returnLineItems", by="return_lines_page", root="return")
    found = await reading.all_pages(
        found, "reverseFulfillmentOrders", by="return_reverse_orders_page", root="return"
    )
    parcels = [await _parcel(reading, each["id"]) for each in nodes(found, "reverseFulfillmentOrders")]
    return {**found, "reverseFulfillmentOrders": {"nodes": parcels}}


def moments_of_return(node: Node) -> Iterable[str | None]:
    """Yield every time a return shows. It has none of its own change: its order's stands in."""
    yield from (node["createdAt"], node["requestApprovedAt"], node["closedAt"])
    yield (node.get("order") or {}).get("updatedAt")
    yield from (refund["createdAt"] for refund in nodes(node, "refunds"))


async def _parcel(reading: Reading, gid: str) -> Node:
    root = "reverseFulfillmentOrder"
    found = await reading.object("reverse_fulfillment_order_detail", gid, root=root)
    if found is None:
        raise Moved
    return await reading.all_pages(found, "lineItems", by="reverse_fulfillment_order_lines_page", root=root)
