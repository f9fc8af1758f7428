"""What an app asks of the shop: by id, by search, page by page; and what it is told when it asks wrongly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.snapshots import ask, data

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SEARCH = """query Find($query: String, $first: Int, $after: String, $reverse: Boolean) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT, reverse: $reverse) {
    edges { cursor } nodes { name updatedAt } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def shop(clock: SetClock) -> Shop:
    return seeded_shop("empty", clock=clock)


def place_hourly(shop: Shop, clock: SetClock, count: int) -> list[Order]:
    chance = dice(1)
    orders = []
    for _ in range(count):
        orders.append(shop.place_order(random_cart(shop.stock, chance)))
        clock.advance(3600)
    return orders


def names(shop: Shop, query: str) -> list[str]:
    return [node["name"] for node in data(shop, SEARCH, query=query, first=50)["orders"]["nodes"]]


def test_orders_are_found_by_when_they_changed(shop: Shop, clock: SetClock) -> None:
    orders = place_hourly(shop, clock, 4)
    shop.update_note(orders[0], "late")
    assert names(shop, "updated_at:>='2026-11-23T14:00:00Z'") == ["#1003", "#1004", "#1001"]
    assert names(shop, "updated_at:>2026-11-23T14:00:00Z updated_at:<2026-11-23T16:00:00Z") == ["#1004"]


def test_search_knows_and_or_not_parentheses_and_tags(shop: Shop, clock: SetClock) -> None:
    orders = place_hourly(shop, clock, 3)
    shop.set_tags(orders[0], ["vip"])
    shop.cancel(orders[1])
    assert names(shop, "tag:VIP OR status:cancelled") == ["#1001", "#1002"]
    assert names(shop, "-status:cancelled AND (name:1001 OR name:#1003)") == ["#1003", "#1001"]
    assert names(shop, "NOT tag:vip") == ["#1003", "#1002"]
    assert names(shop, f"id:{orders[2].number}") == ["#1003"]


def test_an_unknown_search_term_matches_all_and_is_named(shop: Shop, clock: SetClock) -> None:
    place_hourly(shop, clock, 2)
    answer = ask(shop, SEARCH, {"query": "colour:red", "first": 5})
    assert len(answer["data"]["orders"]["nodes"]) == 2
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "colour"


@pytest.mark.parametrize("reverse", [False, True])
def test_pages_join_to_the_whole_list_without_gap_or_repeat(
    shop: Shop, clock: SetClock, reverse: bool
) -> None:
    place_hourly(shop, clock, 7)
    seen: list[str] = []
    after = None
    while True:
        page = data(shop, SEARCH, first=3, after=after, reverse=reverse)["orders"]
        seen += [node["name"] for node in page["nodes"]]
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        after = page["pageInfo"]["endCursor"]
        assert after == page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    expected = [f"#{number}" for number in range(1001, 1008)]
    assert seen == (expected[::-1] if reverse else expected)


def test_an_order_that_changes_between_two_pages_is_not_skipped(shop: Shop, clock: SetClock) -> None:
    orders = place_hourly(shop, clock, 4)
    first = data(shop, SEARCH, first=2)["orders"]
    shop.update_note(orders[0], "moved to the end")
    second = data(shop, SEARCH, first=9, after=first["pageInfo"]["endCursor"])["orders"]
    assert [node["name"] for node in second["nodes"]] == ["#1003", "#1004", "#1001"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('first: 1, query: "updated_at:>=tomorrow"', "Invalid time value 'tomorrow'"),
        ("first: 1, sortKey: DESTINATION", "cannot sort orders by DESTINATION"),
    ],
)
def test_a_search_that_cannot_be_done_says_why(shop: Shop, arguments: str, message: str) -> None:
    answer = ask(shop, f"{{ orders({arguments}) {{ nodes {{ id }} }} }}")
    assert message in answer["errors"][0]["message"]


def test_last_pages_from_the_end(shop: Shop, clock: SetClock) -> None:
    order = place_hourly(shop, clock, 1)[0]
    asked = "query Lines($id: ID!) { order(id: $id) { lineItems(last: 1) { nodes { id } } } }"
    nodes = data(shop, asked, id=order.id)["order"]["lineItems"]["nodes"]
    assert [node["id"] for node in nodes] == [order.lines[-1].id]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "you must provide one of first or last"),
        ("first: 251", "first cannot exceed 250"),
        ("first: -1", "first cannot be negative"),
        ('first: 1, after: "nonsense"', "Invalid cursor"),
    ],
)
def test_impossible_pages_are_refused(shop: Shop, arguments: str, message: str) -> None:
    listed = f"({arguments})" if arguments else ""
    answer = ask(shop, f"{{ orders{listed} {{ nodes {{ id }} }} }}")
    assert message in answer["errors"][0]["message"]


def test_anything_is_found_by_its_global_id(shop: Shop) -> None:
    order = shop.place_order(random_cart(shop.stock, dice(2)))
    payment = shop.pay(order)
    shop.fulfil(order)
    ids = [order.id, payment.id, order.lines[0].id, order.parcels[0].id, "gid://shopify/Order/1"]
    asked = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    found = data(shop, asked, ids=ids)["nodes"]
    kinds = [node and node["__typename"] for node in found]
    assert kinds == ["Order", "OrderTransaction", "LineItem", "Fulfillment", None]


def test_a_deleted_order_is_gone(shop: Shop) -> None:
    order = shop.place_order(random_cart(shop.stock, dice(3)))
    shop.delete_order(order)
    assert data(shop, "query One($id: ID!) { order(id: $id) { id } }", id=order.id) == {"order": None}


@pytest.mark.parametrize(
    "gid", ["", "1", "gid://shopify/Order/", "gid://shopify/Order/abc", "gid://other/Order/1"]
)
def test_an_id_that_is_none_is_refused(shop: Shop, gid: str) -> None:
    answer = ask(shop, "query One($id: ID!) { order(id: $id) { id } }", {"id": gid})
    assert "Invalid global id" in answer["errors"][0]["message"]
    assert answer["data"] == {"order": None}


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query A { shop { id } } query B { shop { id } }"])
def test_a_document_that_cannot_be_run_is_answered_with_its_errors(shop: Shop, query: str) -> None:
    assert ask(shop, query)["errors"]


def test_the_shop_and_its_app_say_who_they_are(shop: Shop) -> None:
    asked = """{ shop { myshopifyDomain timezoneOffsetMinutes plan { shopifyPlus } }
      currentAppInstallation { app { apiKey } accessScopes { handle } }
      publicApiVersions { handle supported } }"""
    answer = data(shop, asked)
    assert answer["shop"]["myshopifyDomain"] == "muniment-demo.myshopify.com"
    assert {"handle": "read_orders"} in answer["currentAppInstallation"]["accessScopes"]
    assert {"handle": "2026-10", "supported": True} in answer["publicApiVersions"]
