"""The plan of one order: what will be done with it, and when."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.state.cart import Cart
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.stock import Buyer, Stock

FillCart = Callable[[Basket], Cart]
PickBuyer = Callable[[Stock, random.Random], Buyer]
Act = Callable[[Shop, Order], object]


@dataclass
class Step:
    """One action, ``at_s`` seconds into the morning. Play the steps of an order in their order."""

    at_s: float
    place: int
    words: str
    act: Callable[[Shop], Order]


@dataclass
class Plan:
    """Collects the steps of one order; ``chance`` is its own, so orders do not disturb each other."""

    place: int
    starts_at_s: float
    chance: random.Random
    steps: list[Step] = field(default_factory=list)
    _order: Order | None = None
    _at_s: float = 0.0

    def places(self, buyer: PickBuyer, fill: FillCart, *, then: Act | None = None) -> None:
        """The buyer places the order, and ``then`` happens in the same moment, as paying does."""

        def act(shop: Shop) -> Order:
            basket = Basket(shop.stock, self.chance, buyer(shop.stock, self.chance))
            with shop.action():
                self._order = shop.place_order(fill(basket))
                if then is not None:
                    then(shop, self._order)
            return self._order

        self._at_s = self.starts_at_s
        self.steps.append(Step(self._at_s, self.place, "places the order", act))

    def later(self, words: str, what: Act, *, after_s: float | None = None) -> None:
        """Some time after the step before, this is done."""
        self._at_s += self.chance.uniform(60, 1800) if after_s is None else after_s

        def act(shop: Shop) -> Order:
            order = self.order
            what(shop, order)
            return order

        self.steps.append(Step(self._at_s, self.place, words, act))

    @property
    def order(self) -> Order:
        """The order, once it is placed."""
        if self._order is None:
            raise LookupError("The first step, which places the order, has not been played yet.")
        return self._order
