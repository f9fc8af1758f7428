"""Payment record: one successful movement of money."""

from __future__ import annotations

from document_renderer.documents.content import Content, Sum
from document_renderer.documents.letter import Body, Letter, order_facts, parties
from document_renderer.documents.payments import card


def payment_record(letter: Letter) -> Content:
    """Return the record of the transaction that was selected, and how the order's account stands after it."""
    payment = letter.snapshot.transactions[letter.selected.place or 0]
    order, money, say = letter.order, letter.money, letter.say
    paid_out = payment.kind == "REFUND"
    totals = order.totals
    return letter.write(
        Body(
            heading=say("kind.payment-record"),
            at=payment.at,
            facts=order_facts(letter),
            parties=parties(letter, first="buyer")[:1],
            lead=[say("lead.payment-out" if paid_out else "lead.payment-in", order=order.name)],
            details=[
                *letter.fact("movement", say(f"movement.{payment.kind}")),
                *letter.fact("method", payment.gateway),
                *letter.fact("card", card(letter, payment)),
                *letter.fact("reference", payment.payment_id),
                *letter.fact("transaction", payment.id.rpartition("/")[2]),
            ],
            sums=[
                Sum(say("total.amount", currency=order.currency), money(payment.amount), "strong"),
                Sum(say("total.total", currency=order.currency), money(totals.total), "quiet"),
                Sum(say("total.received"), money(totals.received), "quiet"),
                *([Sum(say("total.refunded"), money(totals.refunded), "quiet")] if totals.refunded else []),
                Sum(say("total.outstanding"), money(totals.outstanding), "quiet"),
            ],
            notes=[say("note.as-of", date=letter.formats.date(order.updated_at))],
        )
    )
