"""Reading again: windows of offsets, in no group, committing nothing, so that no live consumer can notice."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self, TypeVar, cast

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from muniment_kit.broker import BrokerUnavailable, TopicsMissing
from muniment_kit.errors import MunimentError
from muniment_kit.kafka.asking import asked, partitions_of, unavailable
from muniment_kit.kafka.connection import connection_options
from muniment_kit.records import Record, TopicPartition
from muniment_kit.settings import KitSettings

T = TypeVar("T")
Isolation = Literal["read_committed", "read_uncommitted"]

_POLL_MS = 200
_FETCH_WAIT_MS = 5
"""What is read has long been there; a fetch that waits at a partition's end holds up the next partition."""
_KEPT_BATCHES = 8
_BATCH_RECORDS = 500


class WindowGone(MunimentError):
    """Records of the window are no longer kept: retention was faster."""


@dataclass(frozen=True, slots=True)
class LogBounds:
    """What a partition holds now: offsets from ``start`` up to, not including, ``end``."""

    start: int
    end: int


class WindowReader:
    """Reads records by offset. Use it as an async context manager; tasks that share it wait for each other.

    With ``read_committed``, records of aborted transactions are left out and a partition ends at its last
    stable offset. Every method raises ``BrokerUnavailable`` when the broker does not answer.
    """

    def __init__(
        self, settings: KitSettings, *, name: str = "muniment-window", isolation: Isolation = "read_committed"
    ) -> None:
        self._timeout_s = settings.request_timeout_s
        self._options = connection_options(settings, client_id=name)
        self._consumer = AIOKafkaConsumer(
            **self._options,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level=isolation,
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            fetch_max_bytes=settings.fetch_bytes,
            max_partition_fetch_bytes=settings.partition_fetch_bytes,
        )
        self._kept: OrderedDict[tuple[TopicPartition, int], dict[int, Record]] = OrderedDict()
        self._reading = asyncio.Lock()
        self._admin: AIOKafkaAdminClient | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._asked(self._consumer.start())
            await asyncio.sleep(0)  # stop() raises CancelledError while aiokafka's own task has not begun
        except BrokerUnavailable:
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
        if self._admin is not None:
            await self._admin.close()

    async def cluster_id(self) -> str:
        """Return the id of the cluster, or ``unknown`` if it does not tell."""
        described = await self._asked((await self._administration()).describe_cluster())
        return str(described.get("cluster_id") or "unknown")

    async def bounds(self, topic: str) -> dict[int, LogBounds]:
        """Return the bounds of every partition of ``topic`` (its physical name). Raises ``TopicsMissing``."""
        partitions = await self._asked(partitions_of(await self._administration(), [topic]))
        if not partitions:
            raise TopicsMissing({topic})
        starts = await self._asked(self._consumer.beginning_offsets(partitions))
        ends = await self._asked(self._consumer.end_offsets(partitions))
        return {p.partition: LogBounds(starts[p], ends[p]) for p in partitions}

    async def offsets_at(self, topic: str, time_ms: int, bounds: Mapping[int, LogBounds]) -> dict[int, int]:
        """Return, for each partition of ``bounds``, its first offset whose time is at least ``time_ms``.

        Where no record is that late, it is the partition's end.
        """
        asked = {KafkaPartition(topic, number): max(0, time_ms) for number in bounds}
        found = await self._asked(self._consumer.offsets_for_times(asked))
        places = {p.partition: at.offset for p, at in found.items() if at is not None}
        return {number: min(places.get(number, held.end), held.end) for number, held in bounds.items()}

    async def read(
        self, partition: TopicPartition, start: int, end: int, *, max_records: int = _BATCH_RECORDS
    ) -> AsyncGenerator[Sequence[Record], None]:
        """Yield the records of ``start`` ≤ offset < ``end``, oldest first, in batches.

        Offsets that hold no record (transaction markers, aborted, compacted) are passed over in silence.
        Raises ``WindowGone`` when ``start`` is no longer kept.
        """
        if start >= end:
            return
        async with self._reading:
            place = self._seek(partition, start)
            advanced_s, position = time.monotonic(), start
            while position < end:
                records = await self._poll(place, max_records)
                wanted = [record for record in records if record.offset < end]
                if wanted:
                    yield wanted
                # without records, or beyond them, markers may have moved the position
                reached = wanted[-1].offset + 1 if wanted else await self._at(place)
                if reached > position:
                    advanced_s, position = time.monotonic(), reached
                elif time.monotonic() - advanced_s > self._timeout_s:
                    raise BrokerUnavailable(f"Kafka gave nothing of {partition} for {self._timeout_s:g} s.")
                if len(wanted) < len(records):
                    return

    async def one(self, partition: TopicPartition, offset: int) -> Record | None:
        """Return the record at ``offset``, or ``None``; its neighbours are kept for the next call."""
        for (where, _), batch in reversed(self._kept.items()):
            if where == partition and offset in batch:
                return batch[offset]
        found: dict[int, Record] = {}
        async with aclosing(self.read(partition, offset, offset + _BATCH_RECORDS)) as batches:
            async for records in batches:
                found = {record.offset: record for record in records}
                break
        self._kept[partition, offset] = found
        if len(self._kept) > _KEPT_BATCHES:
            self._kept.popitem(last=False)
        return found.get(offset)

    async def _administration(self) -> AIOKafkaAdminClient:
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(**self._options)
            await self._asked(self._admin.start())
        return self._admin

    def _seek(self, partition: TopicPartition, offset: int) -> KafkaPartition:
        place = KafkaPartition(*partition)
        if self._consumer.assignment() != {place}:
            self._consumer.assign([place])
        self._consumer.seek(place, offset)
        return place

    async def _poll(self, place: KafkaPartition, max_records: int) -> list[Record]:
        try:
            batches = await self._consumer.getmany(place, timeout_ms=_POLL_MS, max_records=max_records)
        except OffsetOutOfRangeError as error:
            raise WindowGone(
                f"{place.topic}/{place.partition} no longer holds these records: retention has deleted them."
            ) from error
        except (KafkaError, OSError) as error:
            raise unavailable(error) from error
        return cast("list[Record]", batches.get(place, []))

    async def _at(self, place: KafkaPartition) -> int:
        return int(await self._asked(self._consumer.position(place)))

    async def _asked(self, asking: Awaitable[T]) -> T:
        return await asked(asking, within_s=self._timeout_s)
