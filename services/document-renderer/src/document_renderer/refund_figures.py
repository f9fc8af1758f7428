"""What a refund gives back: lines, shipping, adjustments, taxes by rate, checked against Shopify's total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from document_renderer.figures import TaxKey, TaxRow
from document_renderer.money import ZERO, rounded
from document_renderer.snapshot import LineItem, Order, Refund, RefundAmount, TaxLine
from document_renderer.snapshot_fields import SnapshotFault
from document_renderer.sums import check_sum


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """Units given back of one line. ``amount`` is after discount, with tax if the order's prices hold it."""

    item: LineItem
    quantity: int
    amount: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class RefundFigures:
    """The checked figures of one refund."""

    currency: str
    taxes_included: bool
    lines: tuple[CreditedLine, ...]
    shipping: Decimal
    adjustments: tuple[RefundAmount, ...]
    tax: Decimal
    tax_rows: tuple[TaxRow, ...]
    total: Decimal


def refund_figures(order: Order, refund: Refund) -> RefundFigures:
    """Return what ``refund`` gives back. Raises FiguresDoNotAddUp if its parts do not make its total."""
    items = {item.id: item for item in order.lines}
    for line in refund.lines:
        if line.line_item_id not in items:
            raise SnapshotFault("refunds[].refundLineItems.nodes[].lineItem.id", "names no line of the order")
    lines = tuple(
        CreditedLine(items[line.line_item_id], line.quantity, line.subtotal, line.tax)
        for line in refund.lines
    )
    amounts = [
        *((line.amount, line.tax) for line in lines),
        *((part.amount, part.tax) for part in refund.shipping),
    ]
    tax = sum((tax for _, tax in amounts), ZERO)
    adjusted = sum((part.amount + part.tax for part in refund.adjustments), ZERO)
    found = sum((amount for amount, _ in amounts), ZERO) + (ZERO if order.taxes_included else tax) + adjusted
    check_sum("the refund's totalRefundedSet", stated=refund.total, found=found, currency=order.currency)
    return RefundFigures(
        currency=order.currency,
        taxes_included=order.taxes_included,
        lines=lines,
        shipping=sum((part.amount for part in refund.shipping), ZERO),
        adjustments=refund.adjustments,
        tax=tax + sum((part.tax for part in refund.adjustments), ZERO),
        tax_rows=_tax_rows(order, refund, lines),
        total=refund.total,
    )


def _tax_rows(order: Order, refund: Refund, lines: Sequence[CreditedLine]) -> tuple[TaxRow, ...]:
    """Group by the taxes of the lines given back.

    Shopify states one tax for a refunded line: where several rates were charged, it is shared among them as
    they were. Refunded shipping names no shipping line: its rate is shown only if all lines have the same.
    """
    rows: dict[TaxKey, tuple[Decimal, Decimal]] = {}
    parts = [(line.amount, line.tax, line.item.taxes) for line in lines]
    parts += [(part.amount, part.tax, _shipping_taxes(order)) for part in refund.shipping]
    nets = [
        (amount - tax if order.taxes_included else amount, tax, charged) for amount, tax, charged in parts
    ]
    nets += [(part.amount, part.tax, ()) for part in refund.adjustments if part.tax]
    for net, tax, charged in nets:
        for (title, rate), shared in _shared_tax(tax, charged, order.currency).items():
            known_net, known_tax = rows.get((title, rate), (ZERO, ZERO))
            rows[title, rate] = (known_net + net, known_tax + shared)
    built = (TaxRow(title, rate, net, tax) for (title, rate), (net, tax) in rows.items())
    return tuple(sorted((row for row in built if row.net or row.tax), key=lambda row: (-row.rate, row.title)))


def _shipping_taxes(order: Order) -> tuple[TaxLine, ...]:
    lines = [line for line in order.shipping_lines if not line.is_removed]
    kinds = {tuple((tax.title, tax.rate) for tax in line.taxes) for line in lines}
    return lines[0].taxes if len(kinds) == 1 else ()


def _shared_tax(tax: Decimal, charged: Sequence[TaxLine], currency: str) -> dict[TaxKey, Decimal]:
    """Share ``tax`` among the taxes ``charged``, the last taking what rounding left; all of it is shared."""
    if not charged:
        return {("", ZERO): tax}
    whole = sum((line.amount for line in charged), ZERO)
    shares: dict[TaxKey, Decimal] = {}
    left = tax
    for line in charged[:-1]:
        part = rounded(tax * line.amount / whole, currency) if whole else ZERO
        shares[line.title, line.rate] = part
        left -= part
    last = charged[-1]
    shares[last.title, last.rate] = shares.get((last.title, last.rate), ZERO) + left
    return shares
