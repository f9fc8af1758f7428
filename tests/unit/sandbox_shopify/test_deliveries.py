"""Hooks go out signed, labelled, in order; they are retried by Shopify's rules; faults do what they say."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
from collections.abc import Mapping

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks.deliveries import DeliveryState
from muniment_sandbox.shopify.hooks.retries import WINDOW_S, retry_delays_s
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from tests.unit.sandbox_shopify.recording import (
    ADDRESS,
    SECRET,
    Pauses,
    RecordingSender,
    dispatch_of,
    subscribe,
)


@pytest.fixture
def shop() -> Shop:
    return seeded_shop("empty")


def place(shop: Shop, seed: int = 1) -> Order:
    return shop.place_order(random_cart(shop.stock, dice(seed)))


def signature(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


async def test_a_hook_carries_its_signature_and_all_headers(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    subscribe(shop, "orders/create")
    order = place(shop)
    await dispatch.idle()
    sent = sender.sent[0]
    assert sent.uri == ADDRESS
    assert sent.headers["X-Shopify-Hmac-Sha256"] == signature(sent.body)
    assert sent.headers["X-Shopify-Topic"] == "orders/create"
    assert sent.headers["X-Shopify-Shop-Domain"] == "muniment-demo.myshopify.com"
    assert sent.headers["X-Shopify-API-Version"] == "2026-10"
    assert sent.headers["X-Shopify-Name"] == "orders-create"
    assert sent.headers["X-Shopify-Triggered-At"].startswith(order.created_at.strftime("%Y-%m-%dT%H:%M:%S."))
    assert sent.headers["Content-Type"] == "application/json"
    assert {"X-Shopify-Webhook-Id", "X-Shopify-Event-Id"} <= set(sent.headers)
    assert sent.json()["id"] == order.number


async def test_hooks_of_one_action_share_the_event_and_not_the_delivery(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    subscribe(shop, "orders/create", "orders/paid", "orders/updated", "order_transactions/create")
    with shop.action():
        shop.pay(place(shop))
    await dispatch.idle()
    assert sorted(sender.topics) == [
        "order_transactions/create",
        "orders/create",
        "orders/paid",
        "orders/updated",
    ]
    assert len({sent.headers["X-Shopify-Event-Id"] for sent in sender.sent}) == 1
    assert len({sent.webhook_id for sent in sender.sent}) == 4


async def test_hooks_of_one_order_arrive_in_the_order_they_happened(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    subscribe(shop, "orders/create", "orders/paid", "orders/cancelled", "refunds/create")
    order = place(shop)
    shop.pay(order)
    shop.cancel(order)
    await dispatch.idle()
    assert sender.topics == ["orders/create", "orders/paid", "refunds/create", "orders/cancelled"]


async def test_nobody_subscribed_nothing_sent(shop: Shop) -> None:
    dispatch = dispatch_of(shop, RecordingSender())
    place(shop)
    await dispatch.idle()
    assert dispatch.summary()["published"] == 0


def test_eight_retries_double_their_pause_and_fill_four_hours() -> None:
    delays = retry_delays_s()
    assert len(delays) == 8
    assert sum(delays) == pytest.approx(WINDOW_S)
    assert all(later == pytest.approx(2 * sooner) for sooner, later in itertools.pairwise(delays))


@pytest.mark.parametrize("status", [300, 302, 401, 404, 413, 500, 503])
async def test_any_answer_but_2xx_is_retried_with_the_original_body(shop: Shop, status: int) -> None:
    sender, pauses = RecordingSender(lambda attempt: 204 if attempt == 3 else status), Pauses()
    dispatch = dispatch_of(shop, sender, pauses=pauses)
    subscribe(shop, "orders/create")
    order = place(shop)
    shop.update_note(order, "changed meanwhile")
    await dispatch.idle()
    assert pauses.asked == retry_delays_s()[:2]
    assert len({(sent.body, tuple(sent.headers.items())) for sent in sender.sent}) == 1
    delivery = dispatch.deliveries[0]
    assert delivery.state is DeliveryState.DELIVERED
    assert [attempt.status for attempt in delivery.attempts] == [status, status, 204]


@pytest.mark.parametrize(
    ("error", "trouble"), [(TimeoutError(), "no answer in time"), (ConnectionError("refused"), "refused")]
)
async def test_no_answer_is_a_failed_attempt(shop: Shop, error: OSError, trouble: str) -> None:
    def fail_once(attempt: int) -> int:
        if attempt == 1:
            raise error
        return 200

    dispatch = dispatch_of(shop, RecordingSender(fail_once))
    subscribe(shop, "orders/create")
    place(shop)
    await dispatch.idle()
    assert [attempt.trouble for attempt in dispatch.deliveries[0].attempts] == [trouble, None]


async def test_after_eight_failed_retries_the_subscription_is_removed(shop: Shop) -> None:
    sender = RecordingSender(lambda _attempt: 500)
    dispatch = dispatch_of(shop, sender)
    subscribe(shop, "orders/create")
    place(shop)
    await dispatch.idle()
    assert len(sender.sent) == 9
    assert dispatch.deliveries[0].state is DeliveryState.FAILED
    assert shop.subscriptions == []
    assert dispatch.summary()["subscriptions_removed"] == 1
    place(shop, 2)
    await dispatch.idle()
    assert len(sender.sent) == 9


async def test_a_subscription_that_answered_meanwhile_is_kept(shop: Shop) -> None:
    class Choosy(RecordingSender):
        """Refuses whatever came first, and takes the rest."""

        async def send(self, uri: str, body: bytes, headers: Mapping[str, str]) -> int:
            await super().send(uri, body, headers)
            return 500 if headers["X-Shopify-Webhook-Id"] == self.sent[0].webhook_id else 200

    dispatch = dispatch_of(shop, Choosy())
    subscribe(shop, "orders/create")
    place(shop)
    place(shop, 2)
    await dispatch.idle()
    assert [delivery.state.value for delivery in dispatch.deliveries] == ["failed", "delivered"]
    assert len(shop.subscriptions) == 1


async def test_pauses_are_shortened_by_the_time_scale(shop: Shop) -> None:
    pauses = Pauses()
    dispatch = dispatch_of(shop, RecordingSender(lambda _: 500), pauses=pauses, time_scale=0.001)
    subscribe(shop, "orders/create")
    place(shop)
    await dispatch.idle()
    assert sum(pauses.asked) == pytest.approx(14.4)


async def test_duplicates_are_the_same_delivery_twice(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender, faults=Faults(duplicate=1.0))
    subscribe(shop, "orders/create")
    place(shop)
    await dispatch.idle()
    first, second = sender.sent
    assert (first.webhook_id, first.body) == (second.webhook_id, second.body)
    assert dispatch.summary()["duplicates"] == 1


async def test_lost_hooks_are_never_sent_and_shopify_thinks_nothing_of_it(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender, faults=Faults(lose=1.0))
    subscribe(shop, "orders/create")
    place(shop)
    await dispatch.idle()
    assert sender.sent == []
    assert dispatch.deliveries[0].state is DeliveryState.LOST


async def test_a_wrong_signature_is_wrong(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender, faults=Faults(wrong_signature=1.0))
    subscribe(shop, "orders/create")
    place(shop)
    await dispatch.idle()
    assert sender.sent[0].headers["X-Shopify-Hmac-Sha256"] != signature(sender.sent[0].body)


async def test_a_delayed_hook_is_overtaken_by_later_ones(shop: Shop) -> None:
    sender, pauses, faults = RecordingSender(), Pauses(), Faults(delay=1.0, delay_s=86_400)
    dispatch = dispatch_of(shop, sender, faults=faults, pauses=pauses)
    subscribe(shop, "orders/create", "orders/paid")
    order = place(shop)
    faults.switch({"delay": 0})
    shop.pay(order)
    await dispatch.idle()
    assert pauses.asked == [86_400]
    assert sender.topics == ["orders/paid", "orders/create"]


async def test_reordered_hooks_wait_within_the_window(shop: Shop) -> None:
    pauses = Pauses()
    dispatch = dispatch_of(
        shop, RecordingSender(), faults=Faults(reorder=1.0, reorder_window_s=30), pauses=pauses
    )
    subscribe(shop, "orders/create", "orders/updated")
    place(shop)
    await dispatch.idle()
    assert len(pauses.asked) == 2
    assert all(0 <= pause <= 30 for pause in pauses.asked)


async def test_only_wanted_fields_and_matching_bodies_are_sent(shop: Shop) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    for filter_, uri in (
        ("total_price:>=0", "https://a.example/"),
        ("total_price:>1000000", "https://b.example/"),
    ):
        wish = SubscriptionWish(
            topic="ORDERS_CREATE", uri=uri, filter=filter_, include_fields=["id", "updated_at"]
        )
        shop.subscribe(wish)
    place(shop)
    await dispatch.idle()
    assert [sent.uri for sent in sender.sent] == ["https://a.example/"]
    assert list(sender.sent[0].json()) == ["id", "updated_at"]


async def test_closing_stops_what_is_on_its_way(shop: Shop) -> None:
    sender = RecordingSender(lambda _: 500)
    dispatch = dispatch_of(shop, sender)
    subscribe(shop, "orders/create")
    place(shop)
    await dispatch.close()
    assert sender.closed
    assert dispatch.summary()["pending"] == 0


async def test_what_is_on_its_way_is_bounded(shop: Shop) -> None:
    dispatch = dispatch_of(shop, RecordingSender())
    dispatch.most_pending = 1
    subscribe(shop, "orders/create", "orders/updated")
    place(shop)
    await dispatch.idle()
    assert [delivery.state.value for delivery in dispatch.deliveries] == ["delivered", "dropped"]


def test_faults_are_read_from_words() -> None:
    assert (
        Faults.parse(["duplicate=0.1", "delay_s=3"]).as_dict() | {}
        == Faults(duplicate=0.1, delay_s=3).as_dict()
    )


@pytest.mark.parametrize("text", ["duplicate", "unknown=1", "lose=2", "lose=-1", "lose=much", "delay_s=-3"])
def test_faults_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Faults.parse([text])
