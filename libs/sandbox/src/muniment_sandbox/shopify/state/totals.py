"""What an order adds up to: before returns and after them, in both currencies, exact to the currency's
digit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from muniment_sandbox.shopify.state.line_items import LineItem, ShippingLine
from muniment_sandbox.shopify.state.money import Exchange, MoneyBag
from muniment_sandbox.shopify.state.refunds import Refund
from muniment_sandbox.shopify.state.taxes import TaxLine, grouped
from muniment_sandbox.shopify.state.transactions import OrderTransaction


class Priced(Protocol):
    """What totals are made of."""

    lines: list[LineItem]
    shipping: list[ShippingLine]
    refund_records: list[Refund]
    payments: list[OrderTransaction]
    exchange: Exchange
    taxes_included: bool
    tip: MoneyBag
    original_total_duties_set: MoneyBag | None
    original_total_additional_fees_set: MoneyBag | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Names as in ``Order``: plain is before returns and after edits, ``current_`` is after both."""

    subtotal_price_set: MoneyBag
    total_discounts_set: MoneyBag
    total_shipping_price_set: MoneyBag
    total_tax_set: MoneyBag
    total_price_set: MoneyBag
    total_line_items_price_set: MoneyBag
    tax_lines: list[TaxLine]
    current_subtotal_price_set: MoneyBag
    current_total_discounts_set: MoneyBag
    current_shipping_price_set: MoneyBag
    current_total_tax_set: MoneyBag
    current_total_price_set: MoneyBag
    current_tax_lines: list[TaxLine]
    total_received_set: MoneyBag
    total_refunded_set: MoneyBag
    total_refunded_shipping_set: MoneyBag
    net_payment_set: MoneyBag
    total_outstanding_set: MoneyBag
    total_capturable_set: MoneyBag


def add_up(order: Priced) -> Totals:
    """Return the order's totals as they are now."""
    total = order.exchange.total
    shipping = [line for line in order.shipping if not line.is_removed]
    subtotal = total(line.billed_net for line in order.lines)
    shipped = total(line.discounted_price_set for line in shipping)
    tax = total(line.billed_tax for line in order.lines) + total(line.tax for line in shipping)
    discounts = total(line.billed_discount for line in order.lines) + total(
        each.allocated_amount_set for line in shipping for each in line.discount_allocations
    )
    price = subtotal + shipped + order.tip + _extras(order)
    price = price if order.taxes_included else price + tax
    refunds = order.refund_records
    refunded = total(refund.total_refunded_set for refund in refunds)
    refunded_shipping = total(refund.shipping_amount for refund in refunds)
    refunded_tax = total(refund.goods_tax + refund.shipping_tax for refund in refunds)
    received = total(each.amount_set for each in order.payments if each.brings_money)
    returned = total(each.amount_set for each in order.payments if each.kind == "REFUND" and each.succeeded)
    current = price - refunded
    return Totals(
        subtotal_price_set=subtotal,
        total_discounts_set=discounts,
        total_shipping_price_set=shipped,
        total_tax_set=tax,
        total_price_set=price,
        total_line_items_price_set=total(
            line.original_unit_price_set.times(line.billed_quantity) for line in order.lines
        ),
        tax_lines=grouped(_taxes(order.lines, shipping), order.exchange),
        current_subtotal_price_set=subtotal - total(refund.goods for refund in refunds),
        current_total_discounts_set=discounts - _discounts_given_back(order),
        current_shipping_price_set=shipped - refunded_shipping,
        current_total_tax_set=tax - refunded_tax,
        current_total_price_set=current,
        current_tax_lines=_current_taxes(order, shipping, tax - refunded_tax),
        total_received_set=received,
        total_refunded_set=refunded,
        total_refunded_shipping_set=refunded_shipping,
        net_payment_set=received - returned,
        total_outstanding_set=current - (received - returned),
        total_capturable_set=total(open_authorizations(order.payments, order.exchange).values()),
    )


def open_authorizations(payments: Iterable[OrderTransaction], exchange: Exchange) -> dict[int, MoneyBag]:
    """Return what each authorization still lets us capture, by its number."""
    left: dict[int, MoneyBag] = {}
    for payment in payments:
        if not payment.succeeded:
            continue
        if payment.kind == "AUTHORIZATION":
            left[payment.number] = payment.amount_set
        elif payment.parent_transaction and payment.kind in ("CAPTURE", "VOID"):
            left[payment.parent_transaction.number] = exchange.nothing
    return {number: bag for number, bag in left.items() if bag.minor > 0}


def _extras(order: Priced) -> MoneyBag:
    bags = (order.original_total_duties_set, order.original_total_additional_fees_set)
    return order.exchange.total(bag for bag in bags if bag is not None)


def _taxes(lines: Iterable[LineItem], shipping: Iterable[ShippingLine]) -> Iterable[TaxLine]:
    for line in lines:
        if line.billed_quantity:
            yield from line.billed_tax_lines
    for each in shipping:
        yield from each.tax_lines


def _discounts_given_back(order: Priced) -> MoneyBag:
    """Discounts on returned units: their price at the unit rate less what was really refunded for them."""
    return order.exchange.total(
        line.line_item.original_unit_price_set.times(line.quantity) - line.subtotal_set
        for refund in order.refund_records
        for line in refund.lines
    )


def _current_taxes(order: Priced, shipping: list[ShippingLine], current_tax: MoneyBag) -> list[TaxLine]:
    """Taxes by rate after returns; the last group takes the rounding so that they add up to the current
    total.
    """
    remaining = [
        tax.scaled(line.current_quantity, line.quantity)
        for line in order.lines
        if line.current_quantity
        for tax in line.all_tax_lines
    ]
    remaining += [
        tax.scaled(line.current_discounted_price_set.minor, line.discounted_price_set.minor)
        for line in shipping
        if line.current_discounted_price_set.minor
        for tax in line.tax_lines
    ]
    groups = grouped(remaining, order.exchange)
    if groups:
        difference = current_tax - order.exchange.total(group.price_set for group in groups)
        last = groups[-1]
        groups[-1] = TaxLine(last.title, last.fraction, last.price_set + difference)
    return groups
