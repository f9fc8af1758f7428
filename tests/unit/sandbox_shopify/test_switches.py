"""Switches while the shop runs: a late burst, an outage, a clock that is moved, secrets that are rotated."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from functools import partial

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks.carrying import NOBODY_THERE
from muniment_sandbox.shopify.hooks.deliveries import DeliveryState
from muniment_sandbox.shopify.hooks.dispatch import Dispatch
from muniment_sandbox.shopify.hooks.pauses import Pauses as RealPauses
from muniment_sandbox.shopify.hooks.retries import WINDOW_S
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import (
    ADDRESS,
    SECRET,
    Pauses,
    RecordingSender,
    dispatch_of,
    subscribe,
)
from tests.waiting import eventually


@pytest.fixture
def shop() -> Shop:
    return seeded_shop("empty")


def place(shop: Shop, seed: int = 1) -> Order:
    return shop.place_order(random_cart(shop.stock, dice(seed)))


def patient(shop: Shop, sender: RecordingSender, faults: Faults | None = None) -> Dispatch:
    """Return a dispatch whose pauses take their time, four hours and more, unless they are cut short."""
    return Dispatch(shop, SECRET, sender, faults or Faults())


def has_tried(dispatch: Dispatch, attempts: int) -> bool:
    return len(dispatch.deliveries[0].attempts) == attempts


async def test_a_burst_is_kept_back_for_a_day_and_comes_all_at_once(shop: Shop) -> None:
    sender, faults = RecordingSender(), Faults(late=1.0)
    dispatch = patient(shop, sender, faults)
    subscribe(shop, "orders/create", "orders/paid")
    order = place(shop)
    shop.pay(order)
    faults.switch({"late": 0})
    punctual = place(shop, 2)
    await eventually(lambda: len(sender.sent) == 1)
    assert sender.sent[0].json()["id"] == punctual.number
    late = [each for each in dispatch.deliveries if each.is_late]
    assert [each.delay_s for each in late] == [pytest.approx(86_400, abs=5)] * 2
    dispatch.pauses.advance(86_000)
    await asyncio.sleep(0)
    assert len(sender.sent) == 1
    dispatch.pauses.advance(400)
    await dispatch.idle()
    assert sorted(sender.topics[1:]) == ["orders/create", "orders/paid"]


async def test_a_burst_can_be_let_go_at_any_moment_and_nothing_else_with_it(shop: Shop) -> None:
    sender = RecordingSender(lambda attempt: 500 if attempt == 1 else 200)
    faults = Faults()
    dispatch = patient(shop, sender, faults)
    subscribe(shop, "orders/create")
    place(shop)
    await eventually(lambda: len(sender.sent) == 1)
    faults.switch({"late": 1})
    late = place(shop, 2)
    await asyncio.sleep(0)
    assert dispatch.pauses.release() == 1
    await eventually(lambda: len(sender.sent) == 2)
    assert sender.sent[1].json()["id"] == late.number
    assert dispatch.summary()["pending"] == 1, "the retry goes on waiting"
    await dispatch.close()


async def test_what_is_late_may_come_twice_and_what_comes_twice_need_not_be_late(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = patient(shop, sender, Faults(late=1.0, duplicate=1.0))
    subscribe(shop, "orders/create")
    place(shop)
    await asyncio.sleep(0)
    assert dispatch.pauses.release() == 2
    await dispatch.idle()
    first, second = sender.sent
    assert first.webhook_id == second.webhook_id
    dispatch.faults.switch({"late": 0, "reorder_window_s": 0})
    place(shop, 2)
    await dispatch.idle()
    assert [each.is_late for each in dispatch.deliveries] == [True, True, False, False]


async def test_nobody_is_there_while_an_outage_is_switched_on(shop: Shop) -> None:
    sender, faults = RecordingSender(), Faults(outage=1.0)
    dispatch = patient(shop, sender, faults)
    subscribe(shop, "orders/create")
    place(shop)
    await eventually(lambda: bool(dispatch.deliveries[0].attempts))
    assert sender.sent == []
    assert dispatch.deliveries[0].attempts[0].trouble == NOBODY_THERE
    assert dispatch.log.failing() == {shop.subscriptions[0].number: 1}
    faults.switch({"outage": 0})
    dispatch.pauses.advance(WINDOW_S)
    await dispatch.idle()
    assert [attempt.status for attempt in dispatch.deliveries[0].attempts] == [None, 200]
    assert dispatch.log.failing() == {}


async def test_four_hours_of_an_outage_pass_with_the_clock(shop: Shop) -> None:
    dispatch = patient(shop, RecordingSender(), Faults(outage=1.0))
    subscribe(shop, "orders/create")
    place(shop)
    for attempts in range(1, 10):
        await eventually(partial(has_tried, dispatch, attempts))
        dispatch.pauses.advance(WINDOW_S)
    await dispatch.idle()
    assert dispatch.deliveries[0].state is DeliveryState.FAILED
    (removal,) = dispatch.log.removals
    assert (removal.topic, removal.uri, removal.attempts, removal.trouble) == (
        "orders/create",
        ADDRESS,
        9,
        NOBODY_THERE,
    )


async def test_subscriptions_of_the_apps_own_configuration_outlive_failures(shop: Shop) -> None:
    sender = RecordingSender(lambda _: 500)
    dispatch = dispatch_of(shop, sender)
    shop.subscribe_to_privacy(ADDRESS)
    customer = shop.stock.buyers[0].customer
    shop.ask_for_data(customer)
    await dispatch.idle()
    assert dispatch.deliveries[0].state is DeliveryState.FAILED
    assert len(sender.sent) == 9
    shop.redact_customer(customer)
    await dispatch.idle()
    assert sender.topics[9:] == ["customers/redact"] * 9
    assert dispatch.log.removals == []


async def test_hooks_are_signed_with_the_secret_of_the_moment(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    subscribe(shop, "orders/create")
    place(shop)
    dispatch.secret = "shpss_the_next_one"
    place(shop, 2)
    await dispatch.idle()
    for sent, secret in zip(sender.sent, (SECRET, "shpss_the_next_one"), strict=True):
        wanted = base64.b64encode(hmac.new(secret.encode(), sent.body, hashlib.sha256).digest()).decode()
        assert sent.headers["X-Shopify-Hmac-Sha256"] == wanted


async def test_a_pause_that_is_cancelled_ends() -> None:
    pauses = RealPauses(asyncio.sleep, 1.0)
    resting = asyncio.ensure_future(pauses.rest(1000))
    await asyncio.sleep(0)
    resting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await resting
    assert pauses.release() == 0


async def test_moving_the_clock_moves_pauses_by_the_time_scale() -> None:
    asked = Pauses()
    pauses = RealPauses(asked, 0.5)
    await pauses.rest(10, passed_s=1)
    assert asked.asked == [4.0]


def test_switches_that_do_nothing_are_not_shown_as_on() -> None:
    assert Faults().switched_on() == {}
    assert Faults(late=0.5).switched_on() == {"late": 0.5, "late_s": 86_400.0}
    assert Faults(outage=1).switched_on() == {"outage": 1}
