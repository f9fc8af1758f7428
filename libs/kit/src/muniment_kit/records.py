"""Records as the kit sees them: bytes with a place. Nothing here knows what a value means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

_HEADER_BYTES = 128  # what a header usually takes, the objects that hold it included

Headers: TypeAlias = Sequence[tuple[str, bytes]]


class TopicPartition(NamedTuple):
    """A partition by its topic's physical name and its number."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}"


class Record(Protocol):
    """A record as received; aiokafka's ``ConsumerRecord`` fits. ``timestamp`` is in ms since 1970."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class OutgoingRecord(NamedTuple):
    """A record to be written to the topic with the physical name ``topic``.

    Its key chooses the partition, unless ``partition`` does.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int | None = None


def size_bytes(record: Record) -> int:
    """Return what ``record`` weighs in memory, near enough to bound it; headers count by their number."""
    return len(record.value or b"") + len(record.key or b"") + _HEADER_BYTES * len(record.headers)
