"""Payments as documents show them."""

from __future__ import annotations

from collections.abc import Sequence

from document_renderer.documents.content import Column, Sum, Table
from document_renderer.documents.letter import Letter
from document_renderer.snapshot import Transaction


def payment_tables(letter: Letter, payments: Sequence[Transaction]) -> list[Table]:
    """Return the table of ``payments``, or none if there are none."""
    if not payments:
        return []
    columns = [
        Column(letter.say("column.date")),
        Column(letter.say("column.method"), wide=True),
        Column(letter.say("column.amount"), "end"),
    ]
    rows = [
        [letter.formats.short_date(payment.at), payment_method(letter, payment), letter.money(payment.amount)]
        for payment in payments
    ]
    return [Table(letter.say("table.payments"), columns, rows)]


def payment_method(letter: Letter, payment: Transaction) -> str:
    """Return the way of payment, with the card if there was one."""
    parts = [payment.gateway or letter.say(f"movement.{payment.kind}"), card(letter, payment)]
    return " · ".join(part for part in parts if part)


def card(letter: Letter, payment: Transaction) -> str | None:
    """Return the card's company and the digits Shopify shows of it."""
    if not payment.card_company:
        return None
    number = payment.account_number or ""
    return letter.say("card.number", company=payment.card_company, number=number).strip()


def settlement_sums(letter: Letter) -> list[Sum]:
    """Return what was paid and refunded and what is still to pay."""
    totals, money, say = letter.order.totals, letter.money, letter.say
    sums = [Sum(say("total.paid"), money(totals.received))]
    if totals.refunded:
        sums.append(Sum(say("total.refunded"), money(-totals.refunded)))
    if totals.outstanding:
        sums.append(Sum(say("total.outstanding"), money(totals.outstanding), "strong"))
    return sums
