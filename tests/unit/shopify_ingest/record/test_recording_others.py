"""Hooks of all but orders' own: which topic, which key, how many questions, and what when it is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_kit.testing import ServiceHarness
from muniment_shopify.aggregates import Aggregate, aggregate_of
from shopify_ingest.app import build_record
from tests.builders.events import START, hook_received
from tests.builders.orders import snapshot
from tests.builders.shop_objects import PaperShop
from tests.builders.snapshots import (
    consent_snapshot,
    customer_snapshot,
    dispute_snapshot,
    draft_snapshot,
    fulfillment_orders,
    return_snapshot,
    risk_snapshot,
)

FULFILLMENT_ORDER = Aggregate("fulfillment-order", "71")
ORDER = Aggregate("order", "5001")
HOLD = {
    "fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/71"},
    "fulfillment_hold": {"id": "gid://shopify/FulfillmentHold/3"},
}


def told(hook: str, body: dict[str, Any], *, id: str = "a") -> Event[HookReceived]:
    """The hook as the receiver keys it."""
    about = aggregate_of(hook, body)
    assert about is not None
    key = f"northwind/{about.kind}/{about.id}"
    return hook_received(hook, webhook_id=f"{hook}-{id}", body=orjson.dumps(body), key=key)


async def test_a_hold_is_recorded_with_its_order_though_its_hook_names_only_the_fulfilment_order() -> None:
    shop = PaperShop(
        snapshot(),
        others={("fulfillment-orders", "5001"): fulfillment_orders(hold="gid://shopify/FulfillmentHold/3")},
        owners={FULFILLMENT_ORDER: ORDER},
    )
    desk = ServiceHarness(build_record(objects=shop))
    routed = {"fulfillment_order": HOLD["fulfillment_order"]}
    await desk.hears(
        told("fulfillment_orders/order_routing_complete", routed),
        told("fulfillment_holds/added", HOLD),
        told("fulfillment_orders/hold_released", routed),
    )
    assert {event.type for event in desk.published} == {
        "fulfillment.routed",
        "hold.placed",
        "fulfillment.updated",
    }
    for event in desk.published:
        assert (event.topic, event.key) == (Topic.COMMERCE_ORDERS, "northwind/order/5001")
        tree = orjson.loads(event.body.snapshot)
        assert tree["fulfillmentOrders"][0]["fulfillmentHolds"][0]["id"] == "gid://shopify/FulfillmentHold/3"
    assert shop.asked == [("fulfillment-order", "71"), ("order", "5001"), ("fulfillment-orders", "5001")]


async def test_a_stub_whose_object_is_gone_is_a_fact_keyed_by_its_own_kind() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop(snapshot())))
    await desk.hears(told("fulfillment_holds/released", HOLD))
    (event,) = desk.published
    assert (event.key, event.type) == ("northwind/fulfillment-order/71", "hold.released")
    assert (event.body.state, event.body.order_id, event.body.snapshot) == ("gone", "", b"")


async def test_a_return_is_recorded_beside_its_order_by_one_question_each() -> None:
    shop = PaperShop(snapshot(), others={("return", "6001"): return_snapshot()})
    desk = ServiceHarness(build_record(objects=shop))
    body = {"id": 6001, "order": {"id": 5001}, "status": "requested"}
    await desk.hears(
        told("returns/request", body),
        told("orders/updated", {"id": 5001}),
        told("returns/request", body, id="b"),
    )
    by_topic = {event.topic: event for event in desk.published}
    assert by_topic[Topic.COMMERCE_RETURNS].body.return_id == "6001"
    assert [hook.hook for hook in by_topic[Topic.COMMERCE_RETURNS].body.hooks] == ["returns/request"] * 2
    assert {event.key for event in desk.published} == {"northwind/order/5001"}
    assert sorted(shop.asked) == [("order", "5001"), ("return", "6001")]


async def test_a_return_known_only_by_its_gid_goes_with_its_order() -> None:
    shop = PaperShop(others={("return", "6001"): return_snapshot()})
    desk = ServiceHarness(build_record(objects=shop))
    hook = told("returns/update", {"admin_graphql_api_id": "gid://shopify/Return/6001"})
    assert hook.key == "northwind/return/6001"
    await desk.hears(hook)
    assert [(event.key, event.body.order_id) for event in desk.published] == [
        ("northwind/order/5001", "5001")
    ]


async def test_a_gone_return_goes_with_the_order_that_its_hook_names() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop()))
    await desk.hears(told("returns/close", {"id": 6001, "order_id": 5001}))
    (event,) = desk.published
    assert (event.key, event.body.state, event.body.order_id) == ("northwind/order/5001", "gone", "5001")


async def test_a_disposition_is_recorded_with_the_return_that_it_belongs_to() -> None:
    part = Aggregate("reverse-fulfillment-order", "61")
    shop = PaperShop(
        others={("return", "6001"): return_snapshot("OPEN")}, owners={part: Aggregate("return", "6001")}
    )
    desk = ServiceHarness(build_record(objects=shop))
    gid = "gid://shopify/ReverseFulfillmentOrder/61"
    await desk.hears(told("reverse_fulfillment_orders/dispose", {"admin_graphql_api_id": gid}))
    (event,) = desk.published
    assert (event.type, event.body.part, event.key) == ("return.disposed", gid, "northwind/order/5001")


async def test_a_dispute_without_an_order_is_keyed_by_itself() -> None:
    shop = PaperShop(others={("dispute", "7001"): dispute_snapshot(has_order=False)})
    desk = ServiceHarness(build_record(objects=shop))
    await desk.hears(told("disputes/create", {"id": 7001, "order_id": None}))
    (event,) = desk.published
    assert (event.topic, event.key) == (Topic.COMMERCE_DISPUTES, "northwind/dispute/7001")
    assert (event.body.order_id, event.body.dispute_id) == (None, "7001")


async def test_risk_is_recorded_by_its_own_question_and_topic() -> None:
    shop = PaperShop(
        snapshot(), others={("risk", "5001"): risk_snapshot((None, "HIGH"), recommendation="CANCEL")}
    )
    desk = ServiceHarness(build_record(objects=shop))
    await desk.hears(told("orders/risk_assessment_changed", {"order_id": 5001, "risk_level": "high"}))
    (event,) = desk.published
    assert (event.topic, event.body.recommendation) == (Topic.COMMERCE_RISKS, "CANCEL")
    assert shop.asked == [("risk", "5001")]


async def test_an_account_and_a_consent_of_one_customer_are_two_questions_and_two_topics() -> None:
    shop = PaperShop(
        others={
            ("customer", "801"): customer_snapshot(),
            ("consent", "801"): consent_snapshot(email="UNSUBSCRIBED"),
        }
    )
    desk = ServiceHarness(build_record(objects=shop))
    await desk.hears(
        told("customers/update", {"id": 801}),
        told("customers_email_marketing_consent/update", {"customer_id": 801}),
        told("customer.tags_added", {"customerId": "gid://shopify/Customer/801", "tags": ["vip"]}),
    )
    assert {(event.topic, event.type) for event in desk.published} == {
        (Topic.COMMERCE_ACCOUNTS, "customer.updated"),
        (Topic.COMMERCE_ACCOUNTS, "customer.tagged"),
        (Topic.COMMERCE_CONSENTS, "consent.changed"),
    }
    consent = next(event for event in desk.published if event.topic is Topic.COMMERCE_CONSENTS)
    assert (consent.body.channel, consent.body.consent_state) == ("email", "UNSUBSCRIBED")
    assert sorted(shop.asked) == [("consent", "801"), ("customer", "801")]


async def test_a_deleted_company_is_a_fact() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop()))
    await desk.hears(told("companies/delete", {"admin_graphql_api_id": "gid://shopify/Company/901"}))
    (event,) = desk.published
    assert (event.type, event.body.state, event.body.account_kind) == ("company.deleted", "gone", "company")


async def test_a_privacy_request_is_recorded_as_it_came_and_asks_nothing() -> None:
    shop = PaperShop()
    desk = ServiceHarness(build_record(objects=shop))
    body = {"shop_id": 1, "customer": {"id": 801, "email": "a@example.com"}, "orders_to_redact": [5001, 5002]}
    hook = told("customers/redact", body)
    await desk.hears(hook)
    (event,) = desk.published
    assert (event.topic, event.key) == (Topic.COMMERCE_PRIVACY_REQUESTS, "northwind/customer/801")
    assert (event.body.request, event.body.orders) == ("customer-redact", ["5001", "5002"])
    assert event.body.snapshot == hook.body.body
    assert event.body.due_at == START + timedelta(days=30)
    assert shop.asked == []


async def test_a_request_that_names_no_customer_is_the_shops() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop()))
    await desk.hears(told("shop/redact", {"shop_id": 954889, "shop_domain": "northwind.myshopify.com"}))
    (event,) = desk.published
    assert (event.key, event.body.customer_id) == ("northwind/shop/954889", None)


async def test_a_draft_order_keeps_its_own_key_after_it_became_an_order() -> None:
    shop = PaperShop(others={("draft-order", "951"): draft_snapshot(completed="2026-03-02T09:05:00Z")})
    desk = ServiceHarness(build_record(objects=shop))
    await desk.hears(told("draft_orders/update", {"id": 951, "updated_at": "2026-03-02T09:00:00Z"}))
    assert {event.key for event in desk.published} == {"northwind/draft-order/951"}
    assert {event.body.order_id for event in desk.published} == {"5001"}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("2026-03-02T08:59:59Z", Retryable),  # the hook saw a newer state than the answer shows
        ("2026-03-02T08:30:00Z", Done),
        ("2026-03-02T09:00:01Z", Done),  # after its own trigger: no time to go by
        ("nonsense", Done),
    ],
)
async def test_an_answer_older_than_what_the_hook_showed_is_asked_for_again(
    shown: str, expected: type
) -> None:
    shop = PaperShop(snapshot(created="2026-03-02T08:00:00Z", updated="2026-03-02T08:59:00Z"))
    outcome = await ServiceHarness(build_record(objects=shop)).hears(
        told("orders/updated", {"id": 5001, "updated_at": shown})
    )
    assert isinstance(outcome, expected)
