"""Following topics: reads them from given places on, in no group, and can say whether it is at their ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar, cast

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from muniment_kit.broker import TopicsMissing
from muniment_kit.kafka.asking import asked, partitions_of, unavailable
from muniment_kit.kafka.connection import connection_options
from muniment_kit.records import Record, TopicPartition
from muniment_kit.settings import KitSettings

T = TypeVar("T")


class Follower:
    """The records of all partitions of some topics (physical names), from ``places`` on.

    A partition that ``places`` does not name, or whose place is no longer kept, is read from the first record
    kept. Use it as an async context manager. Every method raises ``BrokerUnavailable``, entering also
    ``TopicsMissing``.
    """

    def __init__(
        self,
        settings: KitSettings,
        *,
        topics: Sequence[str],
        places: Mapping[TopicPartition, int] | None = None,
        name: str = "muniment-follower",
    ) -> None:
        self._topics = list(topics)
        self._places = dict(places or {})
        self._timeout_s = settings.request_timeout_s
        self._options = connection_options(settings, client_id=name)
        self._consumer = AIOKafkaConsumer(
            **self._options,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_bytes=settings.fetch_bytes,
            max_partition_fetch_bytes=settings.partition_fetch_bytes,
        )

    async def __aenter__(self) -> Self:
        try:
            await self._asked(self._consumer.start())
            await asyncio.sleep(0)  # stop() raises CancelledError while aiokafka's own task has not begun
            self._consumer.assign(await self._partitions())
            for place, offset in self._places.items():
                if KafkaPartition(*place) in self._consumer.assignment():
                    self._consumer.seek(KafkaPartition(*place), offset)
        except BaseException:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._consumer.stop()

    async def poll(self, *, timeout_s: float, max_records: int = 1000) -> Sequence[Record]:
        """Return the next records, of each partition in their order; wait up to ``timeout_s`` for some."""
        try:
            batches = await self._consumer.getmany(timeout_ms=int(timeout_s * 1000), max_records=max_records)
        except (KafkaError, OSError) as error:
            raise unavailable(error) from error
        return cast("list[Record]", [record for batch in batches.values() for record in batch])

    async def ends(self) -> Mapping[TopicPartition, int]:
        """Return the offset that each partition's next record will have."""
        partitions = sorted(self._consumer.assignment())
        ends = await self._asked(self._consumer.end_offsets(partitions))
        return {TopicPartition(*partition): ends[partition] for partition in partitions}

    async def places(self) -> Mapping[TopicPartition, int]:
        """Return the offset that is read next of each partition."""
        return {
            TopicPartition(*partition): int(await self._asked(self._consumer.position(partition)))
            for partition in sorted(self._consumer.assignment())
        }

    async def is_at(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Say whether everything before ``ends`` has been returned by ``poll``."""
        places = await self.places()
        return all(places.get(partition, 0) >= end for partition, end in ends.items())

    async def _partitions(self) -> list[KafkaPartition]:
        admin = AIOKafkaAdminClient(**self._options)
        try:
            await self._asked(admin.start())
            found = await self._asked(partitions_of(admin, self._topics))
        finally:
            await admin.close()
        if missing := set(self._topics) - {partition.topic for partition in found}:
            raise TopicsMissing(missing)
        return found

    async def _asked(self, asking: Awaitable[T]) -> T:
        return await asked(asking, within_s=self._timeout_s)
