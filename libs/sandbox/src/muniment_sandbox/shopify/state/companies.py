"""Businesses that buy: companies, their branches, the people who act for them and in which role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.metafields import WithMetafields
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.transactions import PaymentTermsTemplate


@dataclass(eq=False, kw_only=True)
class CompanyContactRole(Entity):
    """What a contact may do at a branch."""

    gid_type: ClassVar[str] = "CompanyContactRole"
    name: str


@dataclass(eq=False, kw_only=True)
class Company(WithMetafields):
    """A business that buys."""

    gid_type: ClassVar[str] = "Company"
    owner_type: ClassVar[str] = "COMPANY"
    name: str
    created_at: datetime
    updated_at: datetime
    customer_since: datetime
    external_id: str | None = None
    note: str | None = None
    contact_roles: list[CompanyContactRole] = field(default_factory=list)
    people: list[CompanyContact] = field(default_factory=list)
    branches: list[CompanyLocation] = field(default_factory=list)
    main_contact: CompanyContact | None = None

    @property
    def default_role(self) -> CompanyContactRole | None:
        return self.contact_roles[-1] if self.contact_roles else None


@dataclass(eq=False, kw_only=True)
class CompanyAddress(Entity):
    """The address of a branch."""

    gid_type: ClassVar[str] = "CompanyAddress"
    company: Company
    recipient: str | None
    address1: str
    city: str | None
    zip: str | None
    country: str | None
    country_code: str
    created_at: datetime
    updated_at: datetime
    address2: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    province: str | None = None
    zone_code: str | None = None

    @property
    def company_name(self) -> str:
        return self.company.name


@dataclass(frozen=True, slots=True)
class CompanyLocationTaxSettings:
    tax_exempt: bool
    tax_exemptions: tuple[str, ...]
    tax_registration_id: str | None


@dataclass(frozen=True, slots=True)
class BuyerExperienceConfiguration:
    """How a branch checks out; ``checkout_to_draft`` makes its orders drafts that somebody reviews."""

    checkout_to_draft: bool = False
    editable_shipping_address: bool = False
    payment_terms_template: PaymentTermsTemplate | None = None


@dataclass(eq=False, kw_only=True)
class CompanyLocation(WithMetafields):
    """A branch of a company: where goods go, and whose tax number counts."""

    gid_type: ClassVar[str] = "CompanyLocation"
    owner_type: ClassVar[str] = "COMPANY_LOCATION"
    name: str
    company: Company
    created_at: datetime
    updated_at: datetime
    tax_settings: CompanyLocationTaxSettings
    currency: str
    external_id: str | None = None
    phone: str | None = None
    locale: str | None = None
    note: str | None = None
    billing_address: CompanyAddress | None = None
    shipping_address: CompanyAddress | None = None
    buyer_experience_configuration: BuyerExperienceConfiguration = BuyerExperienceConfiguration()
    assignments: list[CompanyContactRoleAssignment] = field(default_factory=list)


@dataclass(eq=False, kw_only=True)
class CompanyContact(Entity):
    """A customer who acts for a company."""

    gid_type: ClassVar[str] = "CompanyContact"
    company: Company
    customer: Customer
    created_at: datetime
    updated_at: datetime
    title: str | None = None
    locale: str | None = None
    assignments: list[CompanyContactRoleAssignment] = field(default_factory=list)

    @property
    def is_main_contact(self) -> bool:
        return self.company.main_contact is self


@dataclass(eq=False, kw_only=True)
class CompanyContactRoleAssignment(Entity):
    """Who may do what at which branch."""

    gid_type: ClassVar[str] = "CompanyContactRoleAssignment"
    company_contact: CompanyContact
    company_location: CompanyLocation
    role: CompanyContactRole


@dataclass(frozen=True, slots=True)
class PurchasingCompany:
    """The company side of an order (Shopify's B2B)."""

    company: Company
    location: CompanyLocation
    contact: CompanyContact | None
