"""Companies with all their contacts and locations."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_shopify.snapshots.reading import Reading
from muniment_shopify.snapshots.snapshot import Node, nodes


async def read_company(reading: Reading, gid: str) -> Node | None:
    """Return the company, ``None`` when it is not known."""
    found = await reading.object("company_detail", gid, root="company")
    if found is None:
        return None
    found = await reading.all_pages(found, "contacts", by="company_contacts_page", root="company")
    return await reading.all_pages(found, "locations", by="company_locations_page", root="company")


def moments_of_company(node: Node) -> Iterable[str | None]:
    """Yield the times of change of the company, its contacts and locations."""
    yield node["updatedAt"]
    yield from (contact["updatedAt"] for contact in nodes(node, "contacts"))
    yield from (location["updatedAt"] for location in nodes(node, "locations"))
