"""Why offsets hold no record."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from muniment_kit.records import Record, TopicPartition


class Reader(Protocol):
    """Reads records by offset; ``WindowReader`` is one."""

    def read(
        self, partition: TopicPartition, start: int, end: int
    ) -> AsyncGenerator[Sequence[Record], None]: ...


ABORTED = "aborted-transaction"
NO_RECORD = "no-record"


async def explain_gap(
    uncommitted: Reader, place: TopicPartition, start: int, end: int
) -> list[tuple[int, int, str]]:
    """Return the parts of a gap as (start, end, reason), in order.

    What can be read with ``read_uncommitted`` belongs to a transaction that was aborted or never ended. What
    cannot is no record at all: the marker that ends a transaction, or one that compaction removed while the
    topic was set so.
    """
    left_behind: set[int] = set()
    async for batch in uncommitted.read(place, start, end):
        left_behind.update(record.offset for record in batch)
    parts: list[tuple[int, int, str]] = []
    for offset in range(start, end):
        reason = ABORTED if offset in left_behind else NO_RECORD
        if parts and parts[-1][2] == reason:
            parts[-1] = (parts[-1][0], offset + 1, reason)
        else:
            parts.append((offset, offset + 1, reason))
    return parts
