"""What a buyer brings to the till."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from muniment_sandbox.shopify.state.catalogue import ProductVariant
from muniment_sandbox.shopify.state.companies import PurchasingCompany
from muniment_sandbox.shopify.state.discounts import Discount
from muniment_sandbox.shopify.state.line_items import Attribute
from muniment_sandbox.shopify.state.money import Exchange
from muniment_sandbox.shopify.state.people import Customer, MailingAddress
from muniment_sandbox.shopify.state.taxes import TaxRate


@dataclass(frozen=True, kw_only=True)
class CustomItem:
    """Something that is not in the catalogue: sold under a title that a person wrote."""

    title: str
    sku: str | None = None
    requires_shipping: bool = True
    taxable: bool = True
    is_gift_card: ClassVar[bool] = False
    grams: ClassVar[int] = 0
    harmonized_system_code: ClassVar[None] = None
    country_code_of_origin: ClassVar[None] = None


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """Some units of one thing; ``unit_minor`` and ``duty_minor`` are in the buyer's minor units."""

    variant: ProductVariant | CustomItem
    quantity: int
    unit_minor: int
    rates: Sequence[TaxRate] = ()
    discount: Discount | None = None
    duty_minor: int = 0
    attributes: Sequence[Attribute] = ()


@dataclass(frozen=True, kw_only=True)
class CartShipping:
    """How it is to travel."""

    title: str
    price_minor: int
    code: str | None = None
    rates: Sequence[TaxRate] = ()
    discount: Discount | None = None


@dataclass(frozen=True, kw_only=True)
class Cart:
    """A whole purchase, before it is an order."""

    exchange: Exchange
    lines: Sequence[CartLine]
    customer: Customer | None = None
    taxes_included: bool = True
    tax_exempt: bool = False
    discount: Discount | None = None
    shipping: CartShipping | None = None
    tip_minor: int = 0
    fees_minor: int = 0
    purchasing_company: PurchasingCompany | None = None
    billing_address: MailingAddress | None = None
    shipping_address: MailingAddress | None = None
    po_number: str | None = None
    net_days: int | None = None
    locale: str | None = "en"
    note: str | None = None
    tags: Sequence[str] = ()
    attributes: Sequence[Attribute] = field(default_factory=tuple)
    source_name: str = "web"
