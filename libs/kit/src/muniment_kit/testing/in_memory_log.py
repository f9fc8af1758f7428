"""Topics in memory: partitions of records with offsets, as a broker keeps them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from muniment_kit.records import Headers, TopicPartition


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record in its place; ``timestamp`` in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class PartitionLog:
    """The records of one partition; offsets only grow, and may have gaps."""

    def __init__(self, id: TopicPartition) -> None:
        self.id = id
        self.records: list[StoredRecord] = []
        self.end = 0

    def append(
        self, timestamp: int, key: bytes | None, value: bytes | None, headers: Headers
    ) -> StoredRecord:
        """Store a record at the end."""
        record = StoredRecord(*self.id, self.end, timestamp, key, value, tuple(headers))
        self.records.append(record)
        self.end += 1
        return record

    def leave_gap(self, length: int) -> None:
        """Let offsets be missing at the end, as after compaction or a transaction marker."""
        self.end += length

    def read(self, position: int, limit: int) -> Sequence[StoredRecord]:
        """Return at most ``limit`` records from ``position`` on."""
        return [record for record in self.records if record.offset >= position][:limit]


class TopicLogs:
    """All topics; one that is not known is created when it is first used."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._topics: dict[str, list[PartitionLog]] = {}
        self._turn = 0

    def create(self, topic: str, partitions: int | None = None) -> list[PartitionLog]:
        """Return the partitions of ``topic``, creating them if need be."""
        if topic not in self._topics:
            numbers = range(partitions or self._partitions)
            self._topics[topic] = [PartitionLog(TopicPartition(topic, number)) for number in numbers]
        return self._topics[topic]

    def log(self, id: TopicPartition) -> PartitionLog:
        """Return one partition."""
        return self.create(id.topic)[id.partition]

    def log_for(self, topic: str, key: bytes | None) -> PartitionLog:
        """Return the partition that records with ``key`` belong to; records without one take turns."""
        logs = self.create(topic)
        if key is not None:
            return logs[zlib.crc32(key) % len(logs)]
        self._turn += 1
        return logs[self._turn % len(logs)]
