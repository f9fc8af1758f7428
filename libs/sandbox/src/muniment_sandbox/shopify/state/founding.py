"""Founding the demo shop: its merchant, its places, and our app installed in it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

import orjson

from muniment_sandbox.shopify.state.clock import ShopClock, SystemShopClock
from muniment_sandbox.shopify.state.entities import Numbers
from muniment_sandbox.shopify.state.merchant import (
    AccessScope,
    App,
    AppInstallation,
    BusinessEntity,
    Domain,
    Location,
    LocationAddress,
    Merchant,
    ShopAddress,
)
from muniment_sandbox.shopify.state.returns import ReturnReasonDefinition
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.transactions import PaymentTermsTemplate
from muniment_sandbox.shopify.versions import SCHEMA_VERSION

DEMO_DOMAIN = "muniment-demo.myshopify.com"
SCOPES = (
    "read_orders",
    "write_orders",
    "read_all_orders",
    "read_returns",
    "write_returns",
    "read_fulfillments",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "write_third_party_fulfillment_orders",
    "read_draft_orders",
    "write_draft_orders",
    "read_payment_terms",
    "read_customers",
    "write_customers",
    "read_companies",
    "write_companies",
    "read_customer_merge",
    "read_customer_data_erasure",
    "write_customer_data_erasure",
    "read_products",
    "write_products",
    "read_files",
    "write_files",
    "read_publications",
    "write_publications",
    "read_metaobjects",
    "write_metaobjects",
    "read_metaobject_definitions",
    "write_metaobject_definitions",
    "read_locations",
    "read_shopify_payments_accounts",
    "read_shopify_payments_disputes",
    "read_shopify_payments_dispute_evidences",
    "write_shopify_payments_dispute_evidences",
)

TERMS = (
    ("Due on receipt", "RECEIPT", None),
    ("Due on fulfillment", "FULFILLMENT", None),
    *((f"Within {days} days", "NET", days) for days in (7, 15, 30, 45, 60, 90)),
    ("Fixed date", "FIXED", None),
)

_FOUNDED = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


def found_shop(
    *, clock: ShopClock | None = None, domain: str = DEMO_DOMAIN, client_id: str = "muniment-client"
) -> Shop:
    """Return a new shop without products, customers or orders."""
    numbers = Numbers()
    shop = Shop(
        _merchant(domain, numbers), _installation(client_id, numbers), clock or SystemShopClock(), numbers
    )
    for name, street, city, code in (
        ("Lager Berlin", "Wilhelmine-Gemberg-Weg 6", "Berlin", "10179"),
        ("Lager Leipzig", "Karl-Heine-Straße 93", "Leipzig", "04229"),
    ):
        address = LocationAddress(street, city, "DE", code)
        shop.locations.append(
            shop.register(Location(number=numbers.next("Location"), name=name, address=address))
        )
    rows = orjson.loads((files("muniment_sandbox.shopify") / "data" / "return_reasons.json").read_bytes())
    for row in rows:
        shop.register(ReturnReasonDefinition(number=numbers.next("ReturnReasonDefinition"), **row))
    for name, kind, days in TERMS:
        number = numbers.next("PaymentTermsTemplate")
        shop.register(
            PaymentTermsTemplate(number=number, name=name, payment_terms_type=kind, due_in_days=days)
        )
    for entity in (shop.merchant, shop.installation, shop.installation.app, shop.merchant.business_entity):
        shop.register(entity)
    return shop


def _merchant(domain: str, numbers: Numbers) -> Merchant:
    return Merchant(
        number=numbers.next("Shop"),
        name="Muniment Papeterie",
        myshopify_domain=domain,
        email="kontor@muniment.example",
        currency_code="EUR",
        iana_timezone="Europe/Berlin",
        shop_address=ShopAddress(
            number=numbers.next("ShopAddress"),
            company="Muniment Papeterie GmbH",
            address1="Wilhelmine-Gemberg-Weg 6",
            city="Berlin",
            zip="10179",
            country_code_v2="DE",
            phone="+49 30 1234567",
        ),
        primary_domain=Domain(number=numbers.next("Domain"), host="www.muniment.example"),
        business_entity=BusinessEntity(
            number=numbers.next("BusinessEntity"),
            display_name="Muniment Papeterie",
            company_name="Muniment Papeterie GmbH",
            legal_entity_id=str(numbers.next("LegalEntity")),
        ),
        created_at=_FOUNDED,
        updated_at=_FOUNDED,
        enabled_presentment_currencies=["CHF", "EUR", "GBP", "JPY", "KWD", "USD"],
    )


def _installation(client_id: str, numbers: Numbers) -> AppInstallation:
    scopes = [AccessScope(handle) for handle in SCOPES]
    app = App(
        number=numbers.next("App"),
        title="Muniment",
        handle="muniment",
        api_key=client_id,
        webhook_api_version=SCHEMA_VERSION,
        requested_access_scopes=scopes,
    )
    return AppInstallation(number=numbers.next("AppInstallation"), app=app, access_scopes=scopes)
