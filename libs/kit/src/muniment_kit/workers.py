"""Workers: at most so many tasks that take ready batches from the lanes until there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from muniment_kit.lanes import Batch, Lanes, PartitionLanes, Weighed

T = TypeVar("T", bound=Weighed)

_CANCEL_S = 1.0
_TURN = 64  # a worker whose handlers never wait lets others have the event loop after so many batches


class Workers(Generic[T]):
    """Starts workers when batches are ready and lets them end when none is left; ``work`` never raises."""

    def __init__(self, lanes: Lanes[T], work: Callable[[Batch[T]], Awaitable[None]], *, limit: int) -> None:
        self._lanes = lanes
        self._work = work
        self._limit = limit
        self._in_hand: dict[asyncio.Task[None], Batch[T] | None] = {}

    def kick(self) -> None:
        """See that enough workers are there for the batches that are ready."""
        for _ in range(min(self._lanes.ready, self._limit - len(self._in_hand))):
            task = asyncio.create_task(self._run())
            self._in_hand[task] = None
            task.add_done_callback(self._ended)

    async def cancel(self, homes: set[PartitionLanes[T]]) -> int:
        """Cancel what is in hand of ``homes`` and return how many batches that were.

        It waits a moment for them to end. A handler that does not let itself be cancelled goes on by itself.
        """
        running = [task for task, batch in self._in_hand.items() if batch and batch.lane.home in homes]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=_CANCEL_S)
        return len(running)

    async def _run(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        turns = 0
        while (batch := self._lanes.take()) is not None:
            self._in_hand[task] = batch
            await self._work(batch)
            turns += 1
            if turns % _TURN == 0:
                self._in_hand[task] = None
                await asyncio.sleep(0)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._in_hand[task]
        if self._lanes.ready:  # it was cancelled, and others wait
            self.kick()
