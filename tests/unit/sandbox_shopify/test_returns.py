"""Returns: asked for, decided, sent back, processed and refunded to the cent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.cancelling import CancelWish
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.returning import ReturnLineWish, ReturnWish, returnable
from muniment_sandbox.shopify.state.returns import Return, ReturnReasonDefinition
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import heard_topics
from tests.unit.sandbox_shopify.snapshots import data

PROCESS = """mutation Process($input: ReturnProcessInput!) { returnProcess(input: $input) {
  return { status refunds(first: 5) { nodes { totalRefundedSet { presentmentMoney { amount } } } } }
  userErrors { field message code } } }"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))


@pytest.fixture
def shop(clock: SetClock) -> Shop:
    return seeded_shop("empty", clock=clock)


@pytest.fixture
def order(shop: Shop) -> Order:
    basket = Basket(shop.stock, dice(1), shop.stock.buyers_in("DE")[0])
    made = shop.place_order(basket.cart([basket.line("NTB-A5-DOT", 3)], shipping=basket.shipping(495)))
    shop.pay(made)
    shop.fulfil(made, [(made.lines[0], 2)])
    return made


def wish(order: Order, quantity: int = 1, percentage: float | None = None) -> ReturnWish:
    units = order.parcels[0].lines[0]
    line = ReturnLineWish(fulfillment_line_item=units, quantity=quantity, restocking_percentage=percentage)
    return ReturnWish(lines=[line])


def processing(wanted: Return, order: Order, amount: str | None, quantity: int = 1) -> dict[str, Any]:
    line = wanted.lines[0]
    back = wanted.reverse_orders[0].lines[0]
    disposition = {
        "reverseFulfillmentOrderLineItemId": back.id,
        "dispositionType": "NOT_RESTOCKED",
        "quantity": quantity,
    }
    given: dict[str, Any] = {
        "returnId": wanted.id,
        "returnLineItems": [{"id": line.id, "quantity": quantity, "dispositions": [disposition]}],
    }
    if amount is not None:
        money = {"amount": amount, "currencyCode": order.presentment_currency_code}
        transfer = {"transactionAmount": money, "parentId": order.payments[0].id}
        given["financialTransfer"] = {"issueRefund": {"orderTransactions": [transfer]}}
    return given


def test_a_request_is_approved_processed_refunded_and_closed(shop: Shop, order: Order) -> None:
    heard = heard_topics(shop)
    wanted = shop.request_return(order, wish(order, 2))
    assert (wanted.status, order.return_status, wanted.reverse_orders) == (
        "REQUESTED",
        "RETURN_REQUESTED",
        [],
    )
    shop.approve_return(wanted)
    assert (wanted.status, order.return_status) == ("OPEN", "IN_PROGRESS")
    shop.send_back(wanted.reverse_orders[0], label_url="https://labels.example/1.pdf")
    answer = data(shop, PROCESS, input=processing(wanted, order, "14.99"))["returnProcess"]
    assert answer["userErrors"] == []
    amounts = [
        node["totalRefundedSet"]["presentmentMoney"]["amount"]
        for node in answer["return"]["refunds"]["nodes"]
    ]
    assert amounts == ["14.99"]
    data(shop, PROCESS, input=processing(wanted, order, "10.00"))
    assert [adjustment.amount_set.minor for adjustment in order.refund_records[1].adjustments] == [-499]
    assert order.refund_records[1].return_ is wanted
    assert (order.return_status, order.lines[0].unfulfilled_quantity) == ("INSPECTION_COMPLETE", 1)
    shop.close_return(wanted)
    assert order.return_status == "RETURNED"
    told = [topic for topic in heard if topic.startswith(("returns/", "reverse", "refunds/"))]
    assert told == [
        "returns/request",
        "returns/approve",
        "reverse_deliveries/attach_deliverable",
        "refunds/create",
        "reverse_fulfillment_orders/dispose",
        "returns/process",
        "returns/update",
        "refunds/create",
        "reverse_fulfillment_orders/dispose",
        "returns/process",
        "returns/update",
        "returns/close",
    ]


def test_processing_without_a_transfer_moves_no_money(shop: Shop, order: Order) -> None:
    wanted = shop.create_return(order, wish(order))
    data(shop, PROCESS, input=processing(wanted, order, None))
    assert (wanted.lines[0].processed_quantity, wanted.lines[0].refunded_quantity) == (1, 0)
    assert (order.refund_records, order.lines[0].current_quantity) == ([], 3)


def test_nothing_changes_when_a_part_of_processing_is_impossible(shop: Shop, order: Order) -> None:
    wanted = shop.create_return(order, wish(order))
    for given in (processing(wanted, order, "500.00"), processing(wanted, order, "1.00", quantity=2)):
        assert data(shop, PROCESS, input=given)["returnProcess"]["userErrors"]
    assert (order.refund_records, wanted.touched, len(order.payments)) == ([], False, 1)


def test_units_are_returned_once(shop: Shop, order: Order) -> None:
    units = order.parcels[0].lines[0]
    assert returnable(order, units) == 2
    first = shop.request_return(order, wish(order))
    assert returnable(order, units) == 1
    with pytest.raises(NotPossible, match="returnable quantity of 1"):
        shop.create_return(order, wish(order, 2))
    shop.decline_return(first, "RETURN_PERIOD_ENDED", "Too late")
    assert returnable(order, units) == 2
    shop.refund(order, RefundWish(lines=[(order.lines[0], 1)], restock_type="RETURN"))
    assert returnable(order, units) == 1


def test_states_lead_only_where_they_may(shop: Shop, order: Order) -> None:
    wanted = shop.request_return(order, wish(order))
    for deed in (shop.close_return, shop.reopen_return):
        with pytest.raises(NotPossible, match="status is REQUESTED"):
            deed(wanted)
    shop.approve_return(wanted)
    with pytest.raises(NotPossible, match="status is OPEN"):
        shop.approve_return(wanted)
    with pytest.raises(NotPossible, match="open returns"):
        shop.begin_cancelling(order, CancelWish(reason="CUSTOMER", restocks=True))
    shop.close_return(wanted)
    shop.reopen_return(wanted)
    shop.cancel_return(wanted)
    assert (wanted.status, wanted.reverse_orders[0].status) == ("CANCELED", "CANCELED")
    second = shop.create_return(order, wish(order))
    data(shop, PROCESS, input=processing(second, order, None))
    with pytest.raises(NotPossible, match="already processed"):
        shop.cancel_return(second)


def test_fees_lessen_what_is_suggested(shop: Shop, order: Order) -> None:
    wanted = shop.create_return(order, wish(order, 2, percentage=10))
    fee = wanted.lines[0].restocking_fee
    assert fee is not None
    assert fee.amount_set.presentment_money.amount == "3.00"
    asked = """query Outcome($id: ID!, $lines: [SuggestedOutcomeReturnLineItemInput!]!) { return(id: $id) {
      suggestedFinancialOutcome(returnLineItems: $lines, exchangeLineItems: []) {
        maximumRefundable { presentmentMoney { amount } }
        discountedSubtotal { presentmentMoney { amount } } } } }"""
    lines = [{"id": wanted.lines[0].id, "quantity": 1}]
    outcome = data(shop, asked, id=wanted.id, lines=lines)["return"]["suggestedFinancialOutcome"]
    assert outcome["discountedSubtotal"]["presentmentMoney"]["amount"] == "14.99"
    assert outcome["maximumRefundable"]["presentmentMoney"]["amount"] == "13.49"


def test_disposing_does_not_move_the_orders_time(shop: Shop, order: Order, clock: SetClock) -> None:
    wanted = shop.create_return(order, wish(order))
    before = order.updated_at
    clock.advance(60)
    shop.send_back(wanted.reverse_orders[0])
    assert order.updated_at == before


def test_a_request_by_the_api_names_its_reason(shop: Shop, order: Order) -> None:
    reason = shop.all_of(ReturnReasonDefinition)[3]
    asked = """mutation Ask($input: ReturnRequestInput!) { returnRequest(input: $input) {
      return { name returnLineItems(first: 5) { nodes { returnReasonDefinition { handle } customerNote } } }
      userErrors { code } } }"""
    line = {
        "fulfillmentLineItemId": order.parcels[0].lines[0].id,
        "quantity": 1,
        "returnReasonDefinitionId": reason.id,
        "customerNote": "It leaks",
    }
    made = data(shop, asked, input={"orderId": order.id, "returnLineItems": [line]})["returnRequest"][
        "return"
    ]
    assert made["name"] == f"{order.name}-R1"
    node = {"returnReasonDefinition": {"handle": "defective"}, "customerNote": "It leaks"}
    assert made["returnLineItems"]["nodes"] == [node]
