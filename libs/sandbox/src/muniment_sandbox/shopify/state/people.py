"""Who buys: customers, their addresses, and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.kept import Kept
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.metafields import WithMetafields

if TYPE_CHECKING:
    from muniment_sandbox.shopify.state.companies import CompanyContact


@dataclass(eq=False, kw_only=True)
class MailingAddress(Entity):
    """A postal address."""

    gid_type: ClassVar[str] = "MailingAddress"
    first_name: str | None
    last_name: str | None
    address1: str | None
    city: str | None
    country: str | None
    country_code_v2: str | None
    zip: str | None
    company: str | None = None
    address2: str | None = None
    province: str | None = None
    province_code: str | None = None
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def id(self) -> str:
        return f"{super().id}?model_name=Address"

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def formatted(self) -> list[str]:
        town = " ".join(part for part in (self.zip, self.city) if part)
        rows = (self.name, self.company, self.address1, self.address2, town, self.country)
        return [row for row in rows if row]


@dataclass(eq=False)
class MarketingConsent(Kept):
    """What a customer agreed to on one channel; only the present state is known."""

    state: str
    opt_in_level: str | None = None
    updated_at: datetime | None = None
    collected_from: str | None = None
    source_location: Location | None = None


@dataclass(frozen=True, slots=True)
class CustomerEmailAddress:
    """An address with the consent to e-mail."""

    email_address: str
    consent: MarketingConsent

    @property
    def marketing_state(self) -> str:
        return self.consent.state

    @property
    def marketing_opt_in_level(self) -> str | None:
        return self.consent.opt_in_level

    @property
    def marketing_updated_at(self) -> datetime | None:
        return self.consent.updated_at

    @property
    def source_location(self) -> Location | None:
        return self.consent.source_location

    @property
    def open_tracking_level(self) -> str:
        return "UNKNOWN"

    @property
    def valid_format(self) -> bool:
        return "@" in self.email_address


@dataclass(frozen=True, slots=True)
class CustomerPhoneNumber:
    """A number with the consents to SMS and WhatsApp, as 2026-10 shows them."""

    phone_number: str
    sms_marketing_consent: MarketingConsent
    whats_app_marketing_consent: MarketingConsent


@dataclass(frozen=True, slots=True)
class TaxSettings:
    tax_id: str | None


@dataclass(eq=False, kw_only=True)
class Customer(WithMetafields):
    """A person who buys, for themselves or for a company."""

    gid_type: ClassVar[str] = "Customer"
    owner_type: ClassVar[str] = "CUSTOMER"
    first_name: str | None
    last_name: str | None
    email: str | None
    created_at: datetime
    updated_at: datetime
    phone: str | None = None
    locale: str = "en"
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    tax_exempt: bool = False
    default_address: MailingAddress | None = None
    addresses: list[MailingAddress] = field(default_factory=list)
    orders_placed: int = 0
    state: str = "DISABLED"
    verified_email: bool = True
    tax_exemptions: list[str] = field(default_factory=list)
    tax_id: str | None = None
    data_sale_opt_out: bool = False
    product_subscriber_status: str = "NEVER_SUBSCRIBED"
    email_consent: MarketingConsent = field(default_factory=lambda: MarketingConsent("NOT_SUBSCRIBED"))
    sms_consent: MarketingConsent = field(default_factory=lambda: MarketingConsent("NEVER_SUBSCRIBED"))
    whats_app_consent: MarketingConsent = field(default_factory=lambda: MarketingConsent("NEVER_SUBSCRIBED"))
    company_contact_profiles: list[CompanyContact] = field(default_factory=list)

    @property
    def display_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email or ""

    @property
    def number_of_orders(self) -> str:
        return str(self.orders_placed)

    @property
    def default_email_address(self) -> CustomerEmailAddress | None:
        return CustomerEmailAddress(self.email, self.email_consent) if self.email else None

    @property
    def default_phone_number(self) -> CustomerPhoneNumber | None:
        if not self.phone:
            return None
        return CustomerPhoneNumber(self.phone, self.sms_consent, self.whats_app_consent)

    @property
    def tax_settings(self) -> TaxSettings:
        return TaxSettings(self.tax_id)

    @property
    def can_delete(self) -> bool:
        return self.orders_placed == 0
