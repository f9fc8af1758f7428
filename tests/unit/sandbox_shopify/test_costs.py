"""A query is weighed before it runs, paid from a bucket, and throttled exactly as Shopify says it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.snapshots import ask, engine

FIFTY = "{ orders(first: 50) { nodes { id } } }"


@dataclass
class Hands:
    """A clock moved by hand."""

    at_s: float = 0.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def shop() -> Shop:
    return seeded_shop("empty")


def test_what_a_query_did_not_use_is_given_back(shop: Shop, hands: Hands) -> None:
    bucket = Bucket(1_000, 50, hands)
    cost = ask(shop, FIFTY, bucket=bucket)["extensions"]["cost"]
    assert cost == {
        "requestedQueryCost": 52,
        "actualQueryCost": 2,
        "throttleStatus": {"maximumAvailable": 1000.0, "currentlyAvailable": 998, "restoreRate": 50.0},
    }


def test_an_empty_bucket_throttles_and_runs_nothing(shop: Shop, hands: Hands) -> None:
    bucket = Bucket(100, 10, hands)
    bucket.drain()
    assert ask(shop, FIFTY, bucket=bucket) == {
        "errors": [
            {
                "message": "Throttled",
                "extensions": {
                    "code": "THROTTLED",
                    "documentation": "https://shopify.dev/api/usage/rate-limits",
                },
            }
        ],
        "extensions": {
            "cost": {
                "requestedQueryCost": 52,
                "actualQueryCost": None,
                "throttleStatus": {"maximumAvailable": 100.0, "currentlyAvailable": 0, "restoreRate": 10.0},
            }
        },
    }


def test_the_bucket_refills_with_time_up_to_its_brim(shop: Shop, hands: Hands) -> None:
    bucket = Bucket(100, 10, hands)
    bucket.drain()
    hands.at_s = 5.1
    assert "errors" in ask(shop, FIFTY, bucket=bucket)
    hands.at_s = 5.3
    assert "errors" not in ask(shop, FIFTY, bucket=bucket)
    hands.at_s = 1_000
    assert bucket.available == 100


def test_a_query_over_the_limit_can_never_run(shop: Shop) -> None:
    asked = "{ orders(first: 250) { nodes { shippingLines(first: 5) { nodes { id } } } } }"
    answer = ask(shop, asked)
    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 250 * 8 + 2
    assert "data" not in answer


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ shop { name } }", 1),
        ("{ shop { name plan { shopifyPlus } } }", 2),
        ("{ orders(first: 3) { edges { node { id } } pageInfo { hasNextPage } } }", 5),
        ("{ orders(first: 3) { nodes { id } edges { node { id } } } }", 5),
        ("query Q($n: Int = 4) { orders(first: $n) { nodes { id } } }", 6),
        ("fragment S on Shop { plan { shopifyPlus } } { shop { ...S } }", 2),
        (
            '{ node(id: "gid://shopify/Order/1") { ... on Order { customer { id } } ... on Refund { id } } }',
            2,
        ),
        ('mutation { tagsAdd(id: "gid://shopify/Order/1", tags: []) { node { id } } }', 11),
    ],
)
def test_objects_connections_and_mutations_have_their_price(shop: Shop, query: str, cost: int) -> None:
    assert ask(shop, query)["extensions"]["cost"]["requestedQueryCost"] == cost


def test_a_bucket_gives_no_more_than_it_holds(hands: Hands) -> None:
    bucket = Bucket(10, 1, hands)
    assert not bucket.take(11)
    assert bucket.take(10)
    bucket.give_back(50)
    assert bucket.available == 10


def test_the_debug_header_breaks_the_cost_down(shop: Shop) -> None:
    answer = engine().answer(Request(shop, "2026-10"), FIFTY, {}, None, Bucket(1_000, 50), debug_cost=True)
    fields = answer["extensions"]["cost"]["fields"]
    assert {"path": ["orders"], "requestedTotalCost": 52} in fields
