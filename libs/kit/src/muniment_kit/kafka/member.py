"""A member of a Kafka consumer group, on aiokafka.

How aiokafka 0.14 behaves, as read in its source, and what follows from it here:

- Rebalances run in a background task. ``getmany`` returns no records while one is under way, and waits for
  its end whatever its timeout. So ``poll`` may take long, and no callback may wait for ``poll``.
- The revocation callback is awaited by that task while heartbeats go on; offsets may be committed meanwhile.
- ``getmany`` that raises may have moved the position past records it did not return (a CRC error, an error of
  another partition). So after any error this member is lost, and a new one begins at what was committed.
- The broker answers a JoinGroup only when every member has joined or lost its session, and aiokafka gives it
  no more time than any request. Too little, and each attempt leaves a ghost that the next one waits for. So
  the request timeout is longer than a session.
- Finished fetches lie in reference cycles until the garbage collector comes, and it counts objects, not
  bytes: of large records a hundred megabytes and more wait for it. So ``poll`` calls it by bytes.
- ``commit`` retries without end, also across a rebalance. So callers bound it, and give it up at revocation.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError

from muniment_kit import log
from muniment_kit.broker import (
    AssignmentListener,
    CommitFailed,
    MemberLost,
    TopicsMissing,
)
from muniment_kit.kafka.asking import unavailable
from muniment_kit.kafka.connection import connection_options
from muniment_kit.records import Record, TopicPartition
from muniment_kit.settings import KitSettings

logger = log.logger(__name__)

_MAX_POLL_INTERVAL_S = 300.0
_JOIN_MARGIN_MS = 5000
_POSITION_S = 1.0
_STOP_S = 5.0
_LARGE_BYTES = 64 * 1024  # smaller records make enough objects for the collector to come by itself


class KafkaMember(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """One group member: range assignor, explicit commits, static membership if a client name is set."""

    def __init__(self, settings: KitSettings, *, group: str, topics: Sequence[str]) -> None:
        self._topics = frozenset(topics)
        self._start_s = settings.request_timeout_s
        self._collect_bytes = settings.waiting_bytes
        self._uncollected_bytes = 0
        self._listener: AssignmentListener | None = None
        self._listener_fault: Exception | None = None
        session_ms = int(settings.session_timeout_s * 1000)
        connection = connection_options(settings, client_id=group)
        connection["request_timeout_ms"] = max(connection["request_timeout_ms"], session_ms + _JOIN_MARGIN_MS)
        self._consumer = AIOKafkaConsumer(
            **connection,
            group_id=group,
            group_instance_id=settings.client_name,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            partition_assignment_strategy=[RangePartitionAssignor],
            session_timeout_ms=session_ms,
            rebalance_timeout_ms=session_ms,
            heartbeat_interval_ms=max(100, min(3000, session_ms // 10)),
            metadata_max_age_ms=session_ms,  # so soon a topic that is back is noticed
            max_poll_interval_ms=int(_MAX_POLL_INTERVAL_S * 1000),
            fetch_max_bytes=settings.fetch_bytes,
            max_partition_fetch_bytes=settings.partition_fetch_bytes,
        )

    async def start(self, listener: AssignmentListener) -> None:
        """Join the group. Raises ``BrokerUnavailable`` or ``TopicsMissing``."""
        self._listener = listener
        try:
            async with asyncio.timeout(self._start_s):
                await self._consumer.start()
                existing = await self._consumer.topics()
        except (KafkaError, TimeoutError, OSError) as error:
            raise unavailable(error) from error
        if missing := self._topics - existing:
            raise TopicsMissing(missing)
        self._consumer.subscribe(list(self._topics), listener=self)

    async def poll(self, *, timeout_s: float, max_records: int) -> Mapping[TopicPartition, Sequence[Record]]:
        """Return the next records; see ``Member.poll``."""
        if self._listener_fault is not None:
            raise MemberLost("A rebalance was not dealt with, by a fault of ours.") from self._listener_fault
        try:
            records = await self._consumer.getmany(timeout_ms=int(timeout_s * 1000), max_records=max_records)
        except (KafkaError, ConsumerStoppedError) as error:
            raise MemberLost(f"Kafka ended the consumer ({type(error).__name__}).") from error
        received = cast("Mapping[TopicPartition, Sequence[Record]]", records)
        self._collect_after(received)
        return received

    def _collect_after(self, received: Mapping[TopicPartition, Sequence[Record]]) -> None:
        """Free finished fetches once as many bytes have come in large records as may wait in memory."""
        for records in received.values():
            for record in records:
                size_bytes = len(record.value or b"")
                if size_bytes > _LARGE_BYTES:
                    self._uncollected_bytes += size_bytes
        if self._uncollected_bytes >= self._collect_bytes:
            self._uncollected_bytes = 0
            gc.collect()

    def pause(self, partitions: Collection[TopicPartition]) -> None:
        """Deliver nothing of these until ``resume``."""
        self._consumer.pause(*self._assigned(partitions))

    def resume(self, partitions: Collection[TopicPartition]) -> None:
        """Deliver these again."""
        self._consumer.resume(*self._assigned(partitions))

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Deliver these partitions from these offsets on."""
        for partition in self._assigned(offsets):
            self._consumer.seek(partition, offsets[TopicPartition(*partition)])

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Store the offsets. Raises ``CommitFailed``; may take for ever, so bound it."""
        try:
            await self._consumer.commit({KafkaPartition(*id): offset for id, offset in offsets.items()})
        except (KafkaError, IllegalStateError) as error:
            raise CommitFailed(f"Kafka did not take the offsets ({type(error).__name__}).") from error

    async def behind(self) -> Mapping[TopicPartition, int]:
        """Return how many records lie beyond those delivered. Raises ``BrokerUnavailable``."""
        assigned = list(self._consumer.assignment())
        try:
            if not assigned:
                await self._consumer.topics()
                return {}
            ends = await self._consumer.end_offsets(assigned)
        except (KafkaError, OSError) as error:
            raise unavailable(error) from error
        positions = await asyncio.gather(*(self._position(id) for id in assigned))
        return {
            TopicPartition(*id): max(0, ends[id] - position)
            for id, position in zip(assigned, positions, strict=True)
            if position is not None and id in ends
        }

    async def stop(self) -> None:
        """Leave the group and close, by force if it takes too long."""
        try:
            async with asyncio.timeout(_STOP_S):
                await self._consumer.stop()
        except (KafkaError, TimeoutError, OSError) as error:
            logger.warning("left the group by force", error=type(error).__name__)
            await self._close_by_force()

    # Called by aiokafka's coordination task

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Pass it on; until this returns, the partitions are ours."""
        assert self._listener is not None
        try:
            await self._listener.revoked([TopicPartition(*id) for id in revoked])
        except Exception as fault:  # aiokafka would log it where nobody looks, and go on
            logger.exception("a fault of the runtime in giving partitions back")
            self._listener_fault = fault

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Pass it on; ``getmany`` has no record of these before this returns."""
        assert self._listener is not None
        try:
            self._listener.assigned([TopicPartition(*id) for id in assigned])
        except Exception as fault:  # as above
            logger.exception("a fault of the runtime in taking partitions")
            self._listener_fault = fault

    def _assigned(self, partitions: Collection[TopicPartition]) -> list[KafkaPartition]:
        assigned = self._consumer.assignment()
        return [KafkaPartition(*id) for id in partitions if id in assigned]

    async def _position(self, partition: KafkaPartition) -> int | None:
        try:
            async with asyncio.timeout(_POSITION_S):
                return int(await self._consumer.position(partition))
        except (KafkaError, IllegalStateError, TimeoutError):
            return None

    async def _close_by_force(self) -> None:
        # stop() was cancelled half-way and will not run again; its parts are closed one by one, the
        # connections first, so that whatever waits for an answer fails
        await self._consumer._client.close()
        coordinator, fetcher = self._consumer._coordinator, self._consumer._fetcher
        if fetcher is not None:
            await fetcher.close()
        for task in (
            getattr(coordinator, "_coordination_task", None),
            getattr(coordinator, "_heartbeat_task", None),
            getattr(coordinator, "_commit_refresh_task", None),
        ):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.wait([task])
