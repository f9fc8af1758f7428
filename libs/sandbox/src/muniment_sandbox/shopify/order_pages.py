"""Orders page by page, by the index of their numbers: a shop of 100,000 answers like one of a hundred."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from muniment_sandbox.shopify.graphql.indexes import index_of
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop

MOST_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some orders, the latest first. ``older`` is the number before which the next page begins, None at the
    end; ``newer`` that of the page before, 0 for the first page, None where this is the first.
    """

    orders: list[Order]
    older: int | None
    newer: int | None


def orders_after(shop: Shop, number: int, limit: int) -> list[Order]:
    """Return the orders that come after a number, the oldest first, at most ``limit``."""
    keys = index_of(shop, Order, "number").keys
    at = bisect_right(keys, (number,))
    return [shop.orders[int(key[0])] for key in keys[at : at + limit]]


def latest_orders(
    shop: Shop, size: int, *, before: int = 0, where: Callable[[Order], bool] | None = None
) -> OrderPage:
    """Return a page of the orders before a number, from the latest if it is 0, that meet a condition.

    Where few do, the page ends after ``MOST_LOOKED_AT`` orders that were looked at, perhaps empty.
    """
    keys = index_of(shop, Order, "number").keys
    end = bisect_left(keys, (before,)) if before else len(keys)
    found: list[Order] = []
    begin = end
    while begin > 0 and len(found) < size and end - begin < MOST_LOOKED_AT:
        begin -= 1
        order = shop.orders[int(keys[begin][0])]
        if where is None or where(order):
            found.append(order)
    older = int(keys[begin][0]) if begin > 0 else None
    newer = None if end == len(keys) else 0
    if newer is not None and where is None and end + size < len(keys):
        newer = int(keys[end + size][0])
    return OrderPage(found, older, newer)
