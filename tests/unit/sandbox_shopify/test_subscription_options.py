"""What a subscription asks for is what it gets: filters, chosen fields, metafields, its name; and no echo."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.hooks import dispatch as dispatching
from muniment_sandbox.shopify.hooks.payloads import passes, projected
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from tests.unit.sandbox_shopify.recording import ADDRESS, RecordingSender, dispatch_of

PRODUCT = {
    "id": 820982911946154508,
    "status": "active",
    "product_type": "Music",
    "vendor": None,
    "updated_at": "2026-11-23T08:00:00+01:00",
    "variants": [{"price": "9.90", "sku": "A-1"}, {"price": "12.00", "sku": "A-2"}],
    "options": [],
    "owner": {"address1": "Example Street 1", "city": "Köln"},
}


@pytest.fixture
def shop() -> Shop:
    return seeded_shop("empty")


def place(shop: Shop) -> Order:
    return shop.place_order(random_cart(shop.stock, dice(1)))


def subscribe(shop: Shop, topic: str, fields: Sequence[str] = (), filter_: str | None = None) -> None:
    shop.subscribe(SubscriptionWish(topic=topic, uri=ADDRESS, include_fields=fields, filter=filter_))


@pytest.mark.parametrize(
    ("query", "is_passed"),
    [
        ("status:active", True),
        ("status:ACTIVE", True),
        ("status:draft", False),
        ("variants.price:>=12", True),
        ("variants.price:>12.00", False),
        ("variants.sku:A-1", True),
        ("owner.address1:'Example Street 1'", True),
        ("id:* AND status:active AND (product_type:Music OR product_type:Books)", True),
        ("id:820982911946154508", True),
        ("id:820982911946154509", False),
        ("vendor:*", False),
        ("options:*", False),
        ("nothing_of_this_name:*", False),
        ("nothing_of_this_name:x", False),
        ("-nothing_of_this_name:x", True),
        ("-status:draft", True),
        ("status:act*", True),
        ("updated_at:>=2026-11-23T07:00:00Z", True),
        ("updated_at:>2026-11-23T07:00:00Z", False),
        ("updated_at:>yesterday", False),
    ],
)
def test_a_filter_is_read_as_a_search_over_the_body(query: str, is_passed: bool) -> None:
    assert passes(query, PRODUCT) is is_passed


def test_the_filter_sees_what_the_payload_does_not_show(shop: Shop) -> None:
    place(shop)
    body = {"id": 1, "total_price": "500.00"}
    assert passes("total_price:>=500", body)
    assert projected(body, ["id"]) == {"id": 1}


def test_fields_within_fields_are_named_with_dots() -> None:
    assert projected(PRODUCT, ["variants.price", "owner.city", "id"]) == {
        "id": 820982911946154508,
        "variants": [{"price": "9.90"}, {"price": "12.00"}],
        "owner": {"city": "Köln"},
    }
    assert projected(PRODUCT, ["owner.city", "owner", "owner.city.block"])["owner"] == PRODUCT["owner"]
    assert projected(PRODUCT, ["nothing.of.it"]) == {}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers() | st.lists(st.integers())))
def test_naming_every_field_changes_nothing(body: dict[str, object]) -> None:
    assert projected(body, list(body)) == body
    assert projected(body, []) == body


async def test_metafields_come_when_asked_for_by_namespace_or_by_name(shop: Shop) -> None:
    order = place(shop)
    for namespace, key in (("ecm", "archived"), ("ecm", "node"), ("gift", "words"), ("gift", "paper")):
        shop.set_metafield(order, namespace, key, "single_line_text_field", f"{key}!")
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    shop.subscribe(
        SubscriptionWish(
            topic="ORDERS_UPDATED",
            uri=ADDRESS,
            include_fields=["id"],
            metafield_namespaces=["ecm"],
            metafields=[("gift", "paper")],
            name="with-metafields",
        )
    )
    shop.update_note(order, "Changed.")
    await dispatch.idle()
    sent = sender.sent[0]
    told = sent.json()
    assert list(told) == ["id", "metafields"]
    metafields = told["metafields"]
    assert isinstance(metafields, list)
    assert [(each["namespace"], each["key"], each["value"]) for each in metafields] == [
        ("ecm", "archived", "archived!"),
        ("ecm", "node", "node!"),
        ("gift", "paper", "paper!"),
    ]
    assert {each["owner_resource"] for each in metafields} == {"order"}
    assert sent.headers["X-Shopify-Name"] == "with-metafields"


async def test_the_same_chosen_fields_are_not_told_twice_in_a_row(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    order = place(shop)
    subscribe(shop, "ORDERS_UPDATED", ["id", "note"])
    for note in ("one", "one", "two", "one"):
        shop.update_note(order, note)
    await dispatch.idle()
    assert [sent.json()["note"] for sent in sender.sent] == ["one", "two", "one"]
    assert dispatch.summary()["debounced"] == 1


async def test_whole_payloads_are_never_taken_for_an_echo(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    order = place(shop)
    subscribe(shop, "ORDERS_UPDATED")
    shop.update_note(order, "one")
    shop.update_note(order, "one")
    await dispatch.idle()
    assert len(sender.sent) == 2


async def test_an_echo_is_told_again_after_a_while(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatching, "DEBOUNCE_S", 0.0)
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    order = place(shop)
    subscribe(shop, "ORDERS_UPDATED", ["id"])
    shop.update_note(order, "one")
    shop.update_note(order, "two")
    await dispatch.idle()
    assert len(sender.sent) == 2
