"""Subscriptions: those that are missing, wrong or there twice are made right, and others are left alone."""

from __future__ import annotations

import pytest

from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from muniment_shopify.flows import FLOWS, WantedHook, wanted_hooks
from muniment_shopify.subscriptions import SubscriptionReport, reconcile_subscriptions, subscriptions
from tests.unit.shopify.sandboxed import SandboxedPeer, sandboxed

HERE = "https://muniment.example/hooks/shopify"
ELSEWHERE = "https://other.example/hooks"
WANTED = (
    WantedHook("orders/create"),
    WantedHook("customer.tags_added"),
    WantedHook("metaobjects/update", "type:ecm_document"),
)
TOPICS = tuple(hook.topic for hook in WANTED)


@pytest.fixture
def shop() -> Shop:
    return seeded_shop("empty")


@pytest.fixture
def peer(shop: Shop) -> SandboxedPeer:
    return SandboxedPeer(shop)


async def kept(peer: SandboxedPeer, *, changes: bool = True) -> SubscriptionReport:
    return await reconcile_subscriptions(sandboxed(peer), WANTED, HERE, changes=changes)


async def test_all_are_made_and_then_nothing_is_left_to_do(shop: Shop, peer: SandboxedPeer) -> None:
    first = await kept(peer)
    assert first.added == TOPICS
    assert first.heard == set(TOPICS)
    assert {(each.header_topic, each.uri, each.filter) for each in shop.subscriptions} == {
        (hook.topic, HERE, hook.filter) for hook in WANTED
    }
    peer.changes.clear()
    again = await kept(peer)
    assert (again.there, again.is_as_wanted, peer.changes) == (TOPICS, True, [])


async def test_one_that_is_gone_comes_back_and_those_of_others_stay(shop: Shop, peer: SandboxedPeer) -> None:
    shop.subscribe(SubscriptionWish(topic="ORDERS_CREATE", uri=ELSEWHERE, name="theirs"))
    await kept(peer)
    shop.unsubscribe(next(each for each in shop.subscriptions if each.uri == HERE))
    report = await kept(peer)
    assert report.added == ("orders/create",)
    assert [each.uri for each in report.foreign] == [ELSEWHERE]
    assert len(shop.subscriptions) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        SubscriptionWish(topic="ORDERS_CREATE", uri=HERE, format="XML"),
        SubscriptionWish(topic="ORDERS_CREATE", uri=HERE, filter="total_price:>=5000"),
        SubscriptionWish(topic="ORDERS_CREATE", uri=HERE, include_fields=["id"]),
        SubscriptionWish(topic="ORDERS_CREATE", uri=ELSEWHERE, name="muniment-orders-create"),
    ],
    ids=["format", "filter", "fields", "address"],
)
async def test_one_that_is_not_as_wanted_is_changed(
    shop: Shop, peer: SandboxedPeer, wrong: SubscriptionWish
) -> None:
    made = shop.subscribe(wrong)
    report = await kept(peer)
    assert report.changed == ("orders/create",)
    assert (made.uri, made.format, made.filter or None, made.include_fields) == (HERE, "JSON", None, [])
    assert (await kept(peer)).is_as_wanted


async def test_the_version_of_bodies_is_said_and_is_the_apps_to_change(
    shop: Shop, peer: SandboxedPeer
) -> None:
    shop.subscribe(SubscriptionWish(topic="ORDERS_CREATE", uri=HERE, api_version="2026-07"))
    report = await kept(peer)
    assert report.there == ("orders/create",)
    assert report.other_version == ("orders/create",)


async def test_of_two_the_right_one_is_kept(shop: Shop, peer: SandboxedPeer) -> None:
    shop.subscribe(SubscriptionWish(topic="ORDERS_CREATE", uri=HERE, filter="total_price:>=1"))
    right = shop.subscribe(SubscriptionWish(topic="ORDERS_CREATE", uri=HERE))
    report = await kept(peer)
    assert report.removed == ("orders/create",)
    assert [each for each in shop.subscriptions if each.topic == "ORDERS_CREATE"] == [right]


async def test_ours_that_nobody_wants_any_more_are_said_and_left(shop: Shop, peer: SandboxedPeer) -> None:
    shop.subscribe(SubscriptionWish(topic="CARTS_UPDATE", uri=HERE))
    assert (await kept(peer)).unwanted == ("carts/update",)
    assert len(shop.subscriptions) == 4


async def test_a_topic_the_app_may_not_hear_is_refused_and_the_others_are_made(shop: Shop) -> None:
    report = await kept(SandboxedPeer(shop, scopes=frozenset({"read_customers", "read_metaobjects"})))
    assert report.refused == ("orders/create",)
    assert report.added == TOPICS[1:]


async def test_looking_changes_nothing(shop: Shop, peer: SandboxedPeer) -> None:
    shop.subscribe(SubscriptionWish(topic="ORDERS_CREATE", uri=HERE, format="XML"))
    report = await kept(peer, changes=False)
    assert (report.changed, report.added) == (TOPICS[:1], TOPICS[1:])
    assert peer.changes == []


async def test_lost_answers_leave_none_twice(shop: Shop, peer: SandboxedPeer) -> None:
    peer.lost_answers = 3
    report = await kept(peer)
    assert report.added == TOPICS
    assert len(shop.subscriptions) == 3


async def test_every_hook_of_every_flow_can_be_heard_and_is_read_page_by_page(
    shop: Shop, peer: SandboxedPeer
) -> None:
    wanted = wanted_hooks(FLOWS.values())
    report = await reconcile_subscriptions(sandboxed(peer), wanted, HERE)
    assert report.refused == ()
    assert len(report.added) == len(wanted)
    for number in range(120):
        shop.subscribe(SubscriptionWish(topic="CARTS_UPDATE", uri=f"{ELSEWHERE}/{number}"))
    assert len([each async for each in subscriptions(sandboxed(peer))]) == len(wanted) + 120
