"""What was published then: the answers that name a record as their cause, found by reading, partition by
partition.

An answer belongs to a source record when its ``ce_causationid`` is the record's ``ce_id`` and both have the
same key. Topics of one flow are co-partitioned, so the answers to a partition are in the partitions of the
same number; where a topic has another number of partitions, all of them are read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple

from muniment_contracts.codec import Codec
from muniment_contracts.topics import Topic
from muniment_kit.kafka.window import WindowGone, WindowReader
from muniment_kit.records import Record, TopicPartition
from muniment_ops.replay.canonical import published_digest
from muniment_ops.replay.plan import Plan, Span


class Published(NamedTuple):
    """Where one answer is, and its canonical hash."""

    topic: Topic
    place: TopicPartition
    offset: int
    digest: str


class Answers:
    """The answers of one partition at a time. ``survey`` comes first."""

    def __init__(self, reader: WindowReader, plan: Plan, topics: Mapping[str, Topic], codec: Codec) -> None:
        """``topics`` are the answers' topics by physical name."""
        self._reader = reader
        self._plan = plan
        self._topics = topics
        self._codec = codec
        self._by_cause: dict[tuple[bytes, bytes | None], list[Published]] = {}

    async def survey(self, partition: int) -> None:
        """Read what was published for the records of ``partition``, and forget the partition before."""
        self._by_cause = {}
        async for topic, record in self.records(partition):
            cause = header(record, "ce_causationid")
            if cause is not None:
                self._by_cause.setdefault((cause, record.key), []).append(self.published(topic, record))

    def caused_by(self, event_id: str, key: bytes | None) -> Sequence[Published]:
        """Return the answers to the fact with this id and key, oldest first."""
        return self._by_cause.get((event_id.encode(), key), ())

    async def records(self, partition: int) -> AsyncIterator[tuple[Topic, Record]]:
        """Yield every answer that may belong to records of ``partition``."""
        for physical, topic in self._topics.items():
            for span in self._spans(physical, partition):
                place = TopicPartition(physical, span.partition)
                async for batch in self._reader.read(place, span.start, span.end):
                    for record in batch:
                        yield topic, record

    def published(self, topic: Topic, record: Record) -> Published:
        """Return what is remembered of an answer."""
        place = TopicPartition(record.topic, record.partition)
        return Published(topic, place, record.offset, published_digest(topic, record, self._codec))

    async def fetch(self, published: Published) -> Record:
        """Read an answer again."""
        record = await self._reader.one(published.place, published.offset)
        if record is None:
            raise WindowGone(f"{published.place} no longer has the record at offset {published.offset}.")
        return record

    def _spans(self, physical: str, partition: int) -> Sequence[Span]:
        spans = self._plan.published[physical]
        if len(spans) == _partitions(self._plan):
            return [span for span in spans if span.partition == partition]
        return spans


class DeadLetter(NamedTuple):
    """Why a record was given up on then."""

    reason: str
    error_class: str


class DeadLetters:
    """What was given up on of the planned topic, by partition and offset."""

    def __init__(self, reader: WindowReader, plan: Plan, physical: str) -> None:
        self._reader = reader
        self._plan = plan
        self._physical = physical
        self._letters: dict[tuple[int, int], DeadLetter] = {}

    async def survey(self) -> None:
        """Read all dead letters of the planned span; a poison record has no key, so any partition may hold
        it.
        """
        for span in self._plan.published.get(self._physical, ()):
            place = TopicPartition(self._physical, span.partition)
            async for batch in self._reader.read(place, span.start, span.end):
                for record in batch:
                    self._note(record)

    def of(self, record: Record) -> DeadLetter | None:
        """Return the letter that tells of ``record``."""
        return self._letters.get((record.partition, record.offset))

    def _note(self, record: Record) -> None:
        told = {name: text.decode("utf-8", "replace") for name, text in record.headers if name[:4] == "dlq_"}
        if told.get("dlq_original_topic") != self._plan.physical:
            return
        try:
            place = int(told["dlq_original_partition"]), int(told["dlq_original_offset"])
        except (KeyError, ValueError):
            return
        self._letters[place] = DeadLetter(told.get("dlq_reason", ""), told.get("dlq_error_class", ""))


class Deliveries:
    """Where else a fact was delivered: the offsets of each event id in and around a window."""

    def __init__(self, reader: WindowReader, plan: Plan) -> None:
        self._reader = reader
        self._plan = plan
        self._partition: int | None = None
        self._scanning = asyncio.Lock()
        self._first: dict[bytes, int] = {}
        self._repeated: dict[bytes, list[int]] = {}

    async def of(self, event_id: str, partition: int) -> Sequence[int]:
        """Return the offsets of all deliveries of a fact, oldest first; each partition is read once."""
        async with self._scanning:
            if self._partition != partition:
                await self._scan(partition)
        name = event_id.encode()
        first = self._first.get(name)
        return self._repeated.get(name) or ([] if first is None else [first])

    async def fetch(self, partition: int, offset: int) -> Record | None:
        """Read a delivery again."""
        return await self._reader.one(TopicPartition(self._plan.physical, partition), offset)

    async def _scan(self, partition: int) -> None:
        self._first, self._repeated = {}, {}
        (window,) = (window for window in self._plan.windows if window.partition == partition)
        place = TopicPartition(self._plan.physical, partition)
        async for batch in self._reader.read(place, window.around_start, window.around_end):
            for record in batch:
                self._note(header(record, "ce_id"), record.offset)
        self._partition = partition

    def _note(self, event_id: bytes | None, offset: int) -> None:
        if event_id is None:
            return
        first = self._first.setdefault(event_id, offset)
        if first != offset:
            self._repeated.setdefault(event_id, [first]).append(offset)


def header(record: Record, name: str) -> bytes | None:
    """Return the header ``name`` of ``record``."""
    for found, content in record.headers:
        if found == name:
            return content
    return None


def _partitions(plan: Plan) -> int:
    return int(plan.topic_config["partitions"])
