"""What befalls a played shop is decided by its seed, adds up, and says so where there is nothing to do."""

from __future__ import annotations

import random

import pytest

from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.occasions import OCCASIONS, Happened, befall
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.ledger import UnknownId
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import heard_topics

NEEDS_AN_ORDER = (
    "cancellations",
    "disputes",
    "edits",
    "holds",
    "notes",
    "payments",
    "refunds",
    "returns",
    "risks",
    "shipments",
)


def live(shop: Shop, steps: int, seed: int) -> list[Happened]:
    chance = random.Random(seed)
    names = [*["orders"] * 10, *sorted(OCCASIONS)]
    return [befall(shop, chance.choice(names), f"{seed}/{place}") for place in range(steps)]


def test_the_same_seed_does_the_same_whatever_the_time() -> None:
    first, second = seeded_shop("empty"), seeded_shop("empty")
    second.clock = SetClock(first.clock.now())
    assert live(first, 250, 7) == live(second, 250, 7)
    assert list(first.orders) == list(second.orders)
    assert live(seeded_shop("empty"), 250, 8) != live(seeded_shop("empty"), 250, 7)


def test_a_lively_shop_sees_every_occasion_and_tells_of_it() -> None:
    shop = seeded_shop("empty")
    topics = heard_topics(shop)
    happened = live(shop, 600, 3)
    assert sum(1 for each in happened if not each.is_done) < 30
    for name in OCCASIONS:
        before = len(topics)
        done = [befall(shop, name, f"again/{place}").is_done for place in range(4)]
        assert any(done), name
        assert len(topics) > before, name
    for topic in (
        "orders/create",
        "returns/request",
        "disputes/create",
        "fulfillment_holds/added",
        "refunds/create",
    ):
        assert topic in topics


@pytest.mark.parametrize("name", NEEDS_AN_ORDER)
def test_where_there_is_no_order_nothing_happens_and_that_is_said(name: str) -> None:
    shop = seeded_shop("empty")
    topics = heard_topics(shop)
    happened = befall(shop, name, "1")
    assert not happened.is_done
    assert happened.words.startswith("There is no order ")
    assert topics == []


def test_only_the_latest_of_a_large_shop_are_looked_at() -> None:
    shop = seeded_shop("history", history=History(orders=600, years=1))
    oldest = list(shop.orders.values())[:150]
    before = [order.updated_at for order in oldest]
    live(shop, 100, 5)
    assert [order.updated_at for order in oldest] == before


def test_an_unknown_occasion_is_refused() -> None:
    with pytest.raises(UnknownId, match="no occasion 'earthquakes'"):
        befall(seeded_shop("empty"), "earthquakes", "1")
