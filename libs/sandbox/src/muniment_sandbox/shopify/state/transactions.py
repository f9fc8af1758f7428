"""Money that moves for an order: authorizations, sales, captures, voids, refunds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.money import Money, MoneyBag


@dataclass(frozen=True, slots=True)
class CardPaymentDetails:
    """A card, masked as Shopify shows it."""

    company: str
    number: str
    expiration_month: int | None
    expiration_year: int | None
    avs_result_code: str | None = "Y"
    cvv_result_code: str | None = "M"
    wallet: str | None = None
    payment_method_name: str | None = "card"


@dataclass(frozen=True, slots=True)
class LocalPaymentMethodsPaymentDetails:
    """iDEAL, Bancontact, Sofort and the like."""

    payment_method_name: str
    payment_descriptor: str | None = None


@dataclass(frozen=True, slots=True)
class PaypalWalletPaymentDetails:
    payment_method_name: str | None = "paypal"


@dataclass(frozen=True, slots=True)
class ShopPayInstallmentsPaymentDetails:
    payment_method_name: str | None = "shop_pay_installments"


PaymentDetails = (
    CardPaymentDetails
    | LocalPaymentMethodsPaymentDetails
    | PaypalWalletPaymentDetails
    | ShopPayInstallmentsPaymentDetails
)


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """How a buyer pays: the gateway and what it reveals."""

    gateway: str
    formatted_gateway: str
    details: PaymentDetails | None = None
    manual: bool = False
    tender_method: str = "other"


@dataclass(eq=False, kw_only=True)
class TransactionFee(Entity):
    """What the payment provider keeps."""

    gid_type: ClassVar[str] = "TransactionFee"
    amount: Money
    tax_amount: Money
    rate: str
    rate_name: str | None = "standard"
    flat_fee_name: str | None = None
    type: str = "processing_fee"


@dataclass(eq=False, kw_only=True)
class OrderTransaction(Entity):
    """One transaction; ``sequence`` is its place in the order's list."""

    gid_type: ClassVar[str] = "OrderTransaction"
    order_number: int
    order_name: str
    sequence: int
    kind: str
    status: str
    amount_set: MoneyBag
    method: PaymentMethod
    created_at: datetime
    processed_at: datetime | None
    parent_transaction: OrderTransaction | None = None
    error_code: str | None = None
    message: str | None = None
    authorization_code: str | None = None
    authorization_expires_at: datetime | None = None
    total_unsettled_set: MoneyBag | None = None
    fees: Sequence[TransactionFee] = field(default_factory=list)
    test: bool = False
    account_number: str | None = None
    amount_rounding_set: MoneyBag | None = None
    settlement_currency_rate: str | None = None
    multi_capturable: bool = False

    @property
    def gateway(self) -> str:
        return self.method.gateway

    @property
    def formatted_gateway(self) -> str:
        return self.method.formatted_gateway

    @property
    def manual_payment_gateway(self) -> bool:
        return self.method.manual

    @property
    def payment_details(self) -> PaymentDetails | None:
        return self.method.details

    @property
    def payment_id(self) -> str:
        return f"{self.order_name}.{self.sequence}"

    @property
    def settlement_currency(self) -> str | None:
        return self.amount_set.shop_money.currency_code if self.gateway == "shopify_payments" else None

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCESS"

    @property
    def brings_money(self) -> bool:
        return self.succeeded and self.kind in ("SALE", "CAPTURE")


@dataclass(frozen=True, slots=True)
class TenderTransactionCreditCardDetails:
    credit_card_company: str | None
    credit_card_number: str | None


@dataclass(eq=False, kw_only=True)
class TenderTransaction(Entity):
    """Money that really moved; refunds are negative."""

    gid_type: ClassVar[str] = "TenderTransaction"
    order_number: int
    amount: Money
    payment_method: str
    processed_at: datetime
    remote_reference: str | None
    transaction_details: TenderTransactionCreditCardDetails | None = None
    test: bool = False


@dataclass(eq=False, kw_only=True)
class PaymentTermsTemplate(Entity):
    """Terms a shop offers; ``due_in_days`` is None where no number of days is meant."""

    gid_type: ClassVar[str] = "PaymentTermsTemplate"
    name: str
    payment_terms_type: str
    due_in_days: int | None


@dataclass(eq=False, kw_only=True)
class PaymentSchedule(Entity):
    gid_type: ClassVar[str] = "PaymentSchedule"
    issued_at: datetime
    due_at: datetime
    total_balance: Money
    balance_due: Money
    completed_at: datetime | None = None
    terms_number: int = 0


@dataclass(eq=False, kw_only=True)
class PaymentTerms(Entity):
    """When a buyer on account pays, as ``Net 30``."""

    gid_type: ClassVar[str] = "PaymentTerms"
    payment_terms_name: str
    payment_terms_type: str
    due_in_days: int
    schedules: list[PaymentSchedule]
    overdue: bool = False
    due: bool = False
    order_number: int | None = None
