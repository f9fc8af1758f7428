"""Drafts, companies, customers and what they agree to; payments on account; requests of privacy law."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.cart import CustomItem
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.companies import PurchasingCompany
from muniment_sandbox.shopify.state.customer_changes import ConsentWish
from muniment_sandbox.shopify.state.drafting import DraftLineWish
from muniment_sandbox.shopify.state.drafts import DraftOrder
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import RecordingSender, dispatch_of, heard_topics
from tests.unit.sandbox_shopify.snapshots import data

CONSENT = """query Consent($id: ID!) { customer(id: $id) { defaultPhoneNumber {
  smsMarketingConsent { state optInLevel updatedAt collectedFrom } } } }"""
SMS = """mutation Sms($input: CustomerSmsMarketingConsentUpdateInput!) {
  customerSmsMarketingConsentUpdate(input: $input) { customer { id } userErrors { code message } } }"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))


@pytest.fixture
def shop(clock: SetClock) -> Shop:
    return seeded_shop("empty", clock=clock)


@pytest.fixture
def customer(shop: Shop) -> Customer:
    found = shop.stock.buyers[0].customer
    found.phone = "+49 151 0000001"
    return found


@pytest.fixture
def purchasing(shop: Shop) -> PurchasingCompany:
    found = shop.stock.businesses[0].company
    assert found is not None
    return found


def test_a_draft_becomes_a_paid_order_with_the_same_total(shop: Shop, customer: Customer) -> None:
    heard = heard_topics(shop)
    lines = [
        DraftLineWish(item=CustomItem(title="Custom work"), quantity=1, unit_minor=900_000),
        DraftLineWish(item=shop.stock.article("NTB-A5-DOT").variant, quantity=3),
    ]
    draft = shop.draft_order(lines, customer=customer)
    assert draft.lines[0].custom
    order = shop.complete_draft(draft)
    assert order.totals.total_price_set == draft.totals.total_price_set
    assert (order.display_financial_status, order.lines[0].product) == ("PAID", None)
    assert (draft.status, draft.order) == ("COMPLETED", order)
    assert heard[0] == "draft_orders/create"
    assert {"orders/create", "orders/paid", "draft_orders/update"} <= set(heard)
    with pytest.raises(NotPossible, match="already been completed"):
        shop.complete_draft(draft)


def test_a_branch_that_asks_for_review_checks_out_to_a_draft(
    shop: Shop, purchasing: PurchasingCompany
) -> None:
    basket = Basket(shop.stock, dice(1), shop.stock.businesses[0])
    cart = basket.cart([basket.line("DSK-OAK-140", 2)], po_number="PO-9")
    change = """mutation Review($id: ID!, $input: CompanyLocationUpdateInput!) {
      companyLocationUpdate(companyLocationId: $id, input: $input) {
        companyLocation { buyerExperienceConfiguration { checkoutToDraft } } userErrors { code } } }"""
    wish = {"buyerExperienceConfiguration": {"checkoutToDraft": True}}
    data(shop, change, id=purchasing.location.id, input=wish)
    draft = shop.check_out(cart)
    assert isinstance(draft, DraftOrder)
    placed = shop.place_order(cart)
    assert draft.totals.total_price_set == placed.totals.total_price_set
    assert draft.po_number == "PO-9"


def test_consents_are_told_on_their_own_topics_in_the_shape_of_2026_10(
    shop: Shop, customer: Customer
) -> None:
    heard = heard_topics(shop)
    before = data(shop, CONSENT, id=customer.id)["customer"]["defaultPhoneNumber"]["smsMarketingConsent"]
    assert before["state"] == "NEVER_SUBSCRIBED"
    wish = {"customerId": customer.id, "smsMarketingConsent": {"marketingState": "SUBSCRIBED"}}
    assert data(shop, SMS, input=wish)["customerSmsMarketingConsentUpdate"]["userErrors"] == []
    after = data(shop, CONSENT, id=customer.id)["customer"]["defaultPhoneNumber"]["smsMarketingConsent"]
    assert after == {
        "state": "SUBSCRIBED",
        "optInLevel": "SINGLE_OPT_IN",
        "updatedAt": "2026-11-23T08:00:00Z",
        "collectedFrom": "OTHER",
    }
    shop.set_consent(customer, "email", ConsentWish(state="UNSUBSCRIBED"))
    assert heard == ["customers_marketing_consent/update", "customers_email_marketing_consent/update"]


def test_consent_needs_a_number_and_a_moment_that_has_come(shop: Shop, customer: Customer) -> None:
    future = {"marketingState": "SUBSCRIBED", "consentUpdatedAt": "2027-01-01T00:00:00Z"}
    wish = {"customerId": customer.id, "smsMarketingConsent": future}
    early = data(shop, SMS, input=wish)["customerSmsMarketingConsentUpdate"]
    assert "future" in early["userErrors"][0]["message"]
    customer.phone = None
    without = data(shop, SMS, input=wish)["customerSmsMarketingConsentUpdate"]
    assert "phone number" in without["userErrors"][0]["message"]


def test_one_role_at_one_branch(shop: Shop, purchasing: PurchasingCompany) -> None:
    assert purchasing.contact is not None
    role = purchasing.company.contact_roles[1]
    with pytest.raises(NotPossible, match="already been assigned"):
        shop.assign_role(purchasing.contact, role, purchasing.location)
    shop.revoke_role(purchasing.contact.assignments[0])
    assert shop.assign_role(purchasing.contact, role, purchasing.location).role is role


def test_terms_fall_due_unless_they_were_paid(shop: Shop, clock: SetClock) -> None:
    basket = Basket(shop.stock, dice(1), shop.stock.businesses[0])
    paid, unpaid = (shop.place_order(basket.cart([basket.line("DSK-OAK-140", 1)], net_days=30)) for _ in "ab")
    shop.pay(paid)
    heard = heard_topics(shop)
    clock.advance(31 * 86_400)
    shop.catch_up()
    assert heard.count("payment_schedules/due") == 1
    assert unpaid.payment_terms is not None
    assert unpaid.payment_terms.overdue


def test_merged_customers_keep_their_orders(shop: Shop) -> None:
    kept, gone = shop.stock.buyers[0], shop.stock.buyers[1]
    basket = Basket(shop.stock, dice(1), gone)
    order = shop.place_order(basket.cart([basket.line("NTB-A5-DOT", 1)]))
    shop.merge_customers(kept.customer, gone.customer)
    assert order.customer is kept.customer
    assert shop.get(Customer, gone.customer.id) is None


async def test_requests_of_privacy_law_reach_the_apps_own_address(
    shop: Shop, customer: Customer, clock: SetClock
) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(shop, sender)
    shop.subscribe_to_privacy("https://muniment.example/hooks")
    shop.ask_for_data(customer)
    shop.ask_for_erasure(customer)
    clock.advance(11 * 86_400)
    shop.catch_up()
    shop.redact_shop()
    await dispatch.idle()
    assert sorted(sender.topics) == ["customers/data_request", "customers/redact", "shop/redact"]
    assert shop.subscriptions == []
