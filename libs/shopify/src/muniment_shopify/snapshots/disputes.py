"""Disputes over payments by Shopify Payments, with the evidence gathered so far."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_shopify.snapshots.reading import Reading
from muniment_shopify.snapshots.snapshot import Node


async def read_dispute(reading: Reading, gid: str) -> Node | None:
    """Return the dispute, ``None`` when it is not known."""
    return await reading.object("dispute_detail", gid, root="dispute")


def moments_of_dispute(node: Node) -> Iterable[str | None]:
    """Yield every time a dispute shows. It has none of its own change: its order's stands in."""
    yield from (node["initiatedAt"], node["evidenceSentOn"], node["finalizedOn"])
    yield (node.get("order") or {}).get("updatedAt")
