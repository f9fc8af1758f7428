"""What we leave on an order for people in the shop to see: tags, a line in the note, that it is archived.

Tags are sets and a line is added once, so a lost answer is sent again. Metafields are in ``metafields``.
"""

from __future__ import annotations

from collections.abc import Collection

from muniment_shopify.asking import Node, ask, change
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ObjectGone


async def add_tags(client: AdminClient, owner: str, tags: Collection[str]) -> None:
    """Tag an order, draft order, customer or product. Raises ``ChangeRefused``."""
    await change(client, "tags_add", {"id": owner, "tags": sorted(tags)}, repeatable=True)


async def remove_tags(client: AdminClient, owner: str, tags: Collection[str]) -> None:
    """Take these tags away, where they are. Raises ``ChangeRefused``."""
    await change(client, "tags_remove", {"id": owner, "tags": sorted(tags)}, repeatable=True)


async def note_on_order(client: AdminClient, order: str, line: str) -> str:
    """Add a line to the order's note, once, and return the whole.

    Shopify sets notes only whole: what a person writes between our reading and writing is lost. So prefer
    tags and metafields for what a person must not miss.
    """
    note = (await _order(client, order))["note"] or ""
    if line in note.splitlines():
        return note
    whole = f"{note}\n{line}".strip()
    await change(client, "order_note_update", {"input": {"id": order, "note": whole}}, repeatable=True)
    return whole


async def close_order(client: AdminClient, order: str) -> bool:
    """Archive the order in the shop; return whether it was open until now."""
    if (await _order(client, order))["closed"]:
        return False
    await change(client, "order_close", {"input": {"id": order}}, repeatable=True)
    return True


async def _order(client: AdminClient, order: str) -> Node:
    node: Node | None = (await ask(client, "order_note", id=order))["order"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the order that is to be marked.")
    return node
