"""Every figure of every order adds up, in the buyer's currency and in the shop's, whatever happened to it."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from muniment_sandbox.shopify.morning import STORIES, Morning
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.arithmetic import Reckoning, has_right_digits
from tests.unit.sandbox_shopify.snapshots import snapshot
from tests.unit.sandbox_shopify.wishes import carts, lines

SHOP = seeded_shop("empty")
SIDES = ("presentmentMoney", "shopMoney")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_order_of_a_morning_adds_up(seed: int) -> None:
    shop = seeded_shop("empty")
    for step in Morning(seed, len(STORIES)).steps():
        step.act(shop)
    for order in shop.orders.values():
        assert_adds_up(shop, order)


@given(st.data())
@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_any_cart_adds_up_before_and_after_payment_edits_and_refunds(choices: st.DataObject) -> None:
    order = SHOP.place_order(choices.draw(carts(SHOP.stock)))
    assert_adds_up(SHOP, order)
    first = order.lines[0]
    if choices.draw(st.booleans()):
        SHOP.edit_remove_line(order, first, choices.draw(st.integers(1, first.quantity)))
    if choices.draw(st.booleans()):
        variants = tuple(article.variant for article in SHOP.stock.articles)
        SHOP.edit_add_line(order, choices.draw(lines(variants)))
    assert_adds_up(SHOP, order)
    pay_what_is_due(order, choices)
    for _ in range(choices.draw(st.integers(0, 3))):
        refund_something(order, choices)
        assert_adds_up(SHOP, order)
    if order.totals.net_payment_set.minor and choices.draw(st.booleans()):
        SHOP.cancel(order)
        assert order.totals.net_payment_set.minor == 0
    assert_adds_up(SHOP, order)


def test_a_single_wrong_amount_is_found() -> None:
    shop = seeded_shop("empty")
    for step in Morning(1, 3).steps():
        step.act(shop)
    right = snapshot(shop, next(iter(shop.orders.values())))
    places = ["subtotalPriceSet", "totalTaxSet", "totalPriceSet", "currentTotalPriceSet", "totalReceivedSet"]
    for place in places:
        wrong: dict[str, Any] = copy.deepcopy(right)
        wrong["order"][place]["presentmentMoney"]["amount"] = "123456.78"
        assert Reckoning(wrong).differences()
    assert not Reckoning(right).differences()


def pay_what_is_due(order: Order, choices: st.DataObject) -> None:
    due = order.totals.total_outstanding_set.minor
    if due > 1 and choices.draw(st.booleans()):
        SHOP.pay(order, amount_minor=choices.draw(st.integers(1, due - 1)))
    if order.totals.total_outstanding_set.minor > 0:
        SHOP.pay(order)


def refund_something(order: Order, choices: st.DataObject) -> None:
    line = choices.draw(st.sampled_from(order.lines))
    shipping = order.totals.current_shipping_price_set.minor
    wish = RefundWish(
        lines=[(line, choices.draw(st.integers(1, line.refundable_quantity)))]
        if line.refundable_quantity
        else [],
        shipping_minor=choices.draw(st.none() | st.integers(0, shipping)) if order.shipping else None,
        adjustment_minor=choices.draw(st.sampled_from([0, 0, 150, -1])),
    )
    with contextlib.suppress(NotPossible):  # more than was paid, or less than nothing
        SHOP.refund(order, wish)


def assert_adds_up(shop: Shop, order: Order) -> None:
    taken = snapshot(shop, order)
    for side in SIDES:
        reckoning = Reckoning(taken, side)
        assert reckoning.differences() == []
        assert all(has_right_digits(money) for money in reckoning.amounts())
