"""How many calls to a peer run at once: additive increase, halved on a sign of overload (AIMD)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class AdaptiveLimit:
    """A limit between ``lowest`` and ``highest``: one more after a round of successes, half on overload.

    Calls that were under way when the limit was halved cannot halve it again. It starts at ``highest``: peers
    are taken to be well until they say otherwise. Pure; hand each call's ``ticket`` back with how it ended.
    """

    def __init__(self, lowest: int, highest: int) -> None:
        if not 1 <= lowest <= highest:
            raise ValueError("A limit needs 1 <= lowest <= highest.")
        self._lowest = lowest
        self._highest = highest
        self._limit = float(highest)
        self._round = 0

    @property
    def limit(self) -> int:
        """Return how many calls may run at once."""
        return int(self._limit)

    def ticket(self) -> int:
        """Return the mark of a call that starts now."""
        return self._round

    def succeeded(self) -> None:
        """A call was answered in good order."""
        self._limit = min(float(self._highest), self._limit + 1.0 / self._limit)

    def overloaded(self, ticket: int) -> None:
        """The call that started at ``ticket`` showed that the peer has too much to do."""
        if ticket == self._round:
            self._round += 1
            self._limit = max(float(self._lowest), self._limit / 2.0)


class Gate:
    """Lets as many callers through at once as ``limit`` says; the others wait in the order they came."""

    def __init__(self, limit: AdaptiveLimit) -> None:
        self._limit = limit
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def in_flight(self) -> int:
        """Return how many callers are inside."""
        return self._in_flight

    @asynccontextmanager
    async def slot(self, wait_s: float) -> AsyncIterator[int]:
        """Hold one place for the block; gives the ticket. Raises ``TimeoutError`` after ``wait_s``."""
        await self._enter(wait_s)
        try:
            yield self._limit.ticket()
        finally:
            self._leave()

    async def _enter(self, wait_s: float) -> None:
        if self._in_flight < self._limit.limit and not self._waiting:
            self._in_flight += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(wait_s):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self._leave()  # the place was given to us in the same moment
            else:
                with suppress(ValueError):
                    self._waiting.remove(turn)
            raise

    def _leave(self) -> None:
        self._in_flight -= 1
        while self._waiting and self._in_flight < self._limit.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._in_flight += 1
                turn.set_result(None)
