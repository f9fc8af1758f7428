"""Who buys: customers, companies with their locations and contacts, and the addresses of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.metafields import WithMetafields


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


@dataclass(frozen=True, slots=True)
class CustomerEmailAddress:
    email_address: str


@dataclass(frozen=True, slots=True)
class CustomerPhoneNumber:
    phone_number: str


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
    orders_placed: int = 0

    @property
    def display_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email or ""

    @property
    def number_of_orders(self) -> str:
        return str(self.orders_placed)

    @property
    def default_email_address(self) -> CustomerEmailAddress | None:
        return CustomerEmailAddress(self.email) if self.email else None

    @property
    def default_phone_number(self) -> CustomerPhoneNumber | None:
        return CustomerPhoneNumber(self.phone) if self.phone else None


@dataclass(eq=False, kw_only=True)
class Company(Entity):
    """A business that buys."""

    gid_type: ClassVar[str] = "Company"
    name: str
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CompanyLocationTaxSettings:
    tax_exempt: bool
    tax_exemptions: tuple[str, ...]
    tax_registration_id: str | None


@dataclass(eq=False, kw_only=True)
class CompanyLocation(Entity):
    """A branch of a company: where goods go, and whose tax number counts."""

    gid_type: ClassVar[str] = "CompanyLocation"
    name: str
    company: Company
    created_at: datetime
    updated_at: datetime
    tax_settings: CompanyLocationTaxSettings
    external_id: str | None = None


@dataclass(eq=False, kw_only=True)
class CompanyContact(Entity):
    """A customer who acts for a company."""

    gid_type: ClassVar[str] = "CompanyContact"
    customer: Customer
    title: str | None = None


@dataclass(frozen=True, slots=True)
class PurchasingCompany:
    """The company side of an order (Shopify's B2B)."""

    company: Company
    location: CompanyLocation
    contact: CompanyContact | None
