"""Invoice: what is charged, by which taxes, and how it was paid."""

from __future__ import annotations

from datetime import datetime

from document_renderer.documents.content import Content
from document_renderer.documents.letter import Body, Letter, order_facts, parties
from document_renderer.documents.order_lines import line_table, order_sums, price_notes, tax_tables
from document_renderer.documents.payments import payment_tables, settlement_sums
from document_renderer.figures import order_figures
from document_renderer.numbering import payments_of


def invoice(letter: Letter) -> Content:
    """Return the invoice. Its date is that of the full payment, or else of the order.

    Raises FiguresDoNotAddUp.
    """
    figures, order = order_figures(letter.snapshot), letter.order
    corrected = letter.selected.is_corrected
    payments = payments_of(letter.snapshot)
    paid = bool(payments) and not order.totals.outstanding
    return letter.write(
        Body(
            heading=letter.say("kind.invoice.corrected" if corrected else "kind.invoice"),
            at=letter.occurred_at if letter.change == "order.paid" else order.created_at,
            facts=[
                *order_facts(letter),
                *letter.fact("supplied-on", _supplied_on(letter)),
                *letter.fact("payment-terms", order.payment_terms),
            ],
            parties=parties(letter),
            lead=[_lead(letter, corrected)],
            lines=line_table(letter, figures) if figures.lines else None,
            sums=[*order_sums(letter, figures), *settlement_sums(letter)],
            tables=[*tax_tables(letter, figures.tax_rows), *payment_tables(letter, payments)],
            notes=[*price_notes(letter, figures), *([letter.say("note.paid-in-full")] if paid else [])],
        )
    )


def _supplied_on(letter: Letter) -> str | None:
    shipped: list[datetime] = [f.created_at for f in letter.snapshot.fulfillments if f.status == "SUCCESS"]
    return letter.formats.date(shipped[-1]) if shipped else None


def _lead(letter: Letter, corrected: bool) -> str:
    if not corrected:
        return letter.say("lead.invoice", order=letter.order.name)
    refers_to = letter.selected.refers_to
    return (
        letter.say("lead.corrected", refers_to=refers_to) if refers_to else letter.say("lead.corrected-first")
    )
