"""Queries waiting for the points of a shop: by priority, and within one in the order they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from muniment_kit.clock import Clock
from muniment_shopify.cost_bucket import Cost, CostBucket
from muniment_shopify.errors import Throttled
from muniment_shopify.points_line import Line, Place
from muniment_shopify.priority import TERMS, Priority

_SHORTEST_S = 0.001
CHEAP_POINTS = 10.0
"""A query of at most so many points is its own question for what is left."""


@dataclass(slots=True)
class Paid:
    """A query that may be sent. Put its ``cost`` here when the answer tells it."""

    cost: Cost | None = None


class PointsQueue:
    """Lets queries through as the bucket has points for them, on the terms of their priority.

    An answer most often gives points back, because a query costs less than it asks for. ``ask`` puts the
    cheap question for what is left and tells the bucket; without it estimates are trusted however old.
    """

    def __init__(
        self,
        bucket: CostBucket,
        clock: Clock,
        random: Random,
        *,
        ask: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._bucket = bucket
        self._clock = clock
        self._random = random
        self._ask = ask
        self._asking = asyncio.Lock()
        self._line = Line()

    @asynccontextmanager
    async def points(
        self, points: float, deadline: float, priority: Priority = Priority.RECORD
    ) -> AsyncIterator[Paid]:
        """Hold ``points`` for the block, which sends one query.

        Raises ``Throttled`` when they are not there by ``deadline`` (seconds of the clock), or surely will
        not be; and what the cheap question raises.
        """
        taken = await self._granted(points, deadline, priority)
        paid = Paid()
        try:
            yield paid
        finally:
            self._bucket.settle(taken, paid.cost.throttle if paid.cost is not None else None)
            self._line.wake()

    async def _granted(self, points: float, deadline: float, priority: Priority) -> float:
        place = self._line.enter(points, priority, self._clock.monotonic())
        try:
            while True:
                self._serve()
                if place.taken is not None:
                    return place.taken
                await self._one_wait(place, deadline)
        except BaseException:
            self._give_up(place)
            raise

    def _give_up(self, place: Place) -> None:
        if place.taken is not None:
            self._bucket.put_back(place.taken)
        else:
            self._line.leave(place)
        self._line.wake()

    def _serve(self) -> None:
        """Let through who is first, as long as there are points for him."""
        while (first := self._line.first(self._clock.monotonic())) is not None:
            place, reserve = first
            if self._must_ask(place) or self._bucket.wait_s(place.points, reserve) > 0:
                return
            self._line.serve(place, self._clock.monotonic())
            place.taken = self._bucket.take(place.points)
            place.woken.set()
            self._line.wake()  # who is first now has to time his own wait

    async def _one_wait(self, place: Place, deadline: float) -> None:
        """Wait until something may have changed for ``place``. Raises ``Throttled`` when it is too late."""
        now = self._clock.monotonic()
        patience_s = deadline - now
        standing = self._line.standing(place, now)
        wait_s = self._bucket.wait_s(place.points, standing.reserve)
        soonest_s = self._bucket.wait_s(place.points, standing.least_reserve)
        is_hopeless = standing.is_first and soonest_s > patience_s and not self._bucket.taken
        if patience_s <= 0 or is_hopeless:
            raise Throttled(f"The points of the shop are used up for {wait_s:.0f} s.", after=wait_s)
        if standing.is_first and wait_s == 0:
            await self._hear(place)
            return
        timed_s = [patience_s, standing.promoted_in_s]
        if standing.is_first:
            timed_s.append(wait_s * self._random.uniform(1.0, 1.1))
        await self._time_or_wake(place, max(_SHORTEST_S, min(timed_s)))

    def _must_ask(self, place: Place) -> bool:
        is_dear = place.points > CHEAP_POINTS
        return self._ask is not None and is_dear and self._bucket.silence_s > TERMS[place.priority].trust_s

    async def _hear(self, place: Place) -> None:
        async with self._asking:
            if self._ask is not None and self._must_ask(place):
                await self._ask()
        self._line.wake()

    async def _time_or_wake(self, place: Place, seconds: float) -> None:
        place.woken.clear()
        either = (
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(place.woken.wait()),
        )
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in either:
                waiting.cancel()
            await asyncio.gather(*either, return_exceptions=True)
