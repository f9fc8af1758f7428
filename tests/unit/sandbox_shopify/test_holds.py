"""Fulfillment orders: they come after the order, are held by handle, and follow what happens to the order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.fulfillment_orders import FulfillmentOrder
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import heard_topics
from tests.unit.sandbox_shopify.snapshots import data

HOLD = """mutation Hold($id: ID!, $hold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
    fulfillmentHold { id handle heldByRequestingApp displayReason }
    fulfillmentOrder { status supportedActions { action } } remainingFulfillmentOrder { id status }
    userErrors { field message code } } }"""
RELEASE = """mutation Release($id: ID!, $ids: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $ids) {
    fulfillmentOrder { status fulfillmentHolds { id } } userErrors { code } } }"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))


@pytest.fixture
def shop(clock: SetClock) -> Shop:
    return seeded_shop("empty", clock=clock)


@pytest.fixture
def order(shop: Shop) -> Order:
    basket = Basket(shop.stock, dice(1), shop.stock.buyers_in("DE")[0])
    lines = [basket.line("NTB-A5-DOT", 3), basket.line("INK-RBL-50", 2)]
    return shop.place_order(basket.cart(lines, shipping=basket.shipping(495)))


@pytest.fixture
def target(shop: Shop, order: Order) -> FulfillmentOrder:
    return shop.route(order)[0]


def wish(handle: str = "ecm:approval:1") -> dict[str, object]:
    return {"reason": "OTHER", "reasonNotes": "Awaiting approval", "handle": handle, "externalId": "wf:1"}


def waiting(order: Order) -> dict[int, int]:
    """Return the units that wait in fulfillment orders, by line."""
    units = dict.fromkeys((line.number for line in order.lines), 0)
    for each in order.fulfillment_orders:
        for line in each.lines if each.active else []:
            units[line.line_item.number] += line.remaining_quantity
    return units


def test_fulfillment_orders_come_some_time_after_the_order(shop: Shop, order: Order, clock: SetClock) -> None:
    heard = heard_topics(shop)
    asked = "query One($id: ID!) { order(id: $id) { fulfillmentOrders(first: 5) { nodes { status } } } }"
    assert data(shop, asked, id=order.id)["order"]["fulfillmentOrders"]["nodes"] == []
    clock.advance(shop.routing_delay_s)
    assert data(shop, asked, id=order.id)["order"]["fulfillmentOrders"]["nodes"] == [{"status": "OPEN"}]
    assert heard == ["fulfillment_orders/order_routing_complete"]


def test_gift_cards_are_sent_by_themselves(shop: Shop) -> None:
    basket = Basket(shop.stock, dice(1), shop.stock.buyers_in("DE")[0])
    lines = [basket.line("NTB-A5-DOT", 1), basket.line(None, 1)]
    methods = [each.delivery_method.method_type for each in shop.route(shop.place_order(basket.cart(lines)))]
    assert methods == ["SHIPPING", "NONE"]


def test_a_hold_is_placed_once_per_handle_and_released_by_its_id(
    shop: Shop, order: Order, target: FulfillmentOrder
) -> None:
    heard = heard_topics(shop)
    first = data(shop, HOLD, id=target.id, hold=wish())["fulfillmentOrderHold"]
    assert first["fulfillmentHold"]["heldByRequestingApp"] is True
    assert first["fulfillmentOrder"]["status"] == "ON_HOLD"
    assert order.display_fulfillment_status == "ON_HOLD"
    again = data(shop, HOLD, id=target.id, hold=wish())["fulfillmentOrderHold"]
    assert again["userErrors"][0]["code"] == "DUPLICATE_FULFILLMENT_HOLD_HANDLE"
    shop.hold(target, HoldWish(reason="HIGH_RISK_OF_FRAUD"))
    assert heard == [
        "fulfillment_holds/added",
        "fulfillment_orders/placed_on_hold",
        "orders/updated",
        "fulfillment_holds/added",
        "orders/updated",
    ]
    with pytest.raises(NotPossible, match="on hold"):
        shop.fulfil(order)
    released = data(shop, RELEASE, id=target.id, ids=[first["fulfillmentHold"]["id"]])
    assert released["fulfillmentOrderReleaseHold"]["fulfillmentOrder"]["status"] == "ON_HOLD"
    assert "fulfillment_orders/hold_released" not in heard
    twice = data(shop, RELEASE, id=target.id, ids=[first["fulfillmentHold"]["id"]])
    assert twice["fulfillmentOrderReleaseHold"]["userErrors"]
    everything = data(shop, RELEASE, id=target.id, ids=None)["fulfillmentOrderReleaseHold"]
    assert everything["fulfillmentOrder"] == {"status": "OPEN", "fulfillmentHolds": []}
    assert heard[-2:] == ["fulfillment_orders/hold_released", "orders/updated"]
    assert shop.fulfil(order).total_quantity == 5


def test_an_app_holds_ten_times_and_a_sent_order_not_at_all(
    shop: Shop, order: Order, target: FulfillmentOrder
) -> None:
    answers = [
        data(shop, HOLD, id=target.id, hold=wish(f"h{place}"))["fulfillmentOrderHold"] for place in range(11)
    ]
    assert [answer["userErrors"] for answer in answers[:10]] == [[]] * 10
    assert answers[10]["userErrors"][0]["code"] == "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED"
    shop.release_holds(target)
    shop.fulfil(order)
    late = data(shop, HOLD, id=target.id, hold=wish())["fulfillmentOrderHold"]
    assert late["userErrors"][0]["code"] == "TAKEN"
    gone = data(shop, HOLD, id="gid://shopify/FulfillmentOrder/1", hold=wish())["fulfillmentOrderHold"]
    assert gone["userErrors"][0]["code"] == "FULFILLMENT_ORDER_NOT_FOUND"


def test_only_some_units_are_held(shop: Shop, order: Order, target: FulfillmentOrder) -> None:
    some: dict[str, Any] = wish() | {"fulfillmentOrderLineItems": [{"id": target.lines[0].id, "quantity": 1}]}
    answer = data(shop, HOLD, id=target.id, hold=some)["fulfillmentOrderHold"]
    assert answer["remainingFulfillmentOrder"]["status"] == "OPEN"
    assert target.remaining == 1
    assert waiting(order) == {line.number: line.unfulfilled_quantity for line in order.lines}
    assert shop.fulfil(order).total_quantity == 4
    assert order.display_fulfillment_status == "PARTIALLY_FULFILLED"


def test_fulfillment_orders_are_split_moved_merged_and_replaced(
    shop: Shop, order: Order, target: FulfillmentOrder
) -> None:
    shop.hold(target, HoldWish(reason="OTHER", handle="h", app=shop.installation.app))
    heard = heard_topics(shop)
    second = shop.split_fulfillment_order(target, [(target.lines[0], 2)])
    assert [hold.handle for hold in second.holds] == ["h"]
    assert second.holds[0].id != target.holds[0].id
    moved, rest = shop.move_fulfillment_order(second, shop.locations[1])
    assert (moved, rest, moved.location) == (second, None, shop.locations[1])
    with pytest.raises(NotPossible, match="one location"):
        shop.merge_fulfillment_orders([(target, ()), (second, ())])
    shop.move_fulfillment_order(second, shop.locations[0])
    shop.merge_fulfillment_orders([(target, ()), (second, ())])
    assert (target.remaining, second.status) == (5, "CLOSED")
    replacement = shop.cancel_fulfillment_order(target)
    assert (target.status, replacement.remaining) == ("CANCELLED", 5)
    assert [topic for topic in heard if topic != "orders/updated"] == [
        "fulfillment_orders/split",
        "fulfillment_orders/moved",
        "fulfillment_orders/moved",
        "fulfillment_orders/merged",
        "fulfillment_orders/cancelled",
    ]
    assert waiting(order) == {line.number: line.unfulfilled_quantity for line in order.lines}


def test_edits_refunds_and_cancellations_are_followed(
    shop: Shop, order: Order, target: FulfillmentOrder
) -> None:
    basket = Basket(shop.stock, dice(2), shop.stock.buyers_in("DE")[0])
    shop.edit_add_line(order, basket.line("LMP-BRS-01", 1))
    shop.edit_remove_line(order, order.lines[0], 2)
    assert waiting(order) == {line.number: line.unfulfilled_quantity for line in order.lines}
    assert target.remaining == 4
    heard = heard_topics(shop)
    shop.cancel(order)
    assert target.status == "CANCELLED"
    assert "fulfillment_orders/cancelled" in heard


def test_held_fulfillment_orders_are_found(shop: Shop, target: FulfillmentOrder) -> None:
    asked = """query Held($query: String!) { fulfillmentOrders(first: 5, query: $query, sortKey: UPDATED_AT) {
      nodes { id } } }"""
    shop.hold(target, HoldWish(reason="OTHER"))
    found = data(shop, asked, query="status:on_hold AND updated_at:>=2026-11-20")["fulfillmentOrders"]
    assert found["nodes"] == [{"id": target.id}]
    assert data(shop, asked, query="status:open")["fulfillmentOrders"]["nodes"] == []
