"""Which documents an order of the shop must have in the ECM: read off the order alone, by rules of its own.

Deliberately not the renderer's code: the two agree because both follow the same rules of issuing, or one is
wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

Node: TypeAlias = Mapping[str, Any]

PAID = frozenset({"PAID", "PARTIALLY_REFUNDED", "REFUNDED"})
MOVES_MONEY = frozenset({"SALE", "CAPTURE", "REFUND"})


@dataclass(frozen=True, slots=True, order=True)
class DocumentKey:
    """Names one document: no order may have two of the same key."""

    kind: str
    number: str


def expected_documents(snapshot: Node) -> frozenset[DocumentKey]:
    """Return the issued documents that ``snapshot`` (an order snapshot, parsed) calls for; source events
    aside.
    """
    return frozenset(_expected(snapshot))


def _expected(snapshot: Node) -> Iterator[DocumentKey]:
    order = snapshot["order"]
    base = str(order["name"]).lstrip("#")
    yield DocumentKey("order-confirmation", f"OC-{base}")
    for position, _ in enumerate(snapshot["edits"], start=2):
        yield DocumentKey("order-confirmation", f"OC-{base}-{position}")
    if order["cancelledAt"]:
        yield DocumentKey("order-confirmation", f"OC-{base}-C")
    yield from _invoices(base, order, snapshot)
    for position, refund in enumerate(snapshot["refunds"], start=1):
        if Decimal(refund["totalRefundedSet"]["presentmentMoney"]["amount"]) != 0:
            yield DocumentKey("credit-note", f"CN-{base}-{position}")
    for position, transaction in enumerate(snapshot["transactions"], start=1):
        if transaction["status"] == "SUCCESS" and transaction["kind"] in MOVES_MONEY:
            yield DocumentKey("payment-record", f"PAY-{base}-{position}")
    for position, _ in enumerate(snapshot["fulfillments"], start=1):
        yield DocumentKey("shipping-confirmation", f"SHIP-{base}-{position}")


def _invoices(base: str, order: Node, snapshot: Node) -> Iterator[DocumentKey]:
    """Yield the invoice of each full payment: the first, and one for every run of edits that was paid for
    after it.
    """
    payments = _payments(snapshot)
    later = [
        edit["happenedAt"] for edit in snapshot["edits"] if payments and edit["happenedAt"] > payments[0][0]
    ]
    if order["displayFinancialStatus"] not in PAID and not _was_paid_before(order, payments, later):
        return
    yield DocumentKey("invoice", f"INV-{base}")
    times = [at for at, _ in payments]
    for position, edited_at in enumerate(later, start=1):
        if _paid_between(times, edited_at, later[position : position + 1]):
            yield DocumentKey("invoice", f"INV-{base}-{position + 1}")


def _payments(snapshot: Node) -> list[tuple[str, Decimal]]:
    """Return when money came in, and how much, oldest first."""
    return sorted(
        (t["processedAt"] or t["createdAt"], Decimal(t["amountSet"]["presentmentMoney"]["amount"]))
        for t in snapshot["transactions"]
        if t["status"] == "SUCCESS" and t["kind"] in {"SALE", "CAPTURE"}
    )


def _was_paid_before(order: Node, payments: Sequence[tuple[str, Decimal]], later: Sequence[str]) -> bool:
    """Say whether the order was paid in full before an edit made it cost more."""
    if not later:
        return False
    cost = Decimal(order["originalTotalPriceSet"]["presentmentMoney"]["amount"])
    return sum((amount for at, amount in payments if at < later[0]), Decimal()) >= cost


def _paid_between(payments: Sequence[str], after: str, before: Sequence[str]) -> bool:
    """Say whether money came in after an edit; times are whole seconds, so one of the same second counts."""
    return any(paid >= after and (not before or paid < before[0]) for paid in payments)
