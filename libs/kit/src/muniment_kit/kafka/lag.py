"""How far consumer groups are behind, asked from outside: what was committed against what is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar, cast

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata

from muniment_kit.broker import BrokerUnavailable
from muniment_kit.kafka.asking import asked, partitions_of
from muniment_kit.kafka.connection import connection_options
from muniment_kit.settings import KitSettings

T = TypeVar("T")

_AGAIN_S = 0.25


class LagReader:
    """Reads the lag of groups; joins none of them. Use it as an async context manager.

    Topics go by their physical names. Every method, and entering, raises ``BrokerUnavailable``.
    """

    def __init__(self, settings: KitSettings) -> None:
        options = connection_options(settings, client_id="muniment-lag")
        self._timeout_s = settings.request_timeout_s
        self._admin = AIOKafkaAdminClient(**options)
        self._consumer = AIOKafkaConsumer(**options, group_id=None, enable_auto_commit=False)

    async def __aenter__(self) -> Self:
        try:
            await self._asked(self._admin.start())
            await self._asked(self._consumer.start())
        except BrokerUnavailable:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stop()

    async def records_behind(self, group: str, topics: Sequence[str]) -> int:
        """Return how many records of ``topics`` the group has not committed.

        A partition without a commit counts from its first record.
        """
        partitions = await self._asked(partitions_of(self._admin, topics))
        places = await self._places(group, partitions)
        ends = await self._asked(self._consumer.end_offsets(partitions))
        return sum(max(0, ends[partition] - places[partition]) for partition in partitions)

    async def ends(self, topic: str) -> Mapping[int, int]:
        """Return the offset that the next record of each partition of ``topic`` will have."""
        partitions = await self._asked(partitions_of(self._admin, [topic]))
        ends = await self._asked(self._consumer.end_offsets(partitions))
        return {partition.partition: ends[partition] for partition in partitions}

    async def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """Return, for each partition of ``topic``, the next offset that the group will handle.

        Without a commit that is the first record kept.
        """
        partitions = await self._asked(partitions_of(self._admin, [topic]))
        places = await self._places(group, partitions)
        return {partition.partition: place for partition, place in places.items()}

    async def _places(self, group: str, partitions: Sequence[KafkaPartition]) -> Mapping[KafkaPartition, int]:
        begins = await self._asked(self._consumer.beginning_offsets(partitions))
        committed = await self._asked(self._committed(group))
        known = {partition: told.offset for partition, told in committed.items() if told.offset >= 0}
        return {partition: known.get(partition, begins[partition]) for partition in partitions}

    async def _committed(self, group: str) -> Mapping[KafkaPartition, OffsetAndMetadata]:
        """Return what the group committed; a broker that is new needs a moment until it knows of groups."""
        while True:
            try:
                return cast(
                    "Mapping[KafkaPartition, OffsetAndMetadata]",
                    await self._admin.list_consumer_group_offsets(group),
                )
            except GroupCoordinatorNotAvailableError:
                await asyncio.sleep(_AGAIN_S)

    async def _asked(self, asking: Awaitable[T]) -> T:
        return await asked(asking, within_s=self._timeout_s)

    async def _stop(self) -> None:
        await self._consumer.stop()
        await self._admin.close()
