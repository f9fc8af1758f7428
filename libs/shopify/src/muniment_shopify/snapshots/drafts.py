"""Draft orders with all their lines."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_shopify.snapshots.reading import Reading
from muniment_shopify.snapshots.snapshot import Node


async def read_draft(reading: Reading, gid: str) -> Node | None:
    """Return the draft order, ``None`` when it is not known."""
    found = await reading.object("draft_order_detail", gid, root="draftOrder")
    if found is None:
        return None
    return await reading.all_pages(found, "lineItems", by="draft_order_lines_page", root="draftOrder")


def moments_of_draft(node: Node) -> Iterable[str | None]:
    """Yield the draft order's time of change."""
    yield node["updatedAt"]
