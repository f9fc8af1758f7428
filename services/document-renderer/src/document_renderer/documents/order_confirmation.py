"""Order confirmation: as placed, as amended by an edit, or that the order was cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from document_renderer.documents.content import Content
from document_renderer.documents.letter import Body, Letter, order_facts, parties
from document_renderer.documents.order_lines import line_table, order_sums, price_notes, tax_tables
from document_renderer.figures import order_figures

# Reasons we may tell the buyer; Shopify's others (fraud, staff) are for the house.
_TOLD_REASONS = {"CUSTOMER": "lead.cancelled-by-customer", "INVENTORY": "lead.cancelled-inventory"}


def order_confirmation(letter: Letter) -> Content:
    """Return the confirmation that the change calls for. Raises FiguresDoNotAddUp."""
    figures, order = order_figures(letter.snapshot), letter.order
    form = {"order.edited": "amended", "order.cancelled": "cancelled"}.get(letter.change)
    status = letter.wording.say_or(f"status.{order.financial_status}", order.financial_status)
    at = {"amended": _edited_at(letter), "cancelled": order.cancelled_at or letter.occurred_at}
    return letter.write(
        Body(
            heading=letter.say(f"kind.order-confirmation.{form}" if form else "kind.order-confirmation"),
            at=at.get(form or "", order.created_at),
            facts=[
                *order_facts(letter),
                *letter.fact("payment-terms", order.payment_terms),
                *letter.fact("payment-status", status),
                *letter.fact("discount-codes", ", ".join(order.discount_codes)),
            ],
            parties=parties(letter),
            lead=_lead(letter, form),
            lines=line_table(letter, figures) if figures.lines else None,
            sums=order_sums(letter, figures),
            tables=tax_tables(letter, figures.tax_rows),
            notes=[
                *([] if figures.lines else [letter.say("line.no-lines")]),
                *price_notes(letter, figures),
            ],
        )
    )


def _edited_at(letter: Letter) -> datetime:
    place = letter.selected.place
    return letter.snapshot.edits[place].at if place is not None else letter.occurred_at


def _lead(letter: Letter, form: str | None) -> Sequence[str]:
    refers_to = letter.selected.refers_to or ""
    if form == "amended":
        return [letter.say("lead.amended", refers_to=refers_to)]
    if form == "cancelled":
        order = letter.order
        date = letter.formats.date(order.cancelled_at or letter.occurred_at)
        reason = _TOLD_REASONS.get(order.cancel_reason or "")
        cancelled = letter.say("lead.cancelled", order=order.name, date=date, refers_to=refers_to)
        told = [letter.say(reason)] if reason else []
        return [" ".join([cancelled, *told, letter.say("lead.cancelled-held")])]
    return [letter.say("lead.confirmation")]
