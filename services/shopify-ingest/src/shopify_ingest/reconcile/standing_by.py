"""Only one process reconciles: the one that the group gives the only partition of ``shopify.progress``.

Two that believe they are the one, for the seconds in which a group changes hands, do no harm: what they
publish has the same ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from muniment_kit import log
from muniment_kit.broker import Broker, BrokerUnavailable, Member, MemberLost, TopicsMissing
from muniment_kit.clock import Clock
from muniment_kit.records import TopicPartition
from shopify_ingest import metrics

logger = log.logger(__name__)

_POLL_S = 0.2
_AGAIN_S = 2.0
_END_S = 1.0


class Turn:
    """Says whether this process is the one, and stays a member of the group so that it may become it."""

    def __init__(self, broker: Broker, *, group: str, topic: str, clock: Clock) -> None:
        self._broker = broker
        self._group = group
        self._topic = topic
        self._clock = clock
        self.is_ours = asyncio.Event()
        self.is_lost = asyncio.Event()
        self._set(ours=False)

    async def keep(self) -> None:
        """Stay in the group until cancelled, through outages of the broker."""
        while True:
            member = self._broker.member(group=self._group, topics=[self._topic])
            try:
                await member.start(self)
                await self._poll(member)
            except (BrokerUnavailable, MemberLost, TopicsMissing) as trouble:
                logger.warning("not in the group of those that reconcile", reason=str(trouble))
            except Exception:  # whatever it was: without a member nobody would reconcile any more
                logger.exception("a fault in the group of those that reconcile")
            finally:
                self._set(ours=False)
                await _left(member)
            await self._clock.sleep(_AGAIN_S)

    def assigned(self, partitions: Collection[TopicPartition]) -> None:
        """Hear from the group whether the partition is ours."""
        self._set(ours=bool(partitions))

    async def revoked(self, partitions: Collection[TopicPartition]) -> None:
        """Hear from the group that it is another's turn."""
        if partitions:
            self._set(ours=False)

    async def _poll(self, member: Member) -> None:
        while True:
            member.pause([TopicPartition(self._topic, 0)])  # it is held, never read
            await member.poll(timeout_s=_POLL_S, max_records=1)
            await asyncio.sleep(0)

    def _set(self, *, ours: bool) -> None:
        metrics.RECONCILE_IS_ACTIVE.set(int(ours))
        if ours:
            self.is_lost.clear()
            self.is_ours.set()
        else:
            self.is_ours.clear()
            self.is_lost.set()


async def _left(member: Member) -> None:
    try:
        await member.stop()
    except Exception:  # it is gone either way, and another one must be made
        logger.exception("a fault on leaving the group of those that reconcile")


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel ``task`` until it has ended, however it ends.

    Once is not enough where a library takes a cancellation for its own.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_END_S)
    if not task.cancelled():
        task.exception()  # looked at: it was told to end
