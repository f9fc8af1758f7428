"""Customers: finding them, their tax exemptions, what they agree to, their erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, moment_of, paged, value_of
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_creation, by_id, by_update, listed
from muniment_sandbox.shopify.graphql.resolvers.metafields import OWNED
from muniment_sandbox.shopify.graphql.search import CUSTOMER_TERMS
from muniment_sandbox.shopify.state.customer_changes import ConsentWish
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.people import Customer

_PLACES: Places[Customer] = {
    "ID": by_id,
    "CREATED_AT": by_creation,
    "UPDATED_AT": by_update,
    "NAME": lambda customer: (customer.display_name, customer.number),
}
_SMS_STATES = {"NOT_SUBSCRIBED": "NEVER_SUBSCRIBED"}
"""What consents are called on input, and in the shape of 2026-10."""


def _one(_root: object, info: Info, id: str) -> Customer | None:
    return shop_of(info).get(Customer, id)


def _all(_root: object, info: Info, **args: Any) -> object:
    return listed(info, args, Customer, CUSTOMER_TERMS, _PLACES)


@answering("customer")
def _replace_exemptions(_root: object, info: Info, **args: Any) -> Customer:
    customer = wanted(info, Customer, args["customerId"], "customerId")
    shop_of(info).change_customer(customer, tax_exemptions=list(dict.fromkeys(args["taxExemptions"])))
    return customer


def _consent(channel: str, key: str) -> Callable[..., object]:
    @answering("customer")
    def update(_root: object, info: Info, input: dict[str, Any]) -> Customer:
        customer, given = wanted(info, Customer, input["customerId"], "input", "customerId"), input[key]
        state, where = given["marketingState"], given.get("sourceLocationId")
        if state in ("INVALID", "REDACTED"):
            message = f"Marketing state {state.lower()} cannot be set."
            raise NotPossible(message, code="INVALID", field=["input", key, "marketingState"])
        wish = ConsentWish(
            state=_SMS_STATES.get(state, state) if channel == "sms" else state,
            opt_in_level=given.get("marketingOptInLevel"),
            updated_at=_moment(given.get("consentUpdatedAt")),
            source_location=wanted(info, Location, where, "input", "sourceLocationId") if where else None,
        )
        shop_of(info).set_consent(customer, channel, wish)
        return customer

    return update


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@answering("customerId")
def _erase(_root: object, info: Info, **args: Any) -> str:
    customer = wanted(info, Customer, args["customerId"], "customerId", code="DOES_NOT_EXIST")
    shop_of(info).ask_for_erasure(customer)
    return customer.id


def _spent(customer: Customer, info: Info) -> Money:
    shop = shop_of(info)
    paid = (
        order.totals.net_payment_set.shop_money.minor
        for order in shop.orders.values()
        if order.customer is customer
    )
    return Money(sum(paid), shop.merchant.currency_code)


_CONSENT = {
    "collectedFrom": value_of("collected_from"),
    "optInLevel": value_of("opt_in_level"),
    "sourceLocation": value_of("source_location"),
    "state": value_of("state"),
    "updatedAt": moment_of("updated_at"),
}

FIELDS: Fields = {
    "QueryRoot": {"customer": _one, "customers": _all},
    "Mutation": {
        "customerEmailMarketingConsentUpdate": _consent("email", "emailMarketingConsent"),
        "customerReplaceTaxExemptions": _replace_exemptions,
        "customerRequestDataErasure": _erase,
        "customerSmsMarketingConsentUpdate": _consent("sms", "smsMarketingConsent"),
    },
    "Customer": {**OWNED, "addressesV2": paged("addresses"), "amountSpent": _spent},
    "CustomerSmsMarketingConsent": _CONSENT,
    "CustomerWhatsAppMarketingConsent": _CONSENT,
}
