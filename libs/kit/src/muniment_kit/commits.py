"""Committing what is finished, never more, and never losing track when the broker does not take it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from muniment_kit import log, metrics
from muniment_kit.broker import BrokerUnavailable, CommitFailed, Member
from muniment_kit.clock import Clock
from muniment_kit.crash_points import CrashPoint, passing
from muniment_kit.partitions import Partition

logger = log.logger(__name__)


class Commits:
    """Commits the finished prefix of partitions, one commit at a time."""

    def __init__(self, *, clock: Clock, timeout_s: float) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._under_way: asyncio.Task[None] | None = None
        self._is_failing = False

    async def commit(self, member: Member, partitions: Collection[Partition]) -> bool:
        """Commit what is newly finished in ``partitions``; return whether all of it is stored.

        A commit that is still under way is given up first: this one carries all that it did, and more.
        """
        await self.give_up()
        offsets = {
            partition: offset
            for partition in partitions
            if (offset := partition.offsets.committable) is not None
        }
        if not offsets:
            return True
        self._under_way = asyncio.create_task(self._commit(member, offsets))
        await asyncio.wait([self._under_way])
        return all(partition.offsets.committable is None for partition in offsets)

    async def give_up(self) -> None:
        """Wait for nothing any more; what was under way may or may not have been stored."""
        task, self._under_way = self._under_way, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])

    async def _commit(self, member: Member, offsets: dict[Partition, int]) -> None:
        started_s = self._clock.monotonic()
        passing(CrashPoint.BEFORE_COMMIT)
        try:
            async with asyncio.timeout(self._timeout_s):
                await member.commit({partition.id: offset for partition, offset in offsets.items()})
        except (CommitFailed, BrokerUnavailable, TimeoutError) as error:
            metrics.COMMITS.labels("failed").inc()
            if not self._is_failing:
                logger.warning("commit failed, trying again", error=type(error).__name__, reason=str(error))
            self._is_failing = True
            return
        passing(CrashPoint.AFTER_COMMIT)
        for partition, offset in offsets.items():
            partition.offsets.acknowledge(offset)
        metrics.COMMITS.labels("done").inc()
        metrics.COMMIT_SECONDS.observe(self._clock.monotonic() - started_s)
        self._is_failing = False
