"""The assessments of an order's risk."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_shopify.snapshots.reading import Reading
from muniment_shopify.snapshots.snapshot import Node


async def read_risk(reading: Reading, gid: str) -> Node | None:
    """Return the order's risk, ``None`` when the order is not known."""
    return await reading.object("order_risk", gid, root="order")


def moments_of_risk(node: Node) -> Iterable[str | None]:
    """Yield the order's time of change: assessments have none."""
    yield node["updatedAt"]
