"""What an order adds up to: before returns and after them, in both currencies, exact to the currency's
digit.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
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


class Totals:
    """Names as in ``Order``: plain is before returns and after edits, ``current_`` is after both.

    Each is added up when it is first asked for: most actions look at one or two of them.
    """

    def __init__(self, order: Priced) -> None:
        self._order = order
        self._total = order.exchange.total

    # before returns -------------------------------------------------------------------------------------

    @cached_property
    def subtotal_price_set(self) -> MoneyBag:
        return self._total(line.billed_net for line in self._order.lines)

    @cached_property
    def total_discounts_set(self) -> MoneyBag:
        of_lines = self._total(line.billed_discount for line in self._order.lines)
        return of_lines + self._total(
            each.allocated_amount_set for line in self._shipping for each in line.discount_allocations
        )

    @cached_property
    def total_shipping_price_set(self) -> MoneyBag:
        return self._total(line.discounted_price_set for line in self._shipping)

    @cached_property
    def total_tax_set(self) -> MoneyBag:
        of_lines = self._total(line.billed_tax for line in self._order.lines)
        return of_lines + self._total(line.tax for line in self._shipping)

    @cached_property
    def total_price_set(self) -> MoneyBag:
        order = self._order
        price = self.subtotal_price_set + self.total_shipping_price_set + order.tip + _extras(order)
        return price if order.taxes_included else price + self.total_tax_set

    @cached_property
    def total_line_items_price_set(self) -> MoneyBag:
        return self._total(
            line.original_unit_price_set.times(line.billed_quantity) for line in self._order.lines
        )

    @cached_property
    def tax_lines(self) -> list[TaxLine]:
        return grouped(_taxes(self._order.lines, self._shipping), self._order.exchange)

    # after returns --------------------------------------------------------------------------------------

    @cached_property
    def current_subtotal_price_set(self) -> MoneyBag:
        return self.subtotal_price_set - self._total(refund.goods for refund in self._order.refund_records)

    @cached_property
    def current_total_discounts_set(self) -> MoneyBag:
        return self.total_discounts_set - _discounts_given_back(self._order)

    @cached_property
    def current_shipping_price_set(self) -> MoneyBag:
        return self.total_shipping_price_set - self.total_refunded_shipping_set

    @cached_property
    def current_total_tax_set(self) -> MoneyBag:
        refunds = self._order.refund_records
        return self.total_tax_set - self._total(refund.goods_tax + refund.shipping_tax for refund in refunds)

    @cached_property
    def current_total_price_set(self) -> MoneyBag:
        return self.total_price_set - self.total_refunded_set

    @cached_property
    def current_tax_lines(self) -> list[TaxLine]:
        return _current_taxes(self._order, self._shipping, self.current_total_tax_set)

    # money that moved -----------------------------------------------------------------------------------

    @cached_property
    def total_received_set(self) -> MoneyBag:
        return self._total(each.amount_set for each in self._order.payments if each.brings_money)

    @cached_property
    def total_refunded_set(self) -> MoneyBag:
        return self._total(refund.total_refunded_set for refund in self._order.refund_records)

    @cached_property
    def total_refunded_shipping_set(self) -> MoneyBag:
        return self._total(refund.shipping_amount for refund in self._order.refund_records)

    @cached_property
    def net_payment_set(self) -> MoneyBag:
        payments = self._order.payments
        returned = (each.amount_set for each in payments if each.kind == "REFUND" and each.succeeded)
        return self.total_received_set - self._total(returned)

    @cached_property
    def total_outstanding_set(self) -> MoneyBag:
        return self.current_total_price_set - self.net_payment_set

    @cached_property
    def total_capturable_set(self) -> MoneyBag:
        order = self._order
        return self._total(open_authorizations(order.payments, order.exchange).values())

    @property
    def _shipping(self) -> list[ShippingLine]:
        return [line for line in self._order.shipping if not line.is_removed]


def add_up(order: Priced) -> Totals:
    """Return the order's totals as they are now; take new ones after each change."""
    return Totals(order)


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
