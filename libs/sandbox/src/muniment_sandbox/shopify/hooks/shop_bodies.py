"""The bodies of hooks about the shop itself: its facts, its places, the app that is installed in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.shopify.hooks.rest_values import Body, local
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.merchant import AppInstallation, Location, Merchant


def _shop(merchant: Merchant, books: Ledger) -> Body:
    address, zone = merchant.shop_address, merchant.timezone
    return {
        "id": merchant.number,
        "name": merchant.name,
        "email": merchant.email,
        "domain": merchant.primary_domain.host,
        "province": address.province_code,
        "country": address.country_code_v2,
        "address1": address.address1,
        "zip": address.zip,
        "city": address.city,
        "source": None,
        "phone": address.phone,
        "latitude": None,
        "longitude": None,
        "primary_locale": "en",
        "address2": address.address2,
        "created_at": local(merchant.created_at, zone),
        "updated_at": local(merchant.updated_at, zone),
        "country_code": address.country_code_v2,
        "country_name": address.country_code_v2,
        "currency": merchant.currency_code,
        "customer_email": merchant.contact_email,
        "timezone": merchant.iana_timezone,
        "iana_timezone": merchant.iana_timezone,
        "shop_owner": merchant.name,
        "money_format": "{{amount}}",
        "money_with_currency_format": f"{{{{amount}}}} {merchant.currency_code}",
        "weight_unit": "kg",
        "province_code": address.province_code,
        "taxes_included": merchant.taxes_included,
        "auto_configure_tax_inclusivity": None,
        "tax_shipping": merchant.tax_shipping,
        "county_taxes": None,
        "plan_display_name": merchant.plan.public_display_name,
        "plan_name": "enterprise",
        "has_discounts": True,
        "has_gift_cards": True,
        "myshopify_domain": merchant.myshopify_domain,
        "google_apps_domain": None,
        "google_apps_login_enabled": None,
        "money_in_emails_format": "{{amount}}",
        "money_with_currency_in_emails_format": f"{{{{amount}}}} {merchant.currency_code}",
        "eligible_for_payments": True,
        "requires_extra_payments_agreement": False,
        "password_enabled": False,
        "has_storefront": True,
        "finances": True,
        "primary_location_id": books.locations[0].number if books.locations else None,
        "checkout_api_supported": True,
        "multi_location_enabled": True,
        "setup_required": False,
        "pre_launch_enabled": False,
        "enabled_presentment_currencies": list(merchant.enabled_presentment_currencies),
        "marketing_sms_consent_enabled_at_checkout": False,
        "transactional_sms_disabled": False,
    }


def _place(location: Location, books: Ledger) -> Body:
    address, moment = location.address, local(books.clock.now(), books.merchant.timezone)
    return {
        "id": location.number,
        "name": location.name,
        "address1": address.address1,
        "address2": None,
        "city": address.city,
        "zip": address.zip,
        "province": None,
        "country": address.country_code,
        "phone": None,
        "created_at": local(books.merchant.created_at, books.merchant.timezone),
        "updated_at": moment,
        "country_code": address.country_code,
        "country_name": address.country_code,
        "province_code": None,
        "legacy": False,
        "active": location.is_active,
        "admin_graphql_api_id": location.id,
    }


def _scopes(installation: AppInstallation, books: Ledger) -> Body:
    return {
        "id": installation.app.number,
        "shop_id": books.merchant.id,
        "previous": books.previous_scopes,
        "current": [scope.handle for scope in installation.access_scopes],
        "updated_at": books.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }


SHOP_BODIES: Mapping[str, Callable[[Any, Ledger], Body]] = {
    "app/scopes_update": _scopes,
    "app/uninstalled": _shop,
    "locations/update": _place,
    "shop/update": _shop,
}
