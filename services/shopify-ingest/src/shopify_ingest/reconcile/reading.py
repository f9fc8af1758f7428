"""Reads ``commerce.*`` as it grows, from where it was left off, and learns from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from muniment_contracts.codec import Codec
from muniment_contracts.errors import UndecodableRecord
from muniment_contracts.headers import event_from
from muniment_contracts.reconciliation import ProgressMade
from muniment_contracts.topics import Topic
from muniment_kit import log
from muniment_kit.errors import MunimentError
from muniment_kit.kafka.follower import Follower
from muniment_kit.records import Record, TopicPartition
from muniment_kit.settings import KitSettings
from shopify_ingest.reconcile.memory import ShopMemory
from shopify_ingest.reconcile.objects import Watched, by_topic

logger = log.logger(__name__)

_POLL_S = 0.2
_READ = "read"


@dataclass(slots=True)
class CommerceReader:
    """Reads the topics of ``kinds`` and tells each shop's memory what they say.

    ``begins`` says, for each shop, since when facts must have been told.
    """

    follower: Follower
    kinds: Mapping[Topic, Sequence[Watched]]
    memories: Mapping[str, ShopMemory]
    begins: Mapping[str, datetime]
    codec: Codec
    prefix: str

    async def catch_up(self, *, most: int | None = None) -> bool:
        """Learn what is there now, about ``most`` records if said; return whether that was all.

        Raises ``BrokerUnavailable``.
        """
        ends, read = await self.follower.ends(), 0
        while not await self.follower.is_at(ends):
            if most is not None and read >= most:
                return False
            for record in await self.follower.poll(timeout_s=_POLL_S):
                self._learn(record)
                read += 1
        return True

    async def progress(self) -> list[ProgressMade]:
        """Return how far each topic was read, for each shop."""
        places: dict[str, dict[str, int]] = {}
        for partition, offset in (await self.follower.places()).items():
            places.setdefault(partition.topic, {})[str(partition.partition)] = offset
        return [
            ProgressMade(shop=shop, work=_READ, subject=topic.removeprefix(self.prefix), positions=positions)
            for shop in self.memories
            for topic, positions in places.items()
        ]

    def _learn(self, record: Record) -> None:
        memory = self.memories.get((record.key or b"").partition(b"/")[0].decode("utf-8", "replace"))
        if memory is None:
            return
        topic = Topic(record.topic.removeprefix(self.prefix))
        try:
            event = event_from(topic, record.key, record.value, record.headers, codec=self.codec)
            for kind in self.kinds[topic]:
                told = kind.told(event, begin=self.begins[memory.shop])
                if told is not None:
                    memory.knowledge.learn(told)
        except (UndecodableRecord, MunimentError) as error:  # its consumers make it a dead letter
            logger.warning(
                "a record was passed over",
                topic=str(topic),
                partition=record.partition,
                offset=record.offset,
                reason=str(error),
            )


@asynccontextmanager
async def commerce_reader(
    kit: KitSettings,
    codec: Codec,
    *,
    kinds: Sequence[Watched],
    memories: Mapping[str, ShopMemory],
    begins: Mapping[str, datetime],
) -> AsyncIterator[CommerceReader]:
    """Yield a reader that begins where the memories say; a shop without a place is read from the beginning.

    Raises ``BrokerUnavailable`` or ``TopicsMissing``.
    """
    of_topics = by_topic(kinds)
    places = {
        TopicPartition(f"{kit.topic_prefix}{topic}", number): offset
        for topic in of_topics
        for number, offset in _places(topic, memories).items()
    }
    names = [f"{kit.topic_prefix}{topic}" for topic in sorted(of_topics)]
    async with Follower(kit, topics=names, places=places, name="muniment-reconcile") as follower:
        yield CommerceReader(follower, of_topics, memories, begins, codec, kit.topic_prefix)


def _places(topic: Topic, memories: Mapping[str, ShopMemory]) -> Mapping[int, int]:
    """Return the earliest place of any shop for each partition."""
    told = [memory.made(_READ, str(topic)).positions for memory in memories.values()]
    numbers = set.intersection(*(set(positions) for positions in told)) if told else set()
    return {int(number): min(positions[number] for positions in told) for number in numbers}
