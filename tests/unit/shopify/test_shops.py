"""The seller, the scopes and the subscriptions of a shop."""

from __future__ import annotations

from muniment_shopify.client import AdminClient
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.shops import granted_scopes, shop_info
from muniment_shopify.tokens import FixedToken
from tests.unit.shopify.scripted import SHOP, HurriedClock, ScriptedPeer, answered

SHOP_NODE = {
    "id": "gid://shopify/Shop/1",
    "name": "Acme",
    "myshopifyDomain": SHOP,
    "email": "owner@acme.example",
    "contactEmail": "hello@acme.example",
    "primaryDomain": {"host": "www.acme.example", "url": "https://www.acme.example"},
    "currencyCode": "EUR",
    "ianaTimezone": "Europe/Berlin",
    "taxesIncluded": True,
    "shopAddress": {
        "company": "Acme GmbH",
        "address1": "Hof 1",
        "zip": "10115",
        "city": "Berlin",
        "countryCodeV2": "DE",
    },
}


def client(*answers: object) -> tuple[AdminClient, ScriptedPeer]:
    peer = ScriptedPeer(*(answered({"data": data}) for data in answers))
    return AdminClient(ShopDomain(SHOP), peer, FixedToken("t"), clock=HurriedClock()), peer


async def test_the_seller_is_the_company_of_the_address_with_the_address_for_customers() -> None:
    info = await shop_info(client({"shop": SHOP_NODE})[0])
    assert (info.legal_name, info.email, info.domain) == (
        "Acme GmbH",
        "hello@acme.example",
        "www.acme.example",
    )
    assert (info.address.zip, info.address.country, info.address.address2) == ("10115", "DE", None)
    assert (info.currency, info.timezone, info.taxes_included) == ("EUR", "Europe/Berlin", True)


async def test_a_shop_without_company_or_contact_is_named_by_what_it_has() -> None:
    info = await shop_info(client({"shop": {**SHOP_NODE, "shopAddress": None, "contactEmail": ""}})[0])
    assert (info.legal_name, info.email) == ("Acme", "owner@acme.example")


async def test_scopes_are_those_of_the_installation() -> None:
    installation = {"accessScopes": [{"handle": "read_orders"}, {"handle": "write_orders"}]}
    assert await granted_scopes(client({"currentAppInstallation": installation})[0]) == {
        "read_orders",
        "write_orders",
    }
