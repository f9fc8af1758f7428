"""Looking on: reads topics from their beginning, in no group, and never commits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self, cast

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from muniment_kit.broker import BrokerUnavailable, TopicsMissing
from muniment_kit.kafka.connection import connection_options
from muniment_kit.records import Record
from muniment_kit.settings import KitSettings


class Tail:
    """The records of some topics, by physical name, from the first one kept; the live groups never notice.

    Use it as an async context manager. Raises ``BrokerUnavailable`` or ``TopicsMissing`` on entering.
    """

    def __init__(self, settings: KitSettings, *, topics: Sequence[str], name: str = "muniment-tail") -> None:
        self._topics = list(topics)
        self._start_s = settings.request_timeout_s
        self._consumer = AIOKafkaConsumer(
            *topics,  # without a group every partition is assigned, beginning at the first record kept
            **connection_options(settings, client_id=name),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_bytes=settings.fetch_bytes,
            max_partition_fetch_bytes=settings.partition_fetch_bytes,
        )

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(self._start_s):
                await self._consumer.start()
                if missing := frozenset(self._topics) - await self._consumer.topics():
                    raise TopicsMissing(missing)
        except TopicsMissing:
            await self._consumer.stop()
            raise
        except (KafkaError, TimeoutError, OSError) as error:
            await self._consumer.stop()
            raise BrokerUnavailable(f"Kafka does not answer ({type(error).__name__}).") from error
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._consumer.stop()

    async def poll(self, *, timeout_s: float, max_records: int = 1000) -> Sequence[Record]:
        """Return the next records; wait up to ``timeout_s`` for the first. Raises ``BrokerUnavailable``."""
        try:
            batches = await self._consumer.getmany(timeout_ms=int(timeout_s * 1000), max_records=max_records)
        except KafkaError as error:
            raise BrokerUnavailable(f"Kafka does not answer ({type(error).__name__}).") from error
        return cast("list[Record]", [record for batch in batches.values() for record in batch])
