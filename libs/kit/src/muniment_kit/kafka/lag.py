"""How far consumer groups are behind, asked from outside: what was committed against what is there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, cast

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from aiokafka.structs import OffsetAndMetadata

from muniment_kit.broker import BrokerUnavailable
from muniment_kit.kafka.connection import connection_options
from muniment_kit.settings import KitSettings

_TRIES = 40
_AGAIN_S = 0.25


class LagReader:
    """Reads the lag of groups; joins none of them. Use it as an async context manager."""

    def __init__(self, settings: KitSettings) -> None:
        options = connection_options(settings, client_id="muniment-lag")
        self._admin = AIOKafkaAdminClient(**options)
        self._consumer = AIOKafkaConsumer(**options, group_id=None, enable_auto_commit=False)

    async def __aenter__(self) -> Self:
        try:
            await self._admin.start()
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            await self._stop()
            raise BrokerUnavailable(f"Kafka does not answer ({type(error).__name__}).") from error
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stop()

    async def records_behind(self, group: str, topics: Sequence[str]) -> int:
        """Return how many records of ``topics`` (physical names) the group has not committed.

        A partition without a commit counts from its first record. Raises ``BrokerUnavailable``.
        """
        try:
            committed = await self._committed(group)
            partitions = [
                KafkaPartition(topic, number)
                for topic in topics
                for number in await self._admin_partitions(topic)
            ]
            ends = await self._consumer.end_offsets(partitions)
            begins = await self._consumer.beginning_offsets(partitions)
        except (KafkaError, OSError) as error:
            raise BrokerUnavailable(f"Kafka does not answer ({type(error).__name__}).") from error
        behind = 0
        for partition in partitions:
            known = committed.get(partition)
            place = known.offset if known is not None and known.offset >= 0 else begins[partition]
            behind += max(0, ends[partition] - place)
        return behind

    async def ends(self, topic: str) -> Mapping[int, int]:
        """Return the offset that the next record of each partition of ``topic`` will have.

        Raises ``BrokerUnavailable``.
        """
        try:
            partitions = [KafkaPartition(topic, number) for number in await self._admin_partitions(topic)]
            ends = await self._consumer.end_offsets(partitions)
        except (KafkaError, OSError) as error:
            raise BrokerUnavailable(f"Kafka does not answer ({type(error).__name__}).") from error
        return {partition.partition: ends[partition] for partition in partitions}

    async def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """Return, for each partition of ``topic``, the next offset that the group will handle.

        Without a commit that is the first record kept. Raises ``BrokerUnavailable``.
        """
        try:
            committed = await self._committed(group)
            partitions = [KafkaPartition(topic, number) for number in await self._admin_partitions(topic)]
            places = await self._consumer.beginning_offsets(partitions)
        except (KafkaError, OSError) as error:
            raise BrokerUnavailable(f"Kafka does not answer ({type(error).__name__}).") from error
        for partition in partitions:
            known = committed.get(partition)
            if known is not None and known.offset >= 0:
                places[partition] = known.offset
        return {partition.partition: place for partition, place in places.items()}

    async def _committed(self, group: str) -> Mapping[KafkaPartition, OffsetAndMetadata]:
        """Return what the group committed; a broker that is new needs a moment until it knows of groups."""
        for _ in range(_TRIES):
            try:
                return cast(
                    "Mapping[KafkaPartition, OffsetAndMetadata]",
                    await self._admin.list_consumer_group_offsets(group),
                )
            except GroupCoordinatorNotAvailableError:
                await asyncio.sleep(_AGAIN_S)
        raise BrokerUnavailable("Kafka does not say what the group has committed.")

    async def _admin_partitions(self, topic: str) -> list[int]:
        (description,) = await self._admin.describe_topics([topic])
        return sorted(partition["partition"] for partition in description["partitions"])

    async def _stop(self) -> None:
        await self._consumer.stop()
        await self._admin.close()
