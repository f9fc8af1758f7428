"""Refunds: which units came back, which shipping, which adjustment, and the money returned for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.line_items import Duty, LineItem, ShippingLine
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.money import MoneyBag
from muniment_sandbox.shopify.state.transactions import OrderTransaction

if TYPE_CHECKING:
    from muniment_sandbox.shopify.state.returns import Return


@dataclass(eq=False, kw_only=True)
class RefundLineItem(Entity):
    """Units of one line that came back; ``subtotal_set`` is net of discounts, with included taxes inside."""

    gid_type: ClassVar[str] = "RefundLineItem"
    line_item: LineItem
    quantity: int
    restock_type: str
    subtotal_set: MoneyBag
    total_tax_set: MoneyBag
    location: Location | None = None

    @property
    def restocked(self) -> bool:
        return self.restock_type in ("CANCEL", "RETURN")

    @property
    def price_set(self) -> MoneyBag:
        return self.subtotal_set.scaled(1, self.quantity)


@dataclass(eq=False, kw_only=True)
class RefundShippingLine(Entity):
    gid_type: ClassVar[str] = "RefundShippingLine"
    shipping_line: ShippingLine
    subtotal_amount_set: MoneyBag
    tax_amount_set: MoneyBag


@dataclass(eq=False, kw_only=True)
class OrderAdjustment(Entity):
    """What a refund gave beyond goods and shipping (positive) or kept back (negative)."""

    gid_type: ClassVar[str] = "OrderAdjustment"
    reason: str
    amount_set: MoneyBag
    tax_amount_set: MoneyBag


@dataclass(frozen=True, slots=True)
class RefundDuty:
    amount_set: MoneyBag
    original_duty: Duty | None


@dataclass(eq=False, kw_only=True)
class Refund(Entity):
    """One refund of an order."""

    gid_type: ClassVar[str] = "Refund"
    order_number: int
    note: str | None
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    taxes_included: bool
    nothing: MoneyBag
    lines: list[RefundLineItem] = field(default_factory=list)
    shipping: list[RefundShippingLine] = field(default_factory=list)
    adjustments: list[OrderAdjustment] = field(default_factory=list)
    payments: list[OrderTransaction] = field(default_factory=list)
    duties: Sequence[RefundDuty] = ()
    return_: Return | None = None

    @property
    def goods(self) -> MoneyBag:
        """Subtotals of the returned units."""
        return sum((line.subtotal_set for line in self.lines), self.nothing)

    @property
    def goods_tax(self) -> MoneyBag:
        return sum((line.total_tax_set for line in self.lines), self.nothing)

    @property
    def shipping_amount(self) -> MoneyBag:
        return sum((line.subtotal_amount_set for line in self.shipping), self.nothing)

    @property
    def shipping_tax(self) -> MoneyBag:
        return sum((line.tax_amount_set for line in self.shipping), self.nothing)

    @property
    def total_refunded_set(self) -> MoneyBag:
        """Goods, shipping, adjustments; taxes on top only where they were not included."""
        total = self.goods + self.shipping_amount
        if not self.taxes_included:
            total = total + self.goods_tax + self.shipping_tax
        for adjustment in self.adjustments:
            total = total + adjustment.amount_set + adjustment.tax_amount_set
        return total
