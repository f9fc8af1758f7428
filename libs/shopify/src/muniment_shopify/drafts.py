"""Draft orders: completed into an order when they are approved, or sent to the buyer as an invoice.

Not completing a draft is how it is held. Shopify knows no key for either: the draft is looked at first, and
after a lost answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from muniment_shopify.asking import Node, ask, change, given, made, once
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ObjectGone


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft order as it stands. ``order`` is the one that it became, once completed."""

    gid: str
    name: str
    status: str
    order: str | None
    order_name: str | None
    invoice_sent_at: datetime | None
    note: str
    tags: tuple[str, ...]

    @property
    def is_completed(self) -> bool:
        """Tell whether it has become an order."""
        return self.status == "COMPLETED" and self.order is not None


async def draft_of(client: AdminClient, draft: str) -> Draft:
    """Return the draft order as it is now. Raises ``ObjectGone``."""
    node = (await ask(client, "draft_order_state", id=draft))["draftOrder"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the draft order.")
    return _read(node)


async def complete_draft(client: AdminClient, draft: str) -> Draft:
    """Make the draft an order, to be paid by its terms; one that is completed stays so.

    Raises ``ChangeRefused``, and ``OutcomeUnknown`` when the answer was lost and no order is seen yet: each
    next try looks first.
    """

    async def look() -> Draft | None:
        seen = await draft_of(client, draft)
        return seen if seen.is_completed else None

    async def complete() -> Draft:
        payload = await change(client, "draft_order_complete", {"id": draft}, repeatable=False)
        return _read(made(client, "draft_order_complete", payload, "draftOrder"))

    return await once(look, complete)


async def send_draft_invoice(
    client: AdminClient,
    draft: str,
    asked_at: datetime,
    *,
    to: str | None = None,
    message: str | None = None,
) -> Draft:
    """Send the buyer the draft's invoice by e-mail, unless one was sent since ``asked_at``, the decision's
    time.

    ``to`` is another address than the draft's own. Raises as :func:`complete_draft` does.
    """
    email = given(to=to, customMessage=message)

    async def look() -> Draft | None:
        seen = await draft_of(client, draft)
        return seen if seen.invoice_sent_at and seen.invoice_sent_at >= asked_at else None

    async def send() -> Draft:
        variables = {"id": draft, "email": email or None}
        payload = await change(client, "draft_order_invoice_send", variables, repeatable=False)
        return _read(made(client, "draft_order_invoice_send", payload, "draftOrder"))

    return await once(look, send)


async def note_on_draft(client: AdminClient, draft: str, line: str) -> Draft:
    """Add a line to the draft's note, once. Sent again it changes nothing."""
    seen = await draft_of(client, draft)
    if line in seen.note.splitlines():
        return seen
    note = f"{seen.note}\n{line}".strip()
    variables = {"id": draft, "input": {"note": note}}
    payload = await change(client, "draft_order_update", variables, repeatable=True)
    return _read(made(client, "draft_order_update", payload, "draftOrder"))


def _read(node: Node) -> Draft:
    sent, order = node["invoiceSentAt"], node["order"] or {}
    return Draft(
        gid=node["id"],
        name=node["name"],
        status=node["status"],
        order=order.get("id"),
        order_name=order.get("name"),
        invoice_sent_at=datetime.fromisoformat(sent) if sent else None,
        note=node["note2"] or "",
        tags=tuple(node["tags"]),
    )
