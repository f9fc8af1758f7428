from __future__ import annotations

import hashlib

import orjson

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.testing import ServiceHarness
from shopify_ingest.app import build_record
from tests.builders.events import at, hook_received
from tests.builders.orders import refund, snapshot, transaction
from tests.builders.shop_objects import PaperShop


def delivery(hook: str, number: int, *, minutes: float = 0, **body: object) -> Event[HookReceived]:
    content = orjson.dumps({"id": 5001, **body})
    return hook_received(hook, webhook_id=f"delivery-{number}", body=content, received_at=at(minutes))


async def test_all_waiting_hooks_of_an_order_cost_one_fetch() -> None:
    shop = PaperShop(snapshot(financial="PAID", transactions=[transaction(1, "2026-03-02T09:00:05Z")]))
    desk = ServiceHarness(build_record(objects=shop))
    await desk.hears(
        delivery("orders/create", 1),
        delivery("orders/paid", 2),
        delivery("order_transactions/create", 3, id=1, order_id=5001),
        delivery("orders/updated", 4),
    )
    assert shop.asked == [("order", "5001")]
    assert {event.type: event.topic for event in desk.published} == {
        "order.created": Topic.COMMERCE_ORDERS,
        "order.paid": Topic.COMMERCE_ORDERS,
        "order.updated": Topic.COMMERCE_ORDERS,
        "payment.recorded": Topic.COMMERCE_PAYMENTS,
    }


async def test_the_event_carries_the_order_as_fetched_and_the_hooks_that_led_to_it() -> None:
    order = snapshot()
    desk = ServiceHarness(build_record(objects=PaperShop(order)))
    await desk.hears(delivery("orders/create", 1), delivery("orders/create", 2))
    (event,) = desk.published
    assert event.body.snapshot == order.content
    assert event.body.snapshot_sha256 == hashlib.sha256(order.content).hexdigest()
    assert [hook.webhook_id for hook in event.body.hooks] == ["delivery-1", "delivery-2"]
    assert (event.key, event.body.order_name) == ("northwind/order/5001", "#1001")


async def test_a_redelivered_hook_gives_the_same_event_id_even_when_the_order_has_changed_since() -> None:
    first = ServiceHarness(build_record(objects=PaperShop(snapshot())))
    later = ServiceHarness(build_record(objects=PaperShop(snapshot(updated="2026-03-09T12:00:00Z"))))
    await first.hears(delivery("orders/create", 1))
    await later.hears(delivery("orders/create", 1, minutes=600))
    assert [event.id for event in first.published] == [event.id for event in later.published]


async def test_a_hook_of_an_order_that_no_longer_exists_is_recorded_as_such() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop(None)))
    await desk.hears(delivery("orders/updated", 1))
    (event,) = desk.published
    assert (event.body.state, event.body.snapshot, event.body.change) == ("gone", b"", "order.updated")


async def test_hooks_about_other_things_lead_to_nothing_and_ask_nothing() -> None:
    shop = PaperShop(snapshot())
    desk = ServiceHarness(build_record(objects=shop))
    await desk.hears(hook_received("products/update", key="northwind/product/7", body=b'{"id":7}'))
    assert (desk.published, shop.asked, desk.dead_letters) == ([], [], [])


async def test_malformed_and_unknown_hooks_stay_in_the_hooks_topic_only() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop(snapshot())))
    await desk.hears(hook_received(verdict="malformed", body=b"<html>"))
    await desk.hears(hook_received("orders/teleported", verdict="unknown-topic"))
    assert (desk.published, desk.dead_letters) == ([], [])


async def test_a_part_not_shown_yet_waits_and_publishes_nothing() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop(snapshot())))
    outcome = await desk.hears(delivery("refunds/create", 1, id=8, order_id=5001))
    assert isinstance(outcome, Retryable)
    assert desk.published == []


async def test_a_refund_is_named_by_its_own_id() -> None:
    order = snapshot(financial="PARTIALLY_REFUNDED", refunds=[refund(8, "2026-03-02T09:10:00Z")])
    desk = ServiceHarness(build_record(objects=PaperShop(order)))
    await desk.hears(delivery("refunds/create", 1, id=8, order_id=5001))
    (event,) = desk.published
    assert (event.topic, event.body.part) == (Topic.COMMERCE_REFUNDS, "gid://shopify/Refund/8")


async def test_an_accepted_hook_without_a_json_body_is_a_dead_letter_not_a_crash() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop(snapshot())))
    outcome = await desk.hears(hook_received(body=b"[1,2"))
    assert isinstance(outcome, Rejected)
    assert len(desk.dead_letters) == 1
