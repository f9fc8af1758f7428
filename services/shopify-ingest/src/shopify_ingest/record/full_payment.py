"""When an order was fully paid, read from its history: which payment completed it, and after which edit.

The steps of an order are walked in their order with what was due at that time: it is paid at the first step
at which nothing is outstanding. What comes later cannot change that. Steps that show the same second stand in
the order of their numbers, payments before refunds.

What an order cost is in its snapshot for two times: before its first edit and after its last. Between two
edits only the hook that announced the payment tells: then the last payment before the hook is the one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from muniment_shopify.orders import OrderSnapshot, Part

_ZERO = Decimal(0)
_PAID = frozenset({"PAID", "PARTIALLY_REFUNDED", "REFUNDED"})


@dataclass(frozen=True, slots=True)
class FullPayment:
    """The order was fully paid ``at``; ``edit`` is the last edit it paid for after the first payment."""

    at: datetime
    edit: Part | None


def full_payments(order: OrderSnapshot) -> list[FullPayment]:
    """Return every time that the order was fully paid, as far as the snapshot alone can tell."""
    found, before = [], None
    for stretch in _stretches(order):
        at = _completed_at(order, stretch, before)
        if at is not None:
            found.append(FullPayment(at, stretch.edit))
        before = stretch
    return found


def full_payment_by(order: OrderSnapshot, announced_at: datetime) -> FullPayment:
    """Return the full payment that a hook triggered at ``announced_at`` tells of."""
    stretches = [each for each in _stretches(order) if each.start is None or each.start <= announced_at]
    stretch, before = stretches[-1], stretches[-2] if len(stretches) > 1 else None
    at = _completed_at(order, stretch, before)
    if at is None or at > announced_at:
        inside = [p.at for p in order.payments if stretch.holds(p.at) and p.at <= announced_at]
        at = inside[-1] if inside else _beginning(order, stretch)
    return FullPayment(at, stretch.edit)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The time between two edits after the first payment; ``cost`` is what the order cost then, if known."""

    edit: Part | None
    start: datetime | None
    end: datetime | None
    cost: Decimal | None

    def holds(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that changed what is outstanding by ``by``; ``kept`` is the money it brought."""

    at: datetime
    by: Decimal
    kept: Decimal


def _stretches(order: OrderSnapshot) -> list[_Stretch]:
    first = _first_paid(order)
    edits: list[Part | None] = [None, *(edit for edit in order.edits if edit.at > first)]
    starts = [edit.at if edit else None for edit in edits]
    made = [sum(edit.at < first for edit in order.edits)]
    made += [place + 1 for place, edit in enumerate(order.edits) if edit.at > first]
    return [
        _Stretch(edit, start, end, _cost(order, count))
        for edit, start, end, count in zip(edits, starts, [*starts[1:], None], made, strict=True)
    ]


def _first_paid(order: OrderSnapshot) -> datetime:
    """Return when the order was paid for the first time: what costs nothing is paid from the beginning."""
    is_free = _amount(order.node, "originalTotalPriceSet") == _ZERO
    return order.payments[0].at if order.payments and not is_free else order.created_at


def _cost(order: OrderSnapshot, edits: int) -> Decimal | None:
    """Return what the order cost after that many edits, ``None`` when the snapshot cannot say."""
    if edits == 0:
        return _amount(order.node, "originalTotalPriceSet")
    if edits == len(order.edits):
        return _amount(order.node, "totalPriceSet")
    return None


def _completed_at(order: OrderSnapshot, stretch: _Stretch, before: _Stretch | None) -> datetime | None:
    """Return when in this stretch nothing was outstanding any more, for the first time."""
    if stretch.cost is None:
        return None
    steps = _steps(order)
    earlier = [step for step in steps if stretch.start is not None and step.at < stretch.start]
    inside = [step for step in steps if stretch.holds(step.at)]
    settled = sum((step.by for step in earlier), _ZERO)
    kept = sum((step.kept for step in earlier), _ZERO)
    due = stretch.cost + settled
    if due <= 0:
        owed = before is None or (before.cost is not None and before.cost + settled > 0)
        return _beginning(order, stretch) if owed and (kept > 0 or not stretch.cost) else None
    for step in inside:
        due, kept = due + step.by, kept + step.kept
        if due <= 0 and kept > 0:
            return step.at
    return _as_shopify_says(order, stretch, inside)


def _as_shopify_says(order: OrderSnapshot, stretch: _Stretch, inside: Sequence[_Step]) -> datetime | None:
    """Return the last payment of an order that Shopify calls paid and our sum does not: cash is rounded."""
    is_paid = order.node.get("displayFinancialStatus") in _PAID
    payments = [step.at for step in inside if step.kept > 0]
    return payments[-1] if stretch.end is None and is_paid and payments else None


def _beginning(order: OrderSnapshot, stretch: _Stretch) -> datetime:
    return stretch.start or _first_paid(order)


def _steps(order: OrderSnapshot) -> list[_Step]:
    return sorted([*_payments(order), *_refunds(order)], key=lambda step: step.at)


def _payments(order: OrderSnapshot) -> Iterator[_Step]:
    for part in order.payments:
        amount = _amount(part.node, "amountSet") or _ZERO
        yield _Step(part.at, -amount, amount)


def _refunds(order: OrderSnapshot) -> Iterator[_Step]:
    """Yield refunds: what was taken back is due no more, what was paid back is to be paid again."""
    for part in order.refunds:
        money = _amount(part.node, "totalRefundedSet") or _ZERO
        yield _Step(part.at, money - _taken_back(order, part.node, money), -money)


def _taken_back(order: OrderSnapshot, refund: Mapping[str, Any], money: Decimal) -> Decimal:
    """Return the worth of what a refund took back; a refund that lists nothing is worth its money."""
    lines = _nodes(refund, "refundLineItems")
    shipping = _nodes(refund, "refundShippingLines")
    if not lines and not shipping:
        return money
    worth = sum((_amount(line, "subtotalSet") or _ZERO for line in lines), _ZERO)
    worth += sum((_amount(line, "subtotalAmountSet") or _ZERO for line in shipping), _ZERO)
    if not order.node.get("taxesIncluded"):
        worth += sum((_amount(line, "totalTaxSet") or _ZERO for line in lines), _ZERO)
        worth += sum((_amount(line, "taxAmountSet") or _ZERO for line in shipping), _ZERO)
    return worth


def _nodes(node: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    return (node.get(name) or {}).get("nodes") or ()


def _amount(node: Mapping[str, Any], name: str) -> Decimal | None:
    money = (node.get(name) or {}).get("presentmentMoney")
    return Decimal(money["amount"]) if money else None
