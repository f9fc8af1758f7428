"""Choosing whom an occasion befalls: among the latest of its kind, by the dice."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from random import Random
from typing import TypeVar

from muniment_sandbox.shopify.order_pages import latest_orders
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop

E = TypeVar("E", bound=Entity)

_AMONG = 400
_TRIES = 80


def an_order(shop: Shop, chance: Random, fits: Callable[[Order], bool], wanted: str) -> Order:
    """Return an order among the latest that is not cancelled and fits; NotPossible says what was wanted."""
    latest = latest_orders(shop, _AMONG).orders
    for order in chance.sample(latest, min(len(latest), _TRIES)):
        if order.cancelled_at is None and fits(order):
            return order
    raise NotPossible(f"There is no order {wanted}.")


def latest_of(shop: Shop, kind: type[E]) -> list[E]:
    """Return the latest entities of a kind, the latest first."""
    numbers = islice(reversed(shop.numbered(kind)), _AMONG)
    found = (shop.numbered(kind)[number] for number in numbers)
    return [each for each in found if isinstance(each, kind)]
