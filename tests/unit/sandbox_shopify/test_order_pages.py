"""Pages of orders are those of the whole list, whatever was placed and deleted, and cost what they show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_sandbox.shopify import order_pages
from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.order_pages import latest_orders, orders_after
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop


def place(shop: Shop) -> Order:
    return shop.place_order(random_cart(shop.stock, dice(len(shop.orders))))


@pytest.fixture(scope="module")
def shop() -> Shop:
    made = seeded_shop("empty")
    for _ in range(23):
        place(made)
    return made


def latest(shop: Shop, size: int, where: Callable[[Order], bool] | None) -> list[int]:
    """Walk through all pages from the latest on; return the numbers in the order they were shown."""
    seen: list[int] = []
    before: int | None = 0
    while before is not None:
        page = latest_orders(shop, size, before=before, where=where)
        assert len(page.orders) <= size
        seen += [order.number for order in page.orders]
        before = page.older
    return seen


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), max_size=6), st.integers(1, 9), st.integers(1, 5))
def test_walking_forth_and_back_shows_every_order_once(
    shop: Shop, changes: list[bool], size: int, modulus: int
) -> None:
    for comes in changes:
        if comes or len(shop.orders) < 3:
            place(shop)
        else:
            shop.delete_order(list(shop.orders.values())[len(shop.orders) // 2])
    numbers = list(shop.orders)
    assert latest(shop, size, None) == numbers[::-1]
    chosen = [number for number in numbers if number % modulus == 0]
    assert latest(shop, size, lambda order: order.number % modulus == 0) == chosen[::-1]
    walked: list[int] = []
    while found := orders_after(shop, walked[-1] if walked else 0, size):
        walked += [order.number for order in found]
    assert walked == numbers


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6))
def test_newer_leads_to_the_page_one_came_from(shop: Shop, size: int) -> None:
    before: int | None = 0
    came_from: int | None = None
    while before is not None:
        page = latest_orders(shop, size, before=before)
        assert page.newer == came_from
        came_from, before = before, page.older


def test_no_more_orders_are_looked_at_than_are_shown(shop: Shop) -> None:
    looked: list[int] = []

    def look(order: Order) -> bool:
        looked.append(order.number)
        return True

    latest_orders(shop, 5, where=look)
    assert looked == list(shop.orders)[:-6:-1]


def test_looking_for_a_rare_state_ends(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_pages, "MOST_LOOKED_AT", 4)
    page = latest_orders(shop, 5, where=lambda _order: False)
    assert page.orders == []
    assert page.older == list(shop.orders)[-4]
