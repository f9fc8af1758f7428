"""Which documents an order of the shop must have in the ECM: read off the order alone, by rules of its own.

Deliberately not the renderer's code: the two agree because both follow the same rules of issuing, or one is
wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

PAID = frozenset({"PAID", "PARTIALLY_REFUNDED", "REFUNDED"})
MOVES_MONEY = frozenset({"SALE", "CAPTURE", "REFUND"})


@dataclass(frozen=True, slots=True, order=True)
class DocumentKey:
    """Names one document: no order may have two of the same key."""

    kind: str
    number: str


def expected_documents(snapshot: Mapping[str, Any]) -> frozenset[DocumentKey]:
    """Return the issued documents that ``snapshot`` (an order snapshot, parsed) calls for; source events
    aside.
    """
    return frozenset(_expected(snapshot))


def _expected(snapshot: Mapping[str, Any]) -> Iterator[DocumentKey]:
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


def _invoices(base: str, order: Mapping[str, Any], snapshot: Mapping[str, Any]) -> Iterator[DocumentKey]:
    """Yield the invoice of each full payment: the first, and one for every run of edits that was paid for
    after it.
    """
    if order["displayFinancialStatus"] not in PAID:
        return
    yield DocumentKey("invoice", f"INV-{base}")
    payments = sorted(
        t["processedAt"] or t["createdAt"]
        for t in snapshot["transactions"]
        if t["status"] == "SUCCESS" and t["kind"] in {"SALE", "CAPTURE"}
    )
    if not payments:
        return
    later = [edit["happenedAt"] for edit in snapshot["edits"] if edit["happenedAt"] > payments[0]]
    for position, edited_at in enumerate(later, start=1):
        if _paid_between(payments, edited_at, later[position : position + 1]):
            yield DocumentKey("invoice", f"INV-{base}-{position + 1}")


def _paid_between(payments: Sequence[str], after: str, before: Sequence[str]) -> bool:
    return any(paid > after and (not before or paid < before[0]) for paid in payments)
