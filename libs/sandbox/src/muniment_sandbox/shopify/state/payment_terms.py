"""Buying on account: terms are agreed, fall due, are paid or given up."""

from __future__ import annotations

from datetime import timedelta

from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.transactions import PaymentSchedule, PaymentTerms


def agree(books: Ledger, order: Order, days: int) -> PaymentTerms:
    """Agree on ``days`` to pay; ``payment_terms/create`` now, ``payment_schedules/due`` at the end."""
    total = order.totals.total_price_set.presentment_money
    terms = PaymentTerms(
        number=books.numbers.next("PaymentTerms"),
        payment_terms_name=f"Net {days}",
        payment_terms_type="NET",
        due_in_days=days,
        schedules=[],
        order_number=order.number,
    )
    schedule = PaymentSchedule(
        number=books.numbers.next("PaymentSchedule"),
        issued_at=order.created_at,
        due_at=order.created_at + timedelta(days=days),
        total_balance=total,
        balance_due=total,
        terms_number=terms.number,
    )
    terms.schedules.append(books.register(schedule))
    books.announce(books.register(terms), "payment_terms/create")
    books.agenda.add(schedule.due_at, _fall_due, books, terms, schedule)
    return terms


def cancel_terms(books: Ledger, order: Order) -> None:
    """Give the terms of a cancelled order up, if nothing is due any more; ``payment_terms/delete``."""
    terms = order.payment_terms
    if terms is None or terms.schedules[0].completed_at:
        return
    order.payment_terms = None
    books.forget(terms)
    books.announce(terms, "payment_terms/delete")


def _fall_due(books: Ledger, terms: PaymentTerms, schedule: PaymentSchedule) -> None:
    order = books.orders.get(terms.order_number or 0)
    if order is None or order.payment_terms is not terms or schedule.completed_at:
        return
    with books.action():
        terms.due = terms.overdue = True
        books.announce(schedule, "payment_schedules/due")
        books.announce(terms, "payment_terms/update")
        books.changed(order)
