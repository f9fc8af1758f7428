"""Draft orders: orders that a person still has to complete; not completing one is what holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.cart import Cart, CartLine, CartShipping, CustomItem
from muniment_sandbox.shopify.state.catalogue import Product, ProductVariant
from muniment_sandbox.shopify.state.companies import PurchasingCompany
from muniment_sandbox.shopify.state.discounts import Discount
from muniment_sandbox.shopify.state.entities import Entity, Numbers
from muniment_sandbox.shopify.state.line_items import Attribute, LineItem, ShippingLine
from muniment_sandbox.shopify.state.metafields import WithMetafields
from muniment_sandbox.shopify.state.money import Exchange, MoneyBag
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import Customer, MailingAddress
from muniment_sandbox.shopify.state.pricing import PricedCart, price_cart
from muniment_sandbox.shopify.state.taxes import TaxRate
from muniment_sandbox.shopify.state.totals import Totals, add_up
from muniment_sandbox.shopify.state.transactions import PaymentTerms


@dataclass(frozen=True, slots=True)
class DraftOrderAppliedDiscount:
    """A discount a person gave; ``amount_set`` is what it comes to."""

    title: str | None
    description: str
    value: float
    value_type: str
    amount_set: MoneyBag


@dataclass(eq=False, kw_only=True)
class DraftOrderLineItem(Entity):
    """One line; ``priced`` is the line of the order it would become."""

    gid_type: ClassVar[str] = "DraftOrderLineItem"
    uuid: str
    item: ProductVariant | CustomItem
    quantity: int
    unit_minor: int
    custom_attributes: list[Attribute]
    discount: Discount | None
    rates: Sequence[TaxRate] | None
    priced: LineItem

    @property
    def custom(self) -> bool:
        return isinstance(self.item, CustomItem)

    @property
    def variant(self) -> ProductVariant | None:
        return self.item if isinstance(self.item, ProductVariant) else None

    @property
    def product(self) -> Product | None:
        return self.priced.product

    @property
    def name(self) -> str:
        return self.priced.name

    @property
    def title(self) -> str:
        return self.priced.title

    @property
    def discounted_total_set(self) -> MoneyBag:
        return self.priced.original_total_set - self.priced.total_discount_set

    @property
    def approximate_discounted_unit_price_set(self) -> MoneyBag:
        return self.discounted_total_set.scaled(1, self.quantity)


@dataclass(kw_only=True)
class _Sheet:
    """What a draft's totals are made of: as an order nobody has paid or returned."""

    lines: list[LineItem]
    shipping: list[ShippingLine]
    exchange: Exchange
    taxes_included: bool
    tip: MoneyBag
    refund_records: list[object] = field(default_factory=list)
    payments: list[object] = field(default_factory=list)
    original_total_duties_set: MoneyBag | None = None
    original_total_additional_fees_set: MoneyBag | None = None


@dataclass(eq=False, kw_only=True)
class DraftOrder(WithMetafields):
    """One draft. Call ``reprice`` after a change to its lines, its discount or its shipping."""

    gid_type: ClassVar[str] = "DraftOrder"
    owner_type: ClassVar[str] = "DRAFTORDER"
    name: str
    created_at: datetime
    updated_at: datetime
    exchange: Exchange
    taxes_included: bool
    rates: Sequence[TaxRate]
    invoice_url: str
    lines: list[DraftOrderLineItem] = field(default_factory=list)
    status: str = "OPEN"
    customer: Customer | None = None
    purchasing_company: PurchasingCompany | None = None
    billing_address: MailingAddress | None = None
    shipping_address: MailingAddress | None = None
    email: str | None = None
    phone: str | None = None
    note2: str | None = None
    po_number: str | None = None
    tags: list[str] = field(default_factory=list)
    tax_exempt: bool = False
    custom_attributes: list[Attribute] = field(default_factory=list)
    discount: Discount | None = None
    shipping: CartShipping | None = None
    payment_terms: PaymentTerms | None = None
    completed_at: datetime | None = None
    invoice_sent_at: datetime | None = None
    order: Order | None = None
    priced: PricedCart = field(default_factory=PricedCart)

    @property
    def cart(self) -> Cart:
        """The cart the draft would be ordered with."""
        return Cart(
            exchange=self.exchange,
            lines=[
                CartLine(
                    variant=line.item,
                    quantity=line.quantity,
                    unit_minor=line.unit_minor,
                    rates=self._rates_of(line),
                    discount=line.discount,
                    attributes=line.custom_attributes,
                )
                for line in self.lines
            ],
            customer=self.customer,
            taxes_included=self.taxes_included,
            tax_exempt=self.tax_exempt,
            discount=self.discount,
            shipping=self.shipping,
            purchasing_company=self.purchasing_company,
            billing_address=self.billing_address,
            shipping_address=self.shipping_address,
            po_number=self.po_number,
            net_days=self.payment_terms.due_in_days if self.payment_terms else None,
            locale=self.customer.locale if self.customer else None,
            note=self.note2,
            tags=self.tags,
            attributes=self.custom_attributes,
            source_name="shopify_draft_order",
        )

    def _rates_of(self, line: DraftOrderLineItem) -> Sequence[TaxRate]:
        if self.tax_exempt:
            return ()
        return self.rates if line.rates is None else line.rates

    def reprice(self) -> None:
        """Reckon the lines, taxes and discounts again."""
        self.priced = price_cart(self.cart, Numbers())
        for line, priced in zip(self.lines, self.priced.lines, strict=True):
            line.priced = priced

    @property
    def totals(self) -> Totals:
        return add_up(
            _Sheet(
                lines=self.priced.lines,
                shipping=self.priced.shipping,
                exchange=self.exchange,
                taxes_included=self.taxes_included,
                tip=self.exchange.nothing,
            )  # type: ignore[arg-type]  # nobody has paid or returned anything: the lists are empty
        )

    @property
    def ready(self) -> bool:
        return True

    @property
    def currency_code(self) -> str:
        return self.exchange.shop_currency

    @property
    def presentment_currency_code(self) -> str:
        return self.exchange.presentment_currency

    @property
    def purchasing_entity(self) -> Customer | PurchasingCompany | None:
        return self.purchasing_company or self.customer

    @property
    def billing_address_matches_shipping_address(self) -> bool:
        if self.billing_address is None or self.shipping_address is None:
            return self.billing_address is self.shipping_address
        return self.billing_address.formatted == self.shipping_address.formatted

    @property
    def shipping_line(self) -> ShippingLine | None:
        return self.priced.shipping[0] if self.priced.shipping else None

    @property
    def amount_due_later_set(self) -> MoneyBag:
        return self.totals.total_price_set if self.payment_terms else self.exchange.nothing

    @property
    def amount_due_now_set(self) -> MoneyBag:
        return self.totals.total_price_set - self.amount_due_later_set

    @property
    def applied_discount(self) -> DraftOrderAppliedDiscount | None:
        if self.discount is None:
            return None
        across = (
            each.allocated_amount_set
            for line in self.priced.lines
            for each in line.discount_allocations
            if not each.discount_application.is_line_level
        )
        return applied(self.discount, self.exchange.total(across))

    @property
    def total_quantity_of_line_items(self) -> int:
        return sum(line.quantity for line in self.lines)


def applied(discount: Discount, amount: MoneyBag) -> DraftOrderAppliedDiscount:
    """Return a discount as a draft shows it."""
    percentage = discount.percentage
    value = float(percentage) if percentage is not None else float(amount.presentment_money.amount)
    kind = "PERCENTAGE" if percentage is not None else "FIXED_AMOUNT"
    return DraftOrderAppliedDiscount(discount.title, discount.title, value, kind, amount)
