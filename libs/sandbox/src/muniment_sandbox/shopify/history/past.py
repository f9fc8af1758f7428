"""Lets the years pass: orders are placed at their moments and live on until the history ends."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from muniment_sandbox.collector import collector_at_rest
from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.history.clientele import Clientele
from muniment_sandbox.shopify.history.lives import Life, a_life
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.shop import Shop

_YEAR_S = 365.25 * 86_400
_GROWTH = 0.7
"""Below 1 the shop grows: a share u of the orders is placed by the share u ** _GROWTH of the time."""
_MOST_YEARS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """``orders`` orders over ``years`` years up to ``until``, which is the last midnight (UTC) unless set.

    Raises ValueError for a number that makes no sense.
    """

    orders: int = 1_000
    years: float = 3.0
    seed: int = 7
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.orders < 1:
            raise ValueError(f"A history has at least one order, not {self.orders}.")
        if not 0 < self.years <= _MOST_YEARS:
            raise ValueError(f"A history goes back at most {_MOST_YEARS} years, not {self.years:g}.")

    def end(self, now: datetime) -> datetime:
        """Return the moment it ends."""
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.until.astimezone(UTC) if self.until else midnight

    def begin(self, now: datetime) -> datetime:
        """Return the moment it begins."""
        return self.end(now) - timedelta(seconds=self.years * _YEAR_S)


def live_through(shop: Shop, history: History, clock: SetClock, now: datetime) -> None:
    """Fill a new shop with the history; ``clock`` is the shop's, and stands at the history's beginning."""
    begin, end = history.begin(now), history.end(now)
    clientele = Clientele(shop, dice(f"history/{history.seed}/clientele"))
    waiting: list[tuple[float, int, Life]] = []
    with collector_at_rest():
        for place, at_s in enumerate(_starts(history, (end - begin).total_seconds())):
            _pass(shop, clock, begin, waiting, at_s)
            clock.set(begin + timedelta(seconds=at_s))
            life = a_life(shop, clientele, dice(f"history/{history.seed}/{place}"))
            _go_on(waiting, at_s, place, life)
        _pass(shop, clock, begin, waiting, (end - begin).total_seconds())
        clock.set(end)
        shop.catch_up()


def _starts(history: History, span_s: float) -> Iterator[float]:
    chance = dice(f"history/{history.seed}")
    yield from sorted(int(span_s * chance.random() ** _GROWTH) for _ in range(history.orders))


def _pass(
    shop: Shop, clock: SetClock, begin: datetime, waiting: list[tuple[float, int, Life]], until_s: float
) -> None:
    """Let all happen that is due before a moment."""
    while waiting and waiting[0][0] <= until_s:
        at_s, place, life = heapq.heappop(waiting)
        clock.set(begin + timedelta(seconds=at_s))
        shop.catch_up()
        _go_on(waiting, at_s, place, life)


def _go_on(waiting: list[tuple[float, int, Life]], at_s: float, place: int, life: Life) -> None:
    pause = next(life, None)
    if pause is not None:
        heapq.heappush(waiting, (at_s + pause, place, life))
