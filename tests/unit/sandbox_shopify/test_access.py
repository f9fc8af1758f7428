"""A token opens what its scopes say: one denied field does not take the rest along."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.snapshots import engine

SHOP = seeded_shop("empty")
ORDER = SHOP.place_order(random_cart(SHOP.stock, dice(1)))


def ask_as(shop: Shop, scopes: set[str], query: str, variables: dict[str, Any] | None = None) -> Any:
    """Return the whole answer to a token with these scopes."""
    request = Request(shop, "2026-10", frozenset(scopes))
    return engine().answer(request, query, variables or {}, None, Bucket(1_000_000, 1_000_000))


def test_a_denied_field_is_null_and_the_rest_is_answered() -> None:
    asked = "query One($id: ID!) { order(id: $id) { name customer { id } } shop { name } }"
    answer = ask_as(SHOP, {"read_orders"}, asked, {"id": ORDER.id})
    assert answer["data"]["order"] == {"name": ORDER.name, "customer": None}
    assert answer["data"]["shop"]["name"]
    [error] = answer["errors"]
    assert error["path"] == ["order", "customer"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["message"] == (
        "Access denied for customer field. Required access: `read_customers` access scope."
    )


def test_writing_includes_reading_but_not_the_other_way_round() -> None:
    asked = 'mutation Tag($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { node { id } } }'
    assert "errors" not in ask_as(SHOP, {"write_orders"}, asked, {"id": ORDER.id})
    denied = ask_as(SHOP, {"read_orders"}, asked, {"id": ORDER.id})
    assert denied["data"] == {"tagsAdd": None}
    assert denied["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_nodes_of_kinds_that_are_closed_are_null() -> None:
    assert ORDER.customer is not None
    asked = "query Some($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    answer = ask_as(SHOP, {"read_orders"}, asked, {"ids": [ORDER.id, ORDER.customer.id]})
    assert answer["data"]["nodes"] == [{"id": ORDER.id}, None]
    assert answer["errors"][0]["path"] == ["nodes", 1]
