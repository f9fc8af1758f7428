"""What people do in the shop: each action changes what it says, moves the time, and announces its hooks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.cart import Cart
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.ledger import NotPossible, UnknownId
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import BANK_TRANSFER, GIFT_CARD
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import heard_topics


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 23, 8, 0, 0, 999, tzinfo=UTC))


@pytest.fixture
def shop(clock: SetClock) -> Shop:
    return seeded_shop("empty", clock=clock)


@pytest.fixture
def basket(shop: Shop) -> Basket:
    return Basket(shop.stock, dice(1), shop.stock.buyers_in("DE")[0])


@pytest.fixture
def order(shop: Shop, basket: Basket) -> Order:
    lines = [basket.line("LMP-BRS-01", 1), basket.line("NTB-A5-DOT", 3)]
    return shop.place_order(basket.cart(lines, shipping=basket.shipping(495)))


def due(order: Order) -> str:
    return order.totals.total_outstanding_set.presentment_money.amount


def test_an_order_is_placed(shop: Shop, basket: Basket) -> None:
    heard = heard_topics(shop)
    order = shop.place_order(basket.cart([basket.line("LMP-BRS-01", 1)], shipping=None))
    assert heard == ["orders/create", "orders/updated"]
    assert (order.name, order.display_financial_status) == ("#1001", "PENDING")
    assert order.created_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert order.original_total_price_set.presentment_money.amount == "119.90"
    assert [agreement.reason for agreement in order.contracts] == ["ORDER"]


def test_an_empty_cart_is_refused(shop: Shop, basket: Basket) -> None:
    with pytest.raises(NotPossible, match="at least one line"):
        shop.place_order(Cart(exchange=basket.market.exchange, lines=[]))


def test_payment_completes_the_order(shop: Shop, order: Order, clock: SetClock) -> None:
    heard = heard_topics(shop)
    clock.advance(60)
    shop.pay(order)
    assert set(heard) == {
        "order_transactions/create",
        "tender_transactions/create",
        "orders/updated",
        "orders/paid",
    }
    assert order.display_financial_status == "PAID"
    assert order.updated_at == clock.now()
    with pytest.raises(NotPossible, match="Nothing is outstanding"):
        shop.pay(order)


def test_payment_in_parts_is_partial_until_the_last(shop: Shop, order: Order) -> None:
    heard = heard_topics(shop)
    shop.pay(order, GIFT_CARD, 5_000)
    assert order.display_financial_status == "PARTIALLY_PAID"
    assert "orders/paid" not in heard
    shop.pay(order)
    assert order.gateways == ["gift_card", "shopify_payments"]
    assert "orders/paid" in heard


def test_a_declined_payment_moves_no_money(shop: Shop, order: Order) -> None:
    payment = shop.decline_payment(order)
    assert (payment.status, payment.error_code) == ("FAILURE", "CARD_DECLINED")
    assert order.unpaid


def test_an_authorization_is_captured_once(shop: Shop, order: Order) -> None:
    shop.authorize(order)
    assert order.display_financial_status == "AUTHORIZED"
    capture = shop.capture(order)
    assert capture.parent_transaction is order.payments[0]
    assert order.display_financial_status == "PAID"
    with pytest.raises(NotPossible, match="no open authorization"):
        shop.capture(order)


def test_a_line_added_after_payment_is_due_again(shop: Shop, order: Order, basket: Basket) -> None:
    shop.pay(order)
    heard = heard_topics(shop)
    shop.edit_add_line(order, basket.line("INK-RBL-50", 2))
    assert heard == ["orders/updated", "orders/edited"]
    assert order.edited
    assert due(order) == "25.90"
    assert order.display_financial_status == "PARTIALLY_PAID"
    shop.pay(order)
    assert order.display_financial_status == "PAID"


def test_a_line_taken_out_is_neither_billed_nor_refunded(shop: Shop, order: Order) -> None:
    shop.edit_remove_line(order, order.lines[0])
    line = order.lines[0]
    assert (line.quantity, line.current_quantity, line.refunded, line.non_fulfillable_quantity) == (
        1,
        0,
        0,
        1,
    )
    assert due(order) == "49.92"
    assert order.original_total_price_set.presentment_money.amount == "169.82"


def test_units_come_back_one_after_another(shop: Shop, order: Order) -> None:
    shop.pay(order)
    shop.fulfil(order)
    heard = heard_topics(shop)
    for count in (1, 2):
        refund = shop.refund(order, RefundWish(lines=[(order.lines[1], 1)], note="bent"))
        assert refund.total_refunded_set.presentment_money.amount == "14.99"
        assert order.lines[1].current_quantity == 3 - count
        assert refund.lines[0].restock_type == "RETURN"
    assert heard.count("refunds/create") == 2
    assert order.display_financial_status == "PARTIALLY_REFUNDED"
    with pytest.raises(NotPossible, match="Only 1 units"):
        shop.refund(order, RefundWish(lines=[(order.lines[1], 2)]))


def test_more_than_was_paid_is_not_refunded_and_nothing_changes(shop: Shop, order: Order) -> None:
    shop.pay(order, amount_minor=100)
    with pytest.raises(NotPossible, match="More than was paid"):
        shop.refund(order, RefundWish(lines=[(order.lines[0], 1)]))
    assert (order.lines[0].refunded, order.refund_records, len(order.payments)) == (0, [], 1)


def test_a_refund_goes_back_where_the_money_came_from(shop: Shop, order: Order) -> None:
    shop.pay(order, GIFT_CARD, 5_000)
    shop.pay(order)
    refund = shop.refund_everything(order)
    parents = [(each.gateway, each.amount_set.presentment_money.amount) for each in refund.payments]
    assert parents == [("shopify_payments", "119.82"), ("gift_card", "50.00")]
    assert order.display_financial_status == "REFUNDED"


def test_cancelling_a_paid_order_refunds_it(shop: Shop, order: Order) -> None:
    shop.pay(order)
    heard = heard_topics(shop)
    refund = shop.cancel(order, "INVENTORY", "Out of stock")
    assert refund is not None
    assert {"orders/cancelled", "refunds/create"} <= set(heard)
    assert (order.cancel_reason, order.display_financial_status) == ("INVENTORY", "REFUNDED")
    assert {line.restock_type for line in refund.lines} == {"CANCEL"}
    for deed in (shop.pay, shop.fulfil, shop.cancel):
        with pytest.raises(NotPossible, match="is cancelled"):
            deed(order)


def test_cancelling_an_authorized_order_voids_it(shop: Shop, order: Order) -> None:
    shop.authorize(order)
    assert shop.cancel(order) is None
    assert order.display_financial_status == "VOIDED"
    assert order.totals.current_total_price_set == order.totals.total_price_set


def test_two_parcels_fulfil_in_two_steps(shop: Shop, order: Order) -> None:
    heard = heard_topics(shop)
    first = shop.fulfil(order, [(order.lines[1], 2)])
    assert order.display_fulfillment_status == "PARTIALLY_FULFILLED"
    second = shop.fulfil(order)
    assert order.display_fulfillment_status == "FULFILLED"
    assert (first.name, second.name) == ("#1001.1", "#1001.2")
    assert heard.index("orders/partially_fulfilled") < heard.index("orders/fulfilled")
    with pytest.raises(NotPossible, match="waits to be sent"):
        shop.fulfil(order)


def test_the_carrier_is_heard(shop: Shop, order: Order, clock: SetClock) -> None:
    parcel = shop.fulfil(order)
    clock.advance(3600)
    shop.carrier_says(order, parcel, "IN_TRANSIT")
    assert parcel.in_transit_at == clock.now()
    shop.carrier_says(order, parcel, "DELIVERED")
    assert parcel.display_status == "DELIVERED"


def test_a_company_pays_within_its_terms(shop: Shop) -> None:
    basket = Basket(shop.stock, dice(1), shop.stock.businesses[0])
    order = shop.place_order(basket.cart([basket.line("DSK-OAK-140", 1)], net_days=30, po_number="PO-1"))
    terms = order.payment_terms
    assert terms is not None
    assert (terms.schedules[0].due_at - order.created_at).days == 30
    shop.pay(order, BANK_TRANSFER)
    assert terms.schedules[0].completed_at == order.updated_at
    assert terms.schedules[0].balance_due.minor == 0


def test_a_total_of_zero_is_paid_without_a_transaction(shop: Shop, basket: Basket) -> None:
    heard = heard_topics(shop)
    order = shop.place_order(basket.cart([basket.line("SMP-SWATCH", 1)], shipping=basket.shipping(0)))
    assert (order.display_financial_status, order.payments) == ("PAID", [])
    assert "orders/paid" in heard


def test_notes_and_tags_only_update(shop: Shop, order: Order) -> None:
    heard = heard_topics(shop)
    shop.update_note(order, "Ring twice")
    shop.set_tags(order, ["b", "a", "b"])
    assert heard == ["orders/updated", "orders/updated"]
    assert (order.note, order.tags) == ("Ring twice", ["a", "b"])


def test_a_deleted_order_is_unknown(shop: Shop, order: Order) -> None:
    heard = heard_topics(shop)
    shop.delete_order(order)
    assert heard == ["orders/delete"]
    with pytest.raises(UnknownId):
        shop.order_of(order.number)
    with pytest.raises(UnknownId):
        shop.order_named("#1001")


def test_the_timeline_tells_the_story(shop: Shop, order: Order) -> None:
    shop.pay(order)
    shop.cancel(order)
    actions = [event.action for event in order.happenings]
    assert actions == ["placed", "sale_success", "refund_success", "cancelled"]
