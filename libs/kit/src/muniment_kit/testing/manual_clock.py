"""A clock that moves when the test says so."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ManualClock:
    """Stands still between calls of ``advance``; fits ``muniment_kit.clock.Clock``."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed_s = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        """Return the wall-clock time in UTC."""
        return self._start + timedelta(seconds=self._elapsed_s)

    def monotonic(self) -> float:
        """Return seconds since this clock was made."""
        return self._elapsed_s

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was advanced by ``seconds``."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed_s + seconds, next(self._order), awake))
        await awake

    @property
    def sleeping(self) -> int:
        """How many sleepers wait for their time."""
        return sum(not awake.done() for _, _, awake in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Move on, waking sleepers in the order of their times and letting each run."""
        until = self._elapsed_s + seconds
        while self._sleepers and self._sleepers[0][0] <= until:
            self._elapsed_s, _, awake = heapq.heappop(self._sleepers)
            if not awake.done():
                awake.set_result(None)
                await settle()
        self._elapsed_s = until
        await settle()


async def settle(turns: int = 20) -> None:
    """Let every task that can run do so for some ``turns`` of the event loop."""
    for _ in range(turns):
        await asyncio.sleep(0)
