"""The order as a document needs it: a strict, typed view of the snapshot (``docs/reference/snapshot.md``).

All money is presentment money of one currency. Whoever holds a ``Snapshot`` need not check it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax of a line: ``rate`` is a fraction (0.19), ``amount`` the tax itself."""

    title: str
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line as ordered. ``current_quantity`` is what edits and refunds left of ``quantity``."""

    id: str
    title: str
    variant: str | None
    sku: str | None
    quantity: int
    current_quantity: int
    is_gift_card: bool
    unit_price: Decimal
    discounts: tuple[Decimal, ...]
    taxes: tuple[TaxLine, ...]


@dataclass(frozen=True, slots=True)
class ShippingLine:
    """One way of shipping that was sold; ``original`` less ``discounts`` is ``discounted``."""

    id: str
    title: str
    is_removed: bool
    original: Decimal
    discounted: Decimal
    discounts: tuple[Decimal, ...]
    taxes: tuple[TaxLine, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, each part as the buyer wrote it."""

    name: str | None
    company: str | None
    address1: str | None
    address2: str | None
    zip: str | None
    city: str | None
    province: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought. ``company`` and what follows it are set for a business buyer."""

    customer_id: str | None
    name: str | None
    email: str | None
    company: str | None
    company_location: str | None
    tax_registration: str | None
    billing: Address | None
    shipping: Address | None


@dataclass(frozen=True, slots=True)
class Totals:
    """The order's own sums, as Shopify states them."""

    subtotal: Decimal
    shipping: Decimal
    tax: Decimal
    tip: Decimal
    duties: Decimal
    fees: Decimal
    total: Decimal
    original_total: Decimal
    current_total: Decimal
    received: Decimal
    refunded: Decimal
    outstanding: Decimal


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement of money, or an attempt at one."""

    id: str
    kind: str
    status: str
    at: datetime
    gateway: str | None
    amount: Decimal
    card_company: str | None
    account_number: str | None
    payment_id: str | None


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Units of one line that were given back. ``subtotal`` is net of discounts."""

    line_item_id: str
    quantity: int
    subtotal: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class RefundAmount:
    """Refunded shipping, or an adjustment of the refund with its sign as given."""

    amount: Decimal
    tax: Decimal
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund with all its lines."""

    id: str
    created_at: datetime
    note: str | None
    total: Decimal
    lines: tuple[RefundLine, ...]
    shipping: tuple[RefundAmount, ...]
    adjustments: tuple[RefundAmount, ...]


@dataclass(frozen=True, slots=True)
class Tracking:
    """Where a parcel can be followed."""

    company: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """Units of one line in one shipment."""

    line_item_id: str
    title: str
    sku: str | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """One shipment."""

    id: str
    status: str
    created_at: datetime
    estimated_delivery_at: datetime | None
    tracking: tuple[Tracking, ...]
    lines: tuple[ShippedLine, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of the order after it was placed."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """The order itself, with its lines."""

    id: str
    number: str
    name: str
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str | None
    financial_status: str
    fulfillment_status: str
    currency: str
    taxes_included: bool
    locale: str | None
    po_number: str | None
    payment_terms: str | None
    buyer: Buyer
    lines: tuple[LineItem, ...]
    shipping_lines: tuple[ShippingLine, ...]
    taxes: tuple[TaxLine, ...]
    discount_codes: tuple[str, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The order and everything that happened to it, in the order it happened."""

    order: Order
    transactions: tuple[Transaction, ...]
    refunds: tuple[Refund, ...]
    fulfillments: tuple[Fulfillment, ...]
    edits: tuple[Edit, ...]
