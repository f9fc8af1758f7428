"""A morning is the same for the same seed, varied, and without a step the shop refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from muniment_sandbox.shopify.morning import STORIES, Morning
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.snapshots import snapshot

EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def play(seed: int, orders: int) -> Shop:
    clock = SetClock(EIGHT)
    shop = seeded_shop("empty", clock=clock)
    for step in Morning(seed, orders).steps():
        clock.set(EIGHT + timedelta(seconds=step.at_s))
        step.act(shop)
    return shop


@pytest.fixture(scope="module")
def shop() -> Shop:
    return play(7, len(STORIES))


def test_the_same_seed_tells_the_same_morning() -> None:
    def told(seed: int) -> list[dict[str, Any]]:
        shop = play(seed, 8)
        return [snapshot(shop, order) for order in shop.orders.values()]

    assert told(11) == told(11)
    assert told(11) != told(12)


def test_steps_come_in_the_order_of_their_time_and_orders_begin_by_being_placed() -> None:
    steps = list(Morning(3, 40).steps())
    assert [step.at_s for step in steps] == sorted(step.at_s for step in steps)
    begun: set[int] = set()
    for step in steps:
        assert (step.words == "places the order") == (step.place not in begun)
        begun.add(step.place)
    assert begun == set(range(40))


def test_every_story_is_told_before_one_is_repeated(shop: Shop) -> None:
    orders = list(shop.orders.values())
    assert len(orders) == len(STORIES)
    currencies = {order.presentment_currency_code for order in orders}
    assert {"EUR", "USD", "JPY", "KWD", "CHF", "GBP"} <= currencies
    assert {order.taxes_included for order in orders} == {True, False}
    assert {order.display_financial_status for order in orders} >= {
        "PAID",
        "REFUNDED",
        "PARTIALLY_REFUNDED",
        "VOIDED",
    }
    assert any(len(order.lines) == 45 for order in orders)
    assert any(order.totals.total_price_set.minor == 0 for order in orders)
    assert any(line.original_unit_price_set.minor == 0 for order in orders for line in order.lines)
    assert any(line.is_gift_card for order in orders for line in order.lines)
    assert any("gift_card" in order.gateways for order in orders)
    assert any(order.tip.minor for order in orders)
    assert any(order.original_total_duties_set for order in orders)
    assert any(order.purchasing_company and order.po_number and order.payment_terms for order in orders)
    assert any(order.tax_exempt for order in orders)
    assert any(len(order.totals.tax_lines) >= 3 for order in orders)
    assert any(len(order.parcels) == 2 for order in orders)
    assert sum(order.edited for order in orders) >= 3
    assert sum(order.cancelled_at is not None for order in orders) == 2


@pytest.mark.parametrize("orders", [1, 25, 90])
def test_a_morning_has_as_many_orders_as_asked(orders: int) -> None:
    assert len(play(1, orders).orders) == orders


def test_a_step_before_its_order_is_placed_is_a_mistake() -> None:
    later = next(step for step in Morning(7, 5).steps() if step.words != "places the order")
    with pytest.raises(LookupError, match="has not been played yet"):
        later.act(seeded_shop("empty"))


def test_seeds_are_known_by_name() -> None:
    assert len(seeded_shop("demo").orders) == 30
    with pytest.raises(ValueError, match="Known: demo, empty"):
        seeded_shop("nothing")
