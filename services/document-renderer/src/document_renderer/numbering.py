"""Numbers of documents: derived from the order and the place of the part in its history, never counted.

The rules are those of ``docs/reference/snapshot.md``. The lists a place is taken from are append-only, so a
number, once derived, is derived again from any later snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from document_renderer.money import ZERO
from document_renderer.rules import Kind
from document_renderer.snapshot import Snapshot, Transaction

Prefixes = Mapping[Kind, str]

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """An invoice the history calls for: ``edits`` followed the first payment before it was paid ``at``."""

    edits: int
    at: datetime


def number_base(order_name: str, order_number: str) -> str:
    """Return the part of the order's name that its documents' numbers carry: ``1001`` of ``#1001``."""
    base = _UNSAFE.sub("-", order_name.removeprefix("#")).strip("-.")
    return base[:40] or order_number


def numbered(prefix: str, base: str, suffix: str | int | None = None) -> str:
    """Return ``INV-1001`` or ``INV-1001-2``."""
    return f"{prefix}-{base}" if suffix is None else f"{prefix}-{base}-{suffix}"


def revision(count: int) -> int | None:
    """Return the suffix after ``count`` changes: none for the first issue, 2 after one change."""
    return count + 1 if count else None


def payments_of(snapshot: Snapshot) -> tuple[Transaction, ...]:
    """Return the transactions in which money came in."""
    return tuple(t for t in snapshot.transactions if t.kind in ("SALE", "CAPTURE") and t.status == "SUCCESS")


def edits_since_payment(snapshot: Snapshot, until: datetime | None = None) -> int:
    """Return how many edits followed the first payment, up to and including ``until``."""
    payments = payments_of(snapshot)
    if not payments:
        return 0
    first = payments[0].at
    return sum(1 for edit in snapshot.edits if first < edit.at and (until is None or edit.at <= until))


def invoice_history(snapshot: Snapshot) -> Sequence[IssuedInvoice]:
    """Return the invoices the payments so far have called for, one for each time the order became fully paid.

    What the order cost between two edits is not known; a payment then is taken to have paid it.
    """
    history: list[IssuedInvoice] = []
    received = ZERO
    for payment in payments_of(snapshot):
        received += payment.amount
        edits = edits_since_payment(snapshot, payment.at)
        known = not history or history[-1].edits != edits
        if known and received >= _cost_at(snapshot, payment.at, otherwise=received):
            history.append(IssuedInvoice(edits, payment.at))
    return history


def _cost_at(snapshot: Snapshot, at: datetime, *, otherwise: Decimal) -> Decimal:
    made = sum(1 for edit in snapshot.edits if edit.at <= at)
    if made == 0:
        return snapshot.order.totals.original_total
    return snapshot.order.totals.total if made == len(snapshot.edits) else otherwise
