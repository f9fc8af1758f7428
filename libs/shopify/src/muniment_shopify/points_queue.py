"""Queries waiting for the points of a shop, in the order they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from muniment_kit.clock import Clock
from muniment_shopify.cost_bucket import Cost, CostBucket
from muniment_shopify.errors import Throttled


@dataclass(slots=True)
class Paid:
    """A query that may be sent. Put its ``cost`` here when the answer tells it."""

    cost: Cost | None = None


class PointsQueue:
    """Lets queries through as the bucket has points for them. The first in line waits for time or for an
    answer.

    An answer most often gives points back, because a query costs less than it asks for.
    """

    def __init__(self, bucket: CostBucket, clock: Clock, random: Random) -> None:
        self._bucket = bucket
        self._clock = clock
        self._random = random
        self._line = asyncio.Lock()
        self._answered = asyncio.Event()

    @asynccontextmanager
    async def points(self, points: float, deadline: float) -> AsyncIterator[Paid]:
        """Hold ``points`` for the block, which sends one query.

        Raises ``Throttled`` when they are not there by ``deadline`` (seconds of the clock), or surely will
        not be.
        """
        async with self._line:
            await self._until_there(points, deadline)
            taken = self._bucket.take(points)
        paid = Paid()
        try:
            yield paid
        finally:
            self._bucket.settle(taken, paid.cost.throttle if paid.cost is not None else None)
            self._answered.set()

    async def _until_there(self, points: float, deadline: float) -> None:
        while (wait_s := self._bucket.wait_s(points)) > 0:
            patience_s = deadline - self._clock.monotonic()
            if patience_s <= 0 or (wait_s > patience_s and not self._bucket.taken):
                raise Throttled(f"The points of the shop are used up for {wait_s:.0f} s.", after=wait_s)
            await self._time_or_answer(min(wait_s * self._random.uniform(1.0, 1.1), patience_s))

    async def _time_or_answer(self, seconds: float) -> None:
        self._answered.clear()
        either = (
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(self._answered.wait()),
        )
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in either:
                waiting.cancel()
            await asyncio.gather(*either, return_exceptions=True)
