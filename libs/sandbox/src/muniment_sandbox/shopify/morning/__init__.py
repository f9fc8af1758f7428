"""A shop's morning: many orders, each with its own story, told from one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning import business_stories, change_stories, consumer_stories
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.morning.flow_stories import FLOWS
from muniment_sandbox.shopify.morning.plans import Plan, Step
from muniment_sandbox.shopify.morning.story_parts import Scenario
from muniment_sandbox.shopify.state.cart import Cart
from muniment_sandbox.shopify.state.stock import Stock

__all__ = ["FLOWS", "STORIES", "Morning", "Step", "random_cart"]

STORIES: tuple[Scenario, ...] = (
    *consumer_stories.STORIES,
    *business_stories.STORIES,
    *change_stories.STORIES,
)

_HOURS_S = 4 * 3600.0


@dataclass(frozen=True)
class Morning:
    """``orders`` orders between eight and noon. The same seed tells the same morning to the cent.

    Every story of ``STORIES``, and of the ``flows`` that are asked for, comes once before one comes twice.
    """

    seed: int = 7
    orders: int = 25
    flows: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = self.flows - set(FLOWS)
        if unknown:
            raise ValueError(f"There is no flow {min(unknown)!r}. Known: {', '.join(sorted(FLOWS))}.")

    def steps(self) -> Iterator[Step]:
        """Yield all steps in the order of their time; each may be played on one shop, once."""
        chance = dice(f"morning/{self.seed}")
        starts = sorted(chance.uniform(0, _HOURS_S / 2) for _ in range(self.orders))
        steps: list[Step] = []
        for place, (start, story) in enumerate(zip(starts, self._stories(chance), strict=False)):
            plan = Plan(place, start, dice(f"morning/{self.seed}/{place}"))
            story(plan)
            steps += plan.steps
        yield from sorted(steps, key=lambda step: (step.at_s, step.place))

    def _stories(self, chance: random.Random) -> Iterator[Scenario]:
        stories = (*STORIES, *(story for flow in sorted(self.flows) for story in FLOWS[flow]))
        while True:
            yield from chance.sample(stories, len(stories))


def random_cart(stock: Stock, chance: random.Random) -> Cart:
    """Return a cart as a passer-by fills it."""
    basket = Basket(stock, chance, chance.choice(stock.buyers))
    return basket.cart(basket.lines(chance.randint(1, 5)))
