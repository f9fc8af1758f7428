"""Risk and disputes: opinions about an order, a bank that asks for money back, the shop's evidence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import BANK_TRANSFER
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import heard_topics
from tests.unit.sandbox_shopify.snapshots import data

UPDATE = """mutation Update($id: ID!, $input: ShopifyPaymentsDisputeEvidenceUpdateInput!) {
  disputeEvidenceUpdate(id: $id, input: $input) {
    disputeEvidence { submitted uncategorizedText disputeFileUploads { id disputeEvidenceType }
      dispute { status } }
    userErrors { code } } }"""
ASSESS = """mutation Assess($input: OrderRiskAssessmentCreateInput!) {
  orderRiskAssessmentCreate(orderRiskAssessmentInput: $input) {
    orderRiskAssessment { riskLevel } userErrors { code } } }"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))


@pytest.fixture
def shop(clock: SetClock) -> Shop:
    return seeded_shop("empty", clock=clock)


@pytest.fixture
def order(shop: Shop) -> Order:
    basket = Basket(shop.stock, dice(1), shop.stock.buyers_in("DE")[0])
    return shop.place_order(basket.cart([basket.line("NTB-A5-DOT", 3)]))


def test_a_dispute_is_answered_and_decided(shop: Shop, order: Order) -> None:
    shop.pay(order)
    heard = heard_topics(shop)
    dispute = shop.open_dispute(order)
    assert (dispute.status, dispute.amount) == (
        "NEEDS_RESPONSE",
        order.totals.total_price_set.presentment_money,
    )
    upload = shop.upload_dispute_file(dispute, "proof.pdf", "application/pdf", 1_000)
    given = {"uncategorizedText": "See attached", "shippingDocumentationFile": {"id": upload.id}}
    evidence = dispute.dispute_evidence.id
    first = data(shop, UPDATE, id=evidence, input=given)["disputeEvidenceUpdate"]["disputeEvidence"]
    assert first["disputeFileUploads"] == [
        {"id": upload.id, "disputeEvidenceType": "SHIPPING_DOCUMENTATION_FILE"}
    ]
    assert heard == ["disputes/create"]
    gone = {"shippingDocumentationFile": {"id": upload.id, "destroy": True}, "submitEvidence": True}
    second = data(shop, UPDATE, id=evidence, input=gone)["disputeEvidenceUpdate"]["disputeEvidence"]
    assert (second["disputeFileUploads"], second["submitted"]) == ([], True)
    assert second["dispute"] == {"status": "UNDER_REVIEW"}
    again = data(shop, UPDATE, id=evidence, input=given)["disputeEvidenceUpdate"]
    assert again["userErrors"] == [{"code": "EVIDENCE_ALREADY_ACCEPTED"}]
    shop.decide_dispute(dispute, "WON")
    assert heard == ["disputes/create", "disputes/update", "disputes/update"]
    with pytest.raises(NotPossible, match="decided"):
        shop.decide_dispute(dispute, "LOST")


def test_evidence_has_its_limits(shop: Shop, order: Order, clock: SetClock) -> None:
    shop.pay(order)
    dispute = shop.open_dispute(order)
    big = shop.upload_dispute_file(dispute, "big.pdf", "application/pdf", 5 * 1024 * 1024)
    gid = dispute.dispute_evidence.id
    wishes = [
        ({"uncategorizedFile": {"id": big.id}}, "FILES_SIZE_EXCEEDED_LIMIT"),
        ({"uncategorizedFile": {"id": "gid://shopify/X/1"}}, "FILE_NOT_FOUND"),
        ({"uncategorizedText": "x" * 20_001}, "TOO_LARGE"),
    ]
    for given, code in wishes:
        answer = data(shop, UPDATE, id=gid, input=given)["disputeEvidenceUpdate"]
        assert answer["userErrors"] == [{"code": code}]
    clock.advance(10 * 86_400)
    late = data(shop, UPDATE, id=gid, input={"uncategorizedText": "x"})["disputeEvidenceUpdate"]
    assert late["userErrors"] == [{"code": "EVIDENCE_PAST_DUE_DATE"}]


def test_only_card_payments_are_disputed(shop: Shop, order: Order) -> None:
    shop.pay(order, BANK_TRANSFER)
    with pytest.raises(NotPossible, match="no payment by Shopify Payments"):
        shop.open_dispute(order)


def test_the_worst_opinion_decides_and_each_provider_has_one(shop: Shop, order: Order) -> None:
    heard = heard_topics(shop)
    shop.assess_risk(order, "LOW")
    assert order.risk.recommendation == "ACCEPT"
    fact = {"description": "Documents do not match", "sentiment": "NEGATIVE"}
    for level, advice in (("HIGH", "CANCEL"), ("MEDIUM", "INVESTIGATE")):
        given = {"orderId": order.id, "riskLevel": level, "facts": [fact]}
        made = data(shop, ASSESS, input=given)["orderRiskAssessmentCreate"]
        assert made["userErrors"] == []
        assert order.risk.recommendation == advice
    assert len(order.assessments) == 2
    assert heard.count("orders/risk_assessment_changed") == 3
    many = {"orderId": order.id, "riskLevel": "HIGH", "facts": [fact] * 21}
    refused = data(shop, ASSESS, input=many)["orderRiskAssessmentCreate"]
    assert refused["userErrors"] == [{"code": "TOO_MANY_FACTS"}]


def test_disputes_and_risky_orders_are_found(shop: Shop, order: Order) -> None:
    shop.pay(order)
    shop.assess_risk(order, "HIGH")
    dispute = shop.open_dispute(order)
    asked = """query Find($orders: String, $disputes: String) {
      orders(first: 5, query: $orders) { nodes { id disputes { status initiatedAs } } }
      disputes(first: 5, query: $disputes) { nodes { id order { id } } } }"""
    found = data(shop, asked, orders="risk_level:high", disputes="status:needs_response")
    assert found["orders"]["nodes"][0]["disputes"] == [
        {"status": "NEEDS_RESPONSE", "initiatedAs": "CHARGEBACK"}
    ]
    assert found["disputes"]["nodes"] == [{"id": dispute.id, "order": {"id": order.id}}]
    none = data(shop, asked, orders="risk_level:low", disputes="status:won")
    assert (none["orders"]["nodes"], none["disputes"]["nodes"]) == ([], [])
