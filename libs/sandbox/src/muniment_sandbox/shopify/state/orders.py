"""An order as it stands: who bought, what, what was paid, sent and returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.companies import PurchasingCompany
from muniment_sandbox.shopify.state.discounts import DiscountApplication, DiscountCodeApplication
from muniment_sandbox.shopify.state.disputes import ShopifyPaymentsDispute
from muniment_sandbox.shopify.state.fulfillment_orders import FulfillmentOrder
from muniment_sandbox.shopify.state.fulfillments import Fulfillment
from muniment_sandbox.shopify.state.line_items import Attribute, LineItem, ShippingLine
from muniment_sandbox.shopify.state.merchant import BusinessEntity
from muniment_sandbox.shopify.state.metafields import WithMetafields
from muniment_sandbox.shopify.state.money import Exchange, MoneyBag
from muniment_sandbox.shopify.state.people import Customer, MailingAddress
from muniment_sandbox.shopify.state.refunds import Refund
from muniment_sandbox.shopify.state.returns import Return, return_status_of
from muniment_sandbox.shopify.state.risks import (
    OrderRiskAssessment,
    OrderRiskSummary,
    ShopifyProtectOrderSummary,
)
from muniment_sandbox.shopify.state.timeline import BasicEvent, SalesAgreement
from muniment_sandbox.shopify.state.totals import Totals, add_up
from muniment_sandbox.shopify.state.transactions import OrderTransaction, PaymentTerms


@dataclass(frozen=True, slots=True)
class OrderApp:
    """The channel that took the order."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class OrderCancellation:
    staff_note: str | None


@dataclass(eq=False, kw_only=True)
class Order(WithMetafields):
    """One order. Change it only through ``Shop``: that is where time, hooks and the timeline come from."""

    gid_type: ClassVar[str] = "Order"
    owner_type: ClassVar[str] = "ORDER"
    derived: ClassVar[frozenset[str]] = frozenset({"_totals"})
    sequence: int
    name: str
    confirmation_number: str
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    exchange: Exchange
    taxes_included: bool
    tax_exempt: bool
    customer: Customer | None
    merchant_business_entity: BusinessEntity
    app: OrderApp
    lines: list[LineItem]
    shipping: list[ShippingLine]
    applications: list[DiscountApplication]
    tip: MoneyBag
    status_page_url: str
    purchasing_company: PurchasingCompany | None = None
    billing_address: MailingAddress | None = None
    shipping_address: MailingAddress | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    po_number: str | None = None
    customer_locale: str | None = None
    source_name: str = "web"
    test: bool = False
    tags: list[str] = field(default_factory=list)
    custom_attributes: list[Attribute] = field(default_factory=list)
    payment_terms: PaymentTerms | None = None
    original_total_duties_set: MoneyBag | None = None
    original_total_additional_fees_set: MoneyBag | None = None
    original_total_price_set: MoneyBag = field(init=False)
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    cancellation: OrderCancellation | None = None
    payments: list[OrderTransaction] = field(default_factory=list)
    refund_records: list[Refund] = field(default_factory=list)
    assessments: list[OrderRiskAssessment] = field(default_factory=list)
    shopify_protect: ShopifyProtectOrderSummary | None = None
    disputes: list[ShopifyPaymentsDispute] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    routed: bool = False
    fulfillment_orders: list[FulfillmentOrder] = field(default_factory=list)
    parcels: list[Fulfillment] = field(default_factory=list)
    contracts: list[SalesAgreement] = field(default_factory=list)
    happenings: list[BasicEvent] = field(default_factory=list)
    gateways: list[str] = field(default_factory=list)
    _totals: Totals | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.original_total_price_set = self.totals.total_price_set

    @property
    def totals(self) -> Totals:
        """The totals, added up again after each change."""
        if self._totals is None:
            self._totals = add_up(self)
        return self._totals

    def touched(self, now: datetime) -> None:
        """Say that something changed: totals are stale, ``updated_at`` moves."""
        self._totals = None
        self.updated_at = max(self.updated_at, now)

    # identity and circumstances -------------------------------------------------------------------------

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
    def discount_codes(self) -> list[str]:
        return [each.code for each in self.applications if isinstance(each, DiscountCodeApplication)]

    @property
    def total_weight(self) -> str:
        return str(sum(line.grams * line.quantity for line in self.lines))

    # states -----------------------------------------------------------------------------------------------

    @property
    def edited(self) -> bool:
        return any(contract.reason == "ORDER_EDIT" for contract in self.contracts)

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    @property
    def fully_paid(self) -> bool:
        return self.totals.total_received_set.minor >= self.totals.total_price_set.minor

    @property
    def unpaid(self) -> bool:
        return self.totals.total_received_set.minor == 0 and self.totals.total_price_set.minor > 0

    @property
    def display_financial_status(self) -> str:
        received = self.totals.total_received_set.minor
        returned = received - self.totals.net_payment_set.minor
        if returned > 0:
            return "REFUNDED" if returned >= received else "PARTIALLY_REFUNDED"
        if any(each.kind == "VOID" and each.succeeded for each in self.payments) and received == 0:
            return "VOIDED"
        if self.fully_paid:
            return "PAID"
        if received > 0:
            return "PARTIALLY_PAID"
        return "AUTHORIZED" if self.totals.total_capturable_set.minor else "PENDING"

    @property
    def display_fulfillment_status(self) -> str:
        if not any(line.fulfilled for line in self.lines):
            return "ON_HOLD" if self.on_hold else "UNFULFILLED"
        waiting = any(line.unfulfilled_quantity for line in self.lines)
        return "PARTIALLY_FULFILLED" if waiting else "FULFILLED"

    @property
    def on_hold(self) -> bool:
        """Whether everything that waits to be sent is held back."""
        active = [each for each in self.fulfillment_orders if each.active]
        return bool(active) and all(each.holds for each in active)

    @property
    def risk(self) -> OrderRiskSummary:
        return OrderRiskSummary(self.assessments)

    @property
    def return_status(self) -> str:
        return return_status_of(self.returns)

    @property
    def current_units(self) -> Sequence[LineItem]:
        return [line for line in self.lines if line.current_quantity]
