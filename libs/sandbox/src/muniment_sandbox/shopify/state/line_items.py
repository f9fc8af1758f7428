"""The lines of an order, of goods and of shipping, and how many units of each still count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from muniment_sandbox.shopify.state.catalogue import Product, ProductVariant
from muniment_sandbox.shopify.state.discounts import DiscountAllocation
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.money import MoneyBag
from muniment_sandbox.shopify.state.taxes import TaxLine


@dataclass(frozen=True, slots=True)
class Attribute:
    key: str
    value: str | None


@dataclass(eq=False, kw_only=True)
class Duty(Entity):
    """An import duty on one line."""

    gid_type: ClassVar[str] = "Duty"
    price: MoneyBag
    harmonized_system_code: str | None
    country_code_of_origin: str | None
    tax_lines: Sequence[TaxLine] = ()


@dataclass(eq=False, kw_only=True)
class LineItem(Entity):
    """One line. ``quantity`` never changes; edits and refunds are counted beside it.

    Discounts and taxes are those of all ``quantity`` units.
    """

    gid_type: ClassVar[str] = "LineItem"
    title: str
    variant_title: str | None
    variant: ProductVariant | None
    quantity: int
    original_unit_price_set: MoneyBag
    discount_allocations: list[DiscountAllocation]
    all_tax_lines: list[TaxLine]
    duties: list[Duty] = field(default_factory=list)
    custom_attributes: list[Attribute] = field(default_factory=list)
    sku: str | None = None
    vendor: str | None = None
    requires_shipping: bool = True
    taxable: bool = True
    is_gift_card: bool = False
    grams: int = 0
    removed_by_edit: int = 0
    refunded: int = 0
    refunded_unfulfilled: int = 0
    fulfilled: int = 0

    @property
    def name(self) -> str:
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title

    @property
    def product(self) -> Product | None:
        return None if self.variant is None or self.variant.product.deleted else self.variant.product

    # how many units -----------------------------------------------------------------------------------

    @property
    def billed_quantity(self) -> int:
        """Units that were ever charged: what edits left, returned or not."""
        return self.quantity - self.removed_by_edit

    @property
    def current_quantity(self) -> int:
        return self.billed_quantity - self.refunded

    @property
    def refundable_quantity(self) -> int:
        return self.current_quantity

    @property
    def unfulfilled_quantity(self) -> int:
        return self.billed_quantity - self.fulfilled - self.refunded_unfulfilled

    @property
    def non_fulfillable_quantity(self) -> int:
        return self.quantity - self.fulfilled - self.unfulfilled_quantity

    @property
    def restockable(self) -> bool:
        return self.current_quantity > 0 and self.requires_shipping

    @property
    def merchant_editable(self) -> bool:
        return self.unfulfilled_quantity > 0

    # how much money -----------------------------------------------------------------------------------

    @property
    def nothing(self) -> MoneyBag:
        return self.original_unit_price_set.times(0)

    @property
    def original_total_set(self) -> MoneyBag:
        return self.original_unit_price_set.times(self.quantity)

    @property
    def all_discounts(self) -> MoneyBag:
        """Everything taken off all units, order discounts included."""
        return sum((each.allocated_amount_set for each in self.discount_allocations), self.nothing)

    @property
    def total_discount_set(self) -> MoneyBag:
        line_level = (each for each in self.discount_allocations if each.discount_application.is_line_level)
        return sum((each.allocated_amount_set for each in line_level), self.nothing)

    @property
    def discounted_unit_price_set(self) -> MoneyBag:
        return (self.original_total_set - self.total_discount_set).scaled(1, self.quantity)

    @property
    def discounted_unit_price_after_all_discounts_set(self) -> MoneyBag:
        return (self.original_total_set - self.all_discounts).scaled(1, self.quantity)

    @property
    def unfulfilled_original_total_set(self) -> MoneyBag:
        return self.original_unit_price_set.times(self.unfulfilled_quantity)

    @property
    def billed_discount(self) -> MoneyBag:
        """What was taken off the billed units: each allocation's share, rounded by itself."""
        shares = (
            each.allocated_amount_set.scaled(self.billed_quantity, self.quantity)
            for each in self.discount_allocations
        )
        return sum(shares, self.nothing)

    @property
    def billed_net(self) -> MoneyBag:
        """The price of the billed units after all discounts; with included taxes it holds them."""
        return self.original_unit_price_set.times(self.billed_quantity) - self.billed_discount

    @property
    def billed_tax_lines(self) -> list[TaxLine]:
        return [line.scaled(self.billed_quantity, self.quantity) for line in self.all_tax_lines]

    @property
    def billed_tax(self) -> MoneyBag:
        return sum((line.price_set for line in self.billed_tax_lines), self.nothing)


@dataclass(eq=False, kw_only=True)
class ShippingLine(Entity):
    """How the goods travel and what that costs."""

    gid_type: ClassVar[str] = "ShippingLine"
    title: str
    code: str | None
    original_price_set: MoneyBag
    discount_allocations: list[DiscountAllocation]
    tax_lines: list[TaxLine]
    source: str | None = "shopify"
    carrier_identifier: str | None = None
    phone: str | None = None
    is_removed: bool = False
    refunded: MoneyBag | None = None

    @property
    def discounted_price_set(self) -> MoneyBag:
        taken_off = (each.allocated_amount_set for each in self.discount_allocations)
        return self.original_price_set - sum(taken_off, self.original_price_set.times(0))

    @property
    def current_discounted_price_set(self) -> MoneyBag:
        return self.discounted_price_set - self.refunded if self.refunded else self.discounted_price_set

    @property
    def tax(self) -> MoneyBag:
        return sum((line.price_set for line in self.tax_lines), self.original_price_set.times(0))
