"""Who sells: the shop's name, address, plan, places, and the app that is installed in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from muniment_sandbox.shopify.state.entities import Entity


@dataclass(eq=False, kw_only=True)
class ShopAddress(Entity):
    """The seller's address."""

    gid_type: ClassVar[str] = "ShopAddress"
    company: str
    address1: str
    city: str
    zip: str
    country_code_v2: str
    address2: str | None = None
    province_code: str | None = None
    phone: str | None = None


@dataclass(eq=False, kw_only=True)
class Domain(Entity):
    gid_type: ClassVar[str] = "Domain"
    host: str

    @property
    def url(self) -> str:
        return f"https://{self.host}"


@dataclass(frozen=True, slots=True)
class ShopPlan:
    public_display_name: str = "Shopify Plus"
    shopify_plus: bool = True
    partner_development: bool = False


@dataclass(eq=False, kw_only=True)
class BusinessEntity(Entity):
    """The legal entity that sells."""

    gid_type: ClassVar[str] = "BusinessEntity"
    display_name: str
    company_name: str
    legal_entity_id: str | None = None


@dataclass(frozen=True, slots=True)
class LocationAddress:
    address1: str
    city: str
    country_code: str
    zip: str


@dataclass(eq=False, kw_only=True)
class Location(Entity):
    """A place goods are sent from."""

    gid_type: ClassVar[str] = "Location"
    name: str
    address: LocationAddress
    is_active: bool = True
    fulfills_online_orders: bool = True


@dataclass(frozen=True, slots=True)
class AccessScope:
    handle: str


@dataclass(eq=False, kw_only=True)
class App(Entity):
    """Our app as the shop knows it; ``api_key`` is its client id."""

    gid_type: ClassVar[str] = "App"
    title: str
    handle: str
    api_key: str
    webhook_api_version: str
    requested_access_scopes: Sequence[AccessScope]
    optional_access_scopes: Sequence[AccessScope] = ()


@dataclass(eq=False, kw_only=True)
class AppInstallation(Entity):
    gid_type: ClassVar[str] = "AppInstallation"
    app: App
    access_scopes: Sequence[AccessScope]


@dataclass(eq=False, kw_only=True)
class Merchant(Entity):
    """The shop as its ``shop`` query shows it."""

    gid_type: ClassVar[str] = "Shop"
    name: str
    myshopify_domain: str
    email: str
    currency_code: str
    iana_timezone: str
    shop_address: ShopAddress
    primary_domain: Domain
    business_entity: BusinessEntity
    created_at: datetime
    updated_at: datetime
    enabled_presentment_currencies: list[str] = field(default_factory=list)
    taxes_included: bool = True
    tax_shipping: bool = True
    plan: ShopPlan = field(default_factory=ShopPlan)
    order_number_format_prefix: str = "#"
    order_number_format_suffix: str = ""
    weight_unit: str = "KILOGRAMS"
    unit_system: str = "METRIC_SYSTEM"

    @property
    def contact_email(self) -> str:
        return self.email

    @property
    def url(self) -> str:
        return self.primary_domain.url

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.iana_timezone)

    @property
    def timezone_offset_minutes(self) -> int:
        offset = self.updated_at.astimezone(self.timezone).utcoffset()
        return int(offset.total_seconds() // 60) if offset else 0
