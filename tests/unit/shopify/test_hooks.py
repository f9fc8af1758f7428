"""Headers and topics of hooks, and the name of a shop."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_shopify.hooks import ENUMS, TOPICS, HookHeaders, is_known_topic, topic_enum
from muniment_shopify.shop_domain import ShopDomain

CLASSIC = {
    "X-Shopify-Hmac-SHA256": "c2ln",
    "X-Shopify-Topic": "orders/paid",
    "X-Shopify-Shop-Domain": "Acme-Store.myshopify.com",
    "X-Shopify-API-Version": "2026-10",
    "X-Shopify-Webhook-Id": "w-1",
    "X-Shopify-Event-Id": "e-1",
    "X-Shopify-Triggered-At": "2026-11-22T08:00:00.123456789Z",
    "X-Shopify-Name": "archive",
}
EVENTS = {
    "shopify-hmac-sha256": "c2ln",
    "shopify-topic": "orders/paid",
    "shopify-shop-domain": "acme-store.myshopify.com",
    "shopify-api-version": "2026-10",
    "shopify-webhook-id": "w-1",
    "shopify-event-id": "e-1",
    "shopify-triggered-at": "2026-11-22T08:00:00.123456Z",
    "shopify-handle": "archive",
}


@pytest.mark.parametrize("headers", [CLASSIC, {k.upper(): v for k, v in CLASSIC.items()}, EVENTS])
def test_headers_are_read_in_any_case_under_their_classic_and_their_events_names(
    headers: dict[str, str],
) -> None:
    assert HookHeaders.parse(headers) == HookHeaders(
        signature="c2ln",
        topic="orders/paid",
        shop="acme-store",
        api_version="2026-10",
        webhook_id="w-1",
        event_id="e-1",
        triggered_at=datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC),
        name="archive",
    )


def test_missing_headers_are_none_and_a_missing_topic_is_empty() -> None:
    told = HookHeaders.parse({})
    assert (told.signature, told.topic, told.shop, told.webhook_id, told.triggered_at) == (
        None,
        "",
        None,
        None,
        None,
    )


@pytest.mark.parametrize("text", ["yesterday", "2026-11-22T08:00:00", "", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_none_or_has_no_zone_is_not_believed(text: str) -> None:
    assert HookHeaders.parse({"X-Shopify-Triggered-At": text}).triggered_at is None


@given(st.dictionaries(st.sampled_from(sorted(CLASSIC)), st.text(max_size=60)))
def test_any_headers_are_read_without_an_exception(headers: dict[str, str]) -> None:
    HookHeaders.parse(headers)


def test_all_topics_of_the_api_and_the_three_privacy_topics_are_known() -> None:
    assert len(TOPICS) == 221
    assert TOPICS - ENUMS.keys() == {"customers/data_request", "customers/redact", "shop/redact"}
    assert is_known_topic("orders/create")
    assert is_known_topic("customer.tags_added")
    assert not is_known_topic("orders/refunded")


def test_a_topic_has_the_name_the_admin_api_uses() -> None:
    assert (
        topic_enum("fulfillment_orders/order_routing_complete") == "FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE"
    )
    with pytest.raises(KeyError):
        topic_enum("shop/redact")


@pytest.mark.parametrize("text", ["acme.myshopify.com", "a.myshopify.com", "ACME-1.myshopify.com"])
def test_a_shop_domain_is_accepted_in_any_case(text: str) -> None:
    shop = ShopDomain(text)
    assert shop == text.lower()
    assert shop.handle == text.lower().removesuffix(".myshopify.com")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acme",
        "acme.com",
        "-acme.myshopify.com",
        "acme.myshopify.com.evil.example",
        "evil.example/acme.myshopify.com",
        "acme.myshopify.com\n",
        "acme.myshopify.com:8080",
        "user@acme.myshopify.com",
        "a.b.myshopify.com",
        "äcme.myshopify.com",
        "acme_1.myshopify.com",
        "a" * 64 + ".myshopify.com",
    ],
)
def test_what_is_no_shop_domain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"name\.myshopify\.com"):
        ShopDomain(text)
