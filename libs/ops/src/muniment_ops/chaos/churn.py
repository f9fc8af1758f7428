"""Forces rebalances: a member of a role's group that joins, does nothing, and leaves, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from muniment_kit.broker import BrokerUnavailable, MemberLost, TopicsMissing
from muniment_kit.kafka.broker import KafkaBroker
from muniment_kit.records import TopicPartition
from muniment_kit.settings import KitSettings

_STAY_S = 0.25
_ONE_STAY_S = 10.0


class _Idler:
    """Takes partitions and does nothing with them."""

    def __init__(self) -> None:
        self.times = 0
        self._held: set[TopicPartition] = set()

    def assigned(self, partitions: Collection[TopicPartition]) -> None:
        self.times += 1
        self._held.update(partitions)

    async def revoked(self, partitions: Collection[TopicPartition]) -> None:
        self._held.difference_update(partitions)


async def churn(kit: KitSettings, *, group: str, topics: Sequence[str], seconds: float) -> int:
    """Join and leave ``group`` for ``seconds``; return how often partitions were dealt anew because of it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    idler = _Idler()
    while loop.time() < deadline:
        member = KafkaBroker(kit).member(group=group, topics=topics)
        try:
            async with asyncio.timeout(_ONE_STAY_S):
                await member.start(idler)
                dealt = idler.times
                while idler.times == dealt:
                    await member.poll(timeout_s=_STAY_S, max_records=1)
        except (BrokerUnavailable, MemberLost, TopicsMissing, TimeoutError):
            await asyncio.sleep(_STAY_S)
        finally:
            await member.stop()
    return idler.times
