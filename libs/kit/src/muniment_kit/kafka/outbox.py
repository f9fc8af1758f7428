"""Records on their way to one aiokafka producer: handed over in batches, one future a batch.

``AIOKafkaProducer.send`` costs a record as much as decoding it, and a future each. So what comes in one turn
of the event loop, from however many senders, is sorted by partition at once. A partition has one batch under
way, as with ``send``; the next one is filled when that is acknowledged.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from functools import lru_cache
from typing import TypeAlias

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from aiokafka.partitioner import DefaultPartitioner, murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from muniment_kit import log
from muniment_kit.producer import PublishFailed, RecordTooLarge
from muniment_kit.records import OutgoingRecord, TopicPartition

logger = log.logger(__name__)

Error: TypeAlias = PublishFailed | RecordTooLarge

_KEYS = 16_384
_WITHDRAWN = 64
_partition_of = DefaultPartitioner()
# It is pure Python, and the same keys come again and again.
_hash_of: Callable[[bytes], int] = lru_cache(maxsize=_KEYS)(murmur2)


def number_of(key: bytes, numbers: Sequence[int]) -> int:
    """Return the partition of ``key``, the one that Kafka's Java client and aiokafka choose."""
    return numbers[(_hash_of(key) & 0x7FFFFFFF) % len(numbers)]


class Sending:
    """Records that are acknowledged together or have failed; ``settled`` hears once, unless withdrawn."""

    __slots__ = ("_settled", "left", "outbox", "records")

    def __init__(self, records: Sequence[OutgoingRecord], settled: Callable[[Error | None], None]) -> None:
        self.records = records
        self.left = len(records)
        self.outbox: Outbox | None = None
        self._settled = settled

    def acknowledged(self) -> None:
        """One of its records is stored by all in-sync replicas."""
        self.left -= 1
        if self.left == 0:
            self._settled(None)

    def fail(self, error: Error) -> None:
        """It will not be acknowledged any more; some of its records may be stored."""
        if self.left > 0:
            self.left = 0
            self._settled(error)

    def withdraw(self) -> None:
        """Nobody waits for it any more: what is not under way yet is not sent."""
        if self.left > 0:
            self.left = 0
            if self.outbox is not None:
                self.outbox.forget(self)


class Outbox:
    """Sends in the order of each partition. After the first batch that failed it sends nothing more.

    ``failed`` is told of that. Records of the partitions in ``alone`` travel one a
    batch: a batch of several was too large for the topic there, and only a record that is so by itself may be
    blamed for it.
    """

    def __init__(
        self, producer: AIOKafkaProducer, *, failed: Callable[[], None], alone: set[TopicPartition]
    ) -> None:
        self._producer = producer
        self._failed = failed
        self._alone = alone
        self._arrived: list[Sending] = []
        self._lines: dict[TopicPartition, _Line] = {}
        self._unknown: dict[str, list[_Entry]] = {}  # topics whose partitions are being asked for
        self._tasks: set[asyncio.Task[None]] = set()
        self._withdrawn = 0
        self._is_closed = False

    def put(self, sending: Sending) -> None:
        """Send ``sending`` behind all that is here."""
        if self._is_closed:
            asyncio.get_running_loop().call_soon(sending.fail, _closed())
            return
        if not self._arrived:
            asyncio.get_running_loop().call_soon(self._sort)
        sending.outbox = self
        self._arrived.append(sending)

    def forget(self, sending: Sending) -> None:
        """Do not keep ``sending`` for long, which was withdrawn."""
        self._withdrawn += len(sending.records)
        if self._withdrawn > max(_WITHDRAWN, self.waiting // 2):
            self._withdrawn = 0
            for line in self._lines.values():
                line.waiting = deque(entry for entry in line.waiting if entry[1].left > 0)

    @property
    def waiting(self) -> int:
        """How many records are sorted and not under way yet; those withdrawn lately are among them."""
        return sum(len(line.waiting) for line in self._lines.values())

    async def emptied(self) -> None:
        """Return when nothing is left to be sent."""
        while self._arrived or self._tasks:
            if self._tasks:
                await asyncio.wait(self._tasks)
            else:
                await asyncio.sleep(0)

    def close(self) -> None:
        """Take nothing more, and fail all that is not acknowledged."""
        if self._is_closed:
            return
        self._is_closed = True
        sendings = [sending for line in self._lines.values() for sending in line.sendings]
        sendings += [sending for entries in self._unknown.values() for _, sending in entries]
        sendings += self._arrived
        self._lines.clear()
        self._unknown.clear()
        self._arrived.clear()
        here = asyncio.current_task()
        for task in self._tasks:
            if task is not here:
                task.cancel()
        for sending in sendings:
            sending.fail(_closed())

    def _sort(self) -> None:
        arrived, self._arrived = self._arrived, []
        numbers: dict[str, list[int]] = {}  # the partitions of a topic, asked once a turn: there may be more
        for sending in arrived:
            for record in sending.records:
                topic = record.topic
                if topic not in numbers:
                    numbers[topic] = self._numbers_of(topic)
                self._place(record, sending, numbers[topic])

    def _numbers_of(self, topic: str) -> list[int]:
        """Return the partitions of ``topic`` in the order in which aiokafka's ``send`` counts them."""
        known = self._producer.client.cluster.partitions_for_topic(topic)
        return [] if known is None or topic in self._unknown else list(known)

    def _place(self, record: OutgoingRecord, sending: Sending, numbers: list[int]) -> None:
        if not numbers:
            self._ask_for(record, sending)
            return
        if record.partition is not None:
            number = record.partition
        elif record.key is not None:
            number = number_of(record.key, numbers)
        else:
            available = self._producer.client.cluster.available_partitions_for_topic(record.topic)
            number = _partition_of(None, numbers, list(available or ()))
        if number not in numbers:
            sending.fail(PublishFailed(f"{record.topic} has no partition {number}."))
            return
        id = TopicPartition(record.topic, number)
        line = self._lines.get(id)
        if line is None:
            line = self._lines[id] = _Line(id)
        line.waiting.append((record, sending))
        if not line.is_moving:
            line.is_moving = True
            self._begin(self._send(line))

    def _ask_for(self, record: OutgoingRecord, sending: Sending) -> None:
        entries = self._unknown.get(record.topic)
        if entries is None:
            self._unknown[record.topic] = [(record, sending)]
            self._begin(self._ask(record.topic))
        else:
            entries.append((record, sending))

    async def _ask(self, topic: str) -> None:
        try:
            await self._producer.partitions_for(topic)
        except KafkaError as error:
            for _, sending in self._unknown.pop(topic, []):
                sending.fail(_not_acknowledged(error))
            return
        entries = self._unknown.pop(topic, [])
        numbers = self._numbers_of(topic)
        for record, sending in entries:
            self._place(record, sending, numbers)

    async def _send(self, line: _Line) -> None:
        try:
            while (batch := self._batch_of(line)) is not None:
                stored = await self._producer.send_batch(batch, line.id.topic, partition=line.id.partition)
                await stored
                for sending in line.take_under_way():
                    sending.acknowledged()
        except KafkaError as error:
            self._blame(line, error)
        finally:
            line.is_moving = False

    def _batch_of(self, line: _Line) -> BatchBuilder | None:
        """Return as much of what waits as one batch takes, or ``None`` if nothing waits."""
        batch: BatchBuilder | None = None
        is_alone = line.id in self._alone
        while line.waiting:
            record, sending = line.waiting[0]
            if sending.left > 0:
                if batch is None:
                    batch = self._producer.create_batch()
                elif is_alone:
                    break
                headers = record.headers if type(record.headers) is list else list(record.headers)
                if batch.append(timestamp=None, key=record.key, value=record.value, headers=headers) is None:
                    break
                line.under_way.append(sending)
            line.waiting.popleft()
        return batch

    def _blame(self, line: _Line, error: KafkaError) -> None:
        """Fail all, let the producer be replaced, and say of the batch that failed why."""
        under_way = line.take_under_way()
        self.close()
        self._failed()  # before: what is sent instead of a record too large goes to the next producer
        if isinstance(error, MessageSizeTooLargeError | RecordListTooLargeError):
            if len(under_way) == 1:
                under_way[0].fail(RecordTooLarge({line.id.topic}))
            else:
                self._alone.add(line.id)
                logger.warning(
                    "batches too large for the topic: its records travel alone now", to=str(line.id)
                )
        for sending in under_way:
            sending.fail(_not_acknowledged(error))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_Entry: TypeAlias = tuple[OutgoingRecord, Sending]


class _Line:
    """What waits for one partition, and whose records are in the batch under way."""

    __slots__ = ("id", "is_moving", "under_way", "waiting")

    def __init__(self, id: TopicPartition) -> None:
        self.id = id
        self.waiting: deque[_Entry] = deque()
        self.under_way: list[Sending] = []
        self.is_moving = False

    @property
    def sendings(self) -> list[Sending]:
        """All that have a record here."""
        return [*self.under_way, *(sending for _, sending in self.waiting)]

    def take_under_way(self) -> list[Sending]:
        """Return those of the batch under way, one entry a record, and forget them."""
        under_way, self.under_way = self.under_way, []
        return under_way


def _not_acknowledged(error: KafkaError) -> PublishFailed:
    return PublishFailed(f"Kafka did not acknowledge ({type(error).__name__}).")


def _closed() -> PublishFailed:
    return PublishFailed("Kafka did not acknowledge (the producer was closed).")
