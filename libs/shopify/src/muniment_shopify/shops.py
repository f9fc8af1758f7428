"""The shop itself: the seller on every document, and what the app may do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muniment_shopify.client import AdminClient
from muniment_shopify.operations import operation


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerAddress:
    """The shop's own address; every field as the shop gave it, or ``None``. ``country`` is ISO 3166-1
    alpha-2.
    """

    company: str | None
    address1: str | None
    address2: str | None
    zip: str | None
    city: str | None
    province: str | None
    country: str | None
    phone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopInfo:
    """The seller. ``legal_name`` is the company of the address, else the shop's name; ``domain`` what buyers
    see.

    ``email`` is the address for customers. ``currency`` is ISO 4217, ``timezone`` an IANA name.
    """

    gid: str
    name: str
    legal_name: str
    email: str
    domain: str
    myshopify_domain: str
    address: SellerAddress
    currency: str
    timezone: str
    taxes_included: bool
    raw: Mapping[str, Any] = field(repr=False, compare=False)


async def shop_info(client: AdminClient) -> ShopInfo:
    """Return the shop as it describes itself now. Raises what ``AdminClient.execute`` raises."""
    shop = (await client.execute(operation("shop_info"))).data["shop"]
    address = shop["shopAddress"] or {}
    return ShopInfo(
        gid=shop["id"],
        name=shop["name"],
        legal_name=address.get("company") or shop["name"],
        email=shop["contactEmail"] or shop["email"],
        domain=shop["primaryDomain"]["host"],
        myshopify_domain=shop["myshopifyDomain"],
        address=SellerAddress(
            company=address.get("company"),
            address1=address.get("address1"),
            address2=address.get("address2"),
            zip=address.get("zip"),
            city=address.get("city"),
            province=address.get("provinceCode"),
            country=address.get("countryCodeV2"),
            phone=address.get("phone"),
        ),
        currency=shop["currencyCode"],
        timezone=shop["ianaTimezone"],
        taxes_included=bool(shop["taxesIncluded"]),
        raw=shop,
    )


async def granted_scopes(client: AdminClient) -> frozenset[str]:
    """Return the access scopes the app has in this shop (``read_orders``, …)."""
    installation = (await client.execute(operation("app_installation_scopes"))).data["currentAppInstallation"]
    return frozenset(scope["handle"] for scope in installation["accessScopes"])
