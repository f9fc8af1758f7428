"""What an order bills: lines, discounts, taxes by rate and totals, each sum checked against Shopify's.

The arithmetic is that of ``docs/reference/snapshot.md``: before returns, after edits, in presentment money.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from document_renderer.money import ZERO, share
from document_renderer.snapshot import LineItem, Order, ShippingLine, Snapshot, TaxLine, Totals
from document_renderer.snapshot_fields import SnapshotFault
from document_renderer.sums import check_sum

TaxKey = tuple[str, Decimal]


@dataclass(frozen=True, slots=True)
class BilledLine:
    """Billed units of one line. ``amount`` is after discount, with taxes if the order's prices hold them."""

    item: LineItem
    quantity: int
    discount: Decimal
    amount: Decimal
    taxes: tuple[TaxLine, ...]


@dataclass(frozen=True, slots=True)
class TaxRow:
    """All that is taxed by one tax: ``net`` without tax, ``tax`` on it. Without a tax, ``title`` is empty."""

    title: str
    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """The checked figures of an order."""

    currency: str
    taxes_included: bool
    lines: tuple[BilledLine, ...]
    shipping_lines: tuple[ShippingLine, ...]
    tax_rows: tuple[TaxRow, ...]
    totals: Totals

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), ZERO)


def order_figures(snapshot: Snapshot) -> OrderFigures:
    """Return what ``snapshot``'s order bills.

    Raises FiguresDoNotAddUp if any sum differs from the one Shopify states.
    """
    order = snapshot.order
    refunded = _refunded_quantities(snapshot)
    billed = (_billed(order, line, refunded.get(line.id, 0)) for line in order.lines)
    lines = tuple(line for line in billed if line.quantity)
    shipping_lines = tuple(line for line in order.shipping_lines if not line.is_removed)
    figures = OrderFigures(
        currency=order.currency,
        taxes_included=order.taxes_included,
        lines=lines,
        shipping_lines=shipping_lines,
        tax_rows=_tax_rows(order, lines, shipping_lines),
        totals=order.totals,
    )
    _check(order, figures)
    return figures


def _refunded_quantities(snapshot: Snapshot) -> Mapping[str, int]:
    quantities: dict[str, int] = {}
    for refund in snapshot.refunds:
        for line in refund.lines:
            quantities[line.line_item_id] = quantities.get(line.line_item_id, 0) + line.quantity
    return quantities


def _billed(order: Order, item: LineItem, refunded: int) -> BilledLine:
    quantity = item.current_quantity + refunded
    if quantity > item.quantity:
        index = order.lines.index(item)
        raise SnapshotFault(
            f"order.lineItems.nodes[{index}].quantity", "is less than the units left and refunded together"
        )
    discount = share(sum(item.discounts, ZERO), quantity, item.quantity, order.currency)
    taxes = tuple(
        TaxLine(tax.title, tax.rate, share(tax.amount, quantity, item.quantity, order.currency))
        for tax in item.taxes
    )
    return BilledLine(item, quantity, discount, item.unit_price * quantity - discount, taxes)


def _tax_rows(
    order: Order, lines: Iterable[BilledLine], shipping_lines: Iterable[ShippingLine]
) -> tuple[TaxRow, ...]:
    nets: dict[TaxKey, Decimal] = {}
    taxes: dict[TaxKey, Decimal] = {}
    taxed = [(line.amount, line.taxes) for line in lines]
    taxed += [(line.discounted, line.taxes) for line in shipping_lines]
    for amount, tax_lines in taxed:
        net = amount - sum((tax.amount for tax in tax_lines), ZERO) if order.taxes_included else amount
        for tax in tax_lines or (TaxLine("", ZERO, ZERO),):
            key = (tax.title, tax.rate)
            nets[key] = nets.get(key, ZERO) + net
            taxes[key] = taxes.get(key, ZERO) + tax.amount
    rows = (TaxRow(title, rate, net, taxes[title, rate]) for (title, rate), net in nets.items())
    return tuple(sorted((row for row in rows if row.net or row.tax), key=lambda row: (-row.rate, row.title)))


def _check(order: Order, figures: OrderFigures) -> None:
    totals, currency = order.totals, order.currency
    for index, line in enumerate(order.shipping_lines):
        check_sum(
            f"shipping line {index + 1}'s discountedPriceSet",
            stated=line.discounted,
            found=line.original - sum(line.discounts, ZERO),
            currency=currency,
        )
    subtotal = sum((line.amount for line in figures.lines), ZERO)
    check_sum("subtotalPriceSet", stated=totals.subtotal, found=subtotal, currency=currency)
    shipping = sum((line.discounted for line in figures.shipping_lines), ZERO)
    check_sum("totalShippingPriceSet", stated=totals.shipping, found=shipping, currency=currency)
    _check_taxes(order, figures)
    on_top = ZERO if order.taxes_included else totals.tax
    total = subtotal + shipping + on_top + totals.tip + totals.duties + totals.fees
    check_sum("totalPriceSet", stated=totals.total, found=total, currency=currency)


def _check_taxes(order: Order, figures: OrderFigures) -> None:
    tax = sum((row.tax for row in figures.tax_rows), ZERO)
    check_sum("totalTaxSet", stated=order.totals.tax, found=tax, currency=order.currency)
    stated: dict[TaxKey, Decimal] = {}
    for line in order.taxes:
        stated[line.title, line.rate] = stated.get((line.title, line.rate), ZERO) + line.amount
    found = {(row.title, row.rate): row.tax for row in figures.tax_rows}
    for title, rate in sorted({*stated, *found}):
        check_sum(
            f"the order's taxLines of rate {rate.normalize():f}",
            stated=stated.get((title, rate), ZERO),
            found=found.get((title, rate), ZERO),
            currency=order.currency,
        )
