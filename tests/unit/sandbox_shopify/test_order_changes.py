"""What an app does with an order: cancelling by a job, capturing, voiding, refunding once per key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import heard_topics
from tests.unit.sandbox_shopify.snapshots import ask, data

CANCEL = """mutation Cancel($id: ID!, $reason: OrderCancelReason!, $refund: Boolean) {
  orderCancel(orderId: $id, reason: $reason, restock: true, staffNote: "Case 1",
              refundMethod: {originalPaymentMethodsRefund: $refund}) {
    job { id done } jobResult { id done status errors { message } order { cancelledAt } }
    orderCancelUserErrors { field message code } } }"""
JOB = """query Job($id: ID!, $result: ID!) { job(id: $id) { done } node(id: $result) {
  ... on OrderCancelJobResult { done status errors { code message } order { cancelReason } } } }"""
REFUND = """mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { presentmentMoney { amount } }
             orderAdjustments(first: 5) { nodes { amountSet { presentmentMoney { amount } } } } }
    order { displayFinancialStatus } userErrors { field message } } }"""
CAPTURE = """mutation Capture($input: OrderCaptureInput!) { orderCapture(input: $input) {
  transaction { kind amountSet { presentmentMoney { amount } } } userErrors { field message } } }"""
VOID = """mutation Void($id: ID!) { transactionVoid(parentTransactionId: $id) {
  transaction { kind status } userErrors { code } } }"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))


@pytest.fixture
def shop(clock: SetClock) -> Shop:
    return seeded_shop("empty", clock=clock)


@pytest.fixture
def order(shop: Shop) -> Order:
    basket = Basket(shop.stock, dice(1), shop.stock.buyers_in("DE")[0])
    return shop.place_order(basket.cart([basket.line("NTB-A5-DOT", 3)], shipping=basket.shipping(495)))


def refund_wish(order: Order, amount: str, quantity: int = 1) -> dict[str, object]:
    return {
        "orderId": order.id,
        "note": "ECM refund approval 456",
        "refundLineItems": [
            {"lineItemId": order.lines[0].id, "quantity": quantity, "restockType": "NO_RESTOCK"}
        ],
        "transactions": [
            {
                "orderId": order.id,
                "gateway": "shopify_payments",
                "kind": "REFUND",
                "amount": amount,
                "parentId": order.payments[0].id,
            }
        ],
    }


def test_a_cancellation_is_a_job_that_is_done_later(shop: Shop, order: Order, clock: SetClock) -> None:
    shop.pay(order)
    heard = heard_topics(shop)
    answer = data(shop, CANCEL, id=order.id, reason="FRAUD", refund=True)["orderCancel"]
    assert answer["orderCancelUserErrors"] == []
    assert answer["job"]["done"] is False
    assert answer["jobResult"]["status"] == "STARTED"
    assert (heard, order.cancelled_at) == ([], None)
    clock.advance(shop.cancel_delay_s)
    told = data(shop, JOB, id=answer["job"]["id"], result=answer["jobResult"]["id"])
    assert told["job"] == {"done": True}
    assert told["node"]["status"] == "SUCCEEDED"
    assert told["node"]["order"]["cancelReason"] == "FRAUD"
    assert {"orders/cancelled", "refunds/create"} <= set(heard)
    again = data(shop, CANCEL, id=order.id, reason="FRAUD", refund=True)["orderCancel"]
    assert again["orderCancelUserErrors"][0]["code"] == "INVALID"


def test_without_a_refund_method_the_money_stays(shop: Shop, order: Order, clock: SetClock) -> None:
    shop.pay(order)
    data(shop, CANCEL, id=order.id, reason="OTHER", refund=False)
    clock.advance(5)
    shop.catch_up()
    assert order.cancelled_at == clock.now()
    assert order.refund_records == []


def test_of_two_cancellations_the_second_fails(shop: Shop, order: Order, clock: SetClock) -> None:
    first, second = (
        data(shop, CANCEL, id=order.id, reason="STAFF", refund=True)["orderCancel"] for _ in "ab"
    )
    clock.advance(5)
    told = data(shop, JOB, id=second["job"]["id"], result=second["jobResult"]["id"])["node"]
    assert (told["status"], told["done"]) == ("FAILED", True)
    assert told["errors"][0]["code"] == "INVALID"
    assert first["job"]["id"] != second["job"]["id"]


def test_a_refund_needs_a_key_and_happens_once_per_key(shop: Shop, order: Order) -> None:
    shop.pay(order)
    plain = REFUND.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
    refused = ask(shop, plain, {"input": refund_wish(order, "10.00")})
    assert refused["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    wish = refund_wish(order, "10.00")
    first, again = (data(shop, REFUND, input=wish, key="one") for _ in "ab")
    assert first == again
    assert len(order.refund_records) == 1
    other = ask(shop, REFUND, {"input": refund_wish(order, "5.00"), "key": "one"})
    assert other["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


def test_what_a_refund_moves_beside_its_goods_is_an_adjustment(shop: Shop, order: Order) -> None:
    shop.pay(order)
    made = data(shop, REFUND, input=refund_wish(order, "10.00"), key="k")["refundCreate"]["refund"]
    assert made["totalRefundedSet"]["presentmentMoney"]["amount"] == "10.00"
    adjusted = made["orderAdjustments"]["nodes"][0]["amountSet"]["presentmentMoney"]["amount"]
    assert adjusted == "-4.99"
    assert order.lines[0].current_quantity == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"orderId": "gid://shopify/Order/1"}, ["orderId"]),
        ({"refundLineItems": [{"lineItemId": "gid://shopify/LineItem/1", "quantity": 1}]}, "lineItemId"),
        ({"transactions": None, "refundLineItems": None, "shipping": {"amount": "999.00"}}, None),
    ],
)
def test_a_refund_that_cannot_be_is_refused(
    shop: Shop, order: Order, change: dict[str, object], field: object
) -> None:
    shop.pay(order)
    answer = data(shop, REFUND, input=refund_wish(order, "10.00") | change, key="k")["refundCreate"]
    assert answer["refund"] is None
    named = answer["userErrors"][0]["field"]
    assert named == field or (named and field in named)
    assert order.refund_records == []


def test_more_than_a_payment_holds_is_not_given_back(shop: Shop, order: Order) -> None:
    shop.pay(order)
    answer = data(shop, REFUND, input=refund_wish(order, "500.00"), key="k")["refundCreate"]
    assert answer["userErrors"]
    assert order.lines[0].refunded == 0


def test_a_part_of_an_authorization_is_captured(shop: Shop, order: Order) -> None:
    parent = shop.authorize(order)
    wish = {"id": order.id, "parentTransactionId": parent.id, "amount": "10.00", "currency": "EUR"}
    made = data(shop, CAPTURE, input=wish)["orderCapture"]
    assert made["transaction"]["amountSet"]["presentmentMoney"]["amount"] == "10.00"
    assert order.display_financial_status == "PARTIALLY_PAID"
    again = data(shop, CAPTURE, input=wish)["orderCapture"]
    assert "no open authorization" in again["userErrors"][0]["message"]


def test_an_authorization_is_voided_by_its_id(shop: Shop, order: Order) -> None:
    parent = shop.authorize(order)
    assert data(shop, VOID, id=parent.id)["transactionVoid"]["transaction"]["kind"] == "VOID"
    codes = [
        data(shop, VOID, id=gid)["transactionVoid"]["userErrors"][0]["code"]
        for gid in (parent.id, order.payments[1].id, "gid://shopify/OrderTransaction/1")
    ]
    assert codes == ["AUTH_NOT_VOIDABLE", "AUTH_NOT_SUCCESSFUL", "TRANSACTION_NOT_FOUND"]


def test_a_refund_is_suggested_without_being_made(shop: Shop, order: Order) -> None:
    shop.pay(order)
    asked = """query Suggest($id: ID!, $lines: [RefundLineItemInput!], $full: Boolean) { order(id: $id) {
      suggestedRefund(refundLineItems: $lines, suggestFullRefund: $full) {
        amountSet { presentmentMoney { amount } } maximumRefundableSet { presentmentMoney { amount } }
        suggestedTransactions { kind gateway amountSet { presentmentMoney { amount } } } } } }"""
    lines = [{"lineItemId": order.lines[0].id, "quantity": 2}]
    part = data(shop, asked, id=order.id, lines=lines)["order"]["suggestedRefund"]
    assert part["amountSet"]["presentmentMoney"]["amount"] == "29.98"
    assert part["suggestedTransactions"][0]["kind"] == "SUGGESTED_REFUND"
    whole = data(shop, asked, id=order.id, full=True)["order"]["suggestedRefund"]
    assert whole["amountSet"] == whole["maximumRefundableSet"]
    assert order.refund_records == []


def test_an_order_is_archived_and_taken_out_again(shop: Shop, order: Order) -> None:
    for name, closed in (("orderClose", True), ("orderOpen", False)):
        kind = f"{name[0].upper()}{name[1:]}Input"
        asked = f"mutation M($input: {kind}!) {{ {name}(input: $input) {{ order {{ closed }} }} }}"
        assert data(shop, asked, input={"id": order.id})[name] == {"order": {"closed": closed}}


def test_metafields_are_deleted_and_the_missing_one_is_null(shop: Shop, order: Order) -> None:
    shop.set_metafield(order, "ecm", "node", "single_line_text_field", "1")
    asked = """mutation Delete($fields: [MetafieldIdentifierInput!]!) {
      metafieldsDelete(metafields: $fields) {
      deletedMetafields { ownerId namespace key } userErrors { message } } }"""
    fields = [{"ownerId": order.id, "namespace": "ecm", "key": key} for key in ("node", "other")]
    answer = data(shop, asked, fields=fields)["metafieldsDelete"]
    assert answer == {"deletedMetafields": [fields[0], None], "userErrors": []}
    assert order.own_metafields == []


def test_a_customer_keeps_metafields_and_tells_of_tags(shop: Shop, order: Order) -> None:
    assert order.customer is not None
    heard = heard_topics(shop)
    shop.set_metafield(order.customer, "ecm", "node", "single_line_text_field", "1")
    shop.tag(order.customer, add=["vip"])
    shop.tag(order.customer, remove=["VIP"])
    assert heard == [
        "customers/update",
        "customers/update",
        "customer.tags_added",
        "customers/update",
        "customer.tags_removed",
    ]
    assert order.customer.own_metafields[0].owner_type == "CUSTOMER"
