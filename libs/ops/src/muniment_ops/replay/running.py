"""One run over the windows of a plan: read, judge or publish, write lines, checkpoint; partition by
partition.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from muniment_kit.kafka.window import LogBounds
from muniment_kit.records import Record, TopicPartition
from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.canonical import schema_id
from muniment_ops.replay.gaps import explain_gap
from muniment_ops.replay.judging import Judgement, Verdict
from muniment_ops.replay.plan import Plan, Window
from muniment_ops.replay.progress import CANCELLED, Progress, RunFolder
from muniment_ops.replay.record_lines import Mark, RecordLines, lines_path

BATCH_RECORDS = 500
DIFFERENCES_KEPT = 100
_ACTED_ON = (Verdict.MATCHED, Verdict.MISMATCHED, Verdict.PUBLISHED)

OnProgress = Callable[[Progress], None]


class Reader(Protocol):
    """What a run needs of a reader of windows; ``WindowReader`` is one."""

    async def bounds(self, topic: str) -> dict[int, LogBounds]: ...
    def read(
        self, partition: TopicPartition, start: int, end: int, *, max_records: int = BATCH_RECORDS
    ) -> AsyncGenerator[Sequence[Record], None]: ...


class Action(Protocol):
    """What a mode does with the selected records."""

    async def begin(self, partition: int) -> None:
        """Prepare for the records of ``partition``."""

    async def act(self, records: Sequence[Record]) -> Sequence[Judgement]:
        """Deal with ``records`` of one partition, oldest first, and return what became of each."""


class Pace:
    """Holds a run to so many records a second."""

    def __init__(self, rate_per_s: float | None) -> None:
        self._rate = rate_per_s
        self._began_s = time.monotonic()
        self._taken = 0

    @property
    def batch_records(self) -> int:
        """How many records to take at once: a fifth of a second's, or a full batch without a rate."""
        return BATCH_RECORDS if self._rate is None else max(1, min(BATCH_RECORDS, int(self._rate / 5)))

    async def take(self, records: int) -> None:
        """Return when ``records`` more may be dealt with."""
        if self._rate is not None:
            wait_s = self._began_s + self._taken / self._rate - time.monotonic()
            await asyncio.sleep(max(0.0, wait_s))
        self._taken += records


@dataclass(slots=True)
class Run:
    """Everything one run needs. ``uncommitted`` reads what transactions left behind, to explain gaps."""

    plan: Plan
    folder: RunFolder
    progress: Progress
    action: Action
    reader: Reader
    uncommitted: Reader
    pace: Pace
    on_progress: OnProgress = lambda _: None
    checkpoint_s: float = 0.5
    """A batch is made durable once this much time has passed; what is not, a resumed run does again."""
    _durable_s: float = field(default=0.0, init=False)

    async def run(self) -> None:
        """Go through what is left of the plan. Ends early, with the state ``cancelled``, when asked to.

        Raises ``ReplayStopped`` or ``BrokerUnavailable``; the run can be resumed then.
        """
        await self._refuse_a_stale_plan()
        self.folder.checkpoint(self.progress)
        with self.folder.differences.open("ab") as differences:
            differences.truncate(self.progress.differences_bytes)
            for window in self.plan.windows:
                if self.progress.marks[window.partition].next_offset < window.end:
                    await self._partition(window, differences)
                if self.progress.state == CANCELLED:
                    return

    async def _refuse_a_stale_plan(self) -> None:
        bounds = await self.reader.bounds(self.plan.physical)
        for window in self.plan.windows:
            held = bounds.get(window.partition)
            begins = self.progress.marks[window.partition].next_offset == window.start
            if held is None or held.end < window.end:
                raise WrongUse(
                    "This cluster does not hold the windows of the plan; it was made for another one."
                )
            if begins and window.start < min(held.start, window.end):
                raise WrongUse(
                    f"Since the plan was made, retention has deleted offsets {window.start} to "
                    f"{held.start - 1} of partition {window.partition}. Make a new plan."
                )

    async def _partition(self, window: Window, differences: BinaryIO) -> None:
        mark = self.progress.marks[window.partition]
        place = TopicPartition(self.plan.physical, window.partition)
        lines = RecordLines(lines_path(self.folder.path, window.partition), mark)
        try:
            held = (await self.reader.bounds(place.topic))[window.partition]
            if held.start > mark.next_offset:  # retention went on while the run rested
                lines.add_gap(mark.next_offset, min(held.start, window.end), "deleted-by-retention")
            if not self._is_at_limit():
                await self.action.begin(window.partition)
                await self._records(window, lines, place, differences)
            if self.progress.state != CANCELLED and mark.next_offset < window.end:
                await self._gap(lines, place, mark.next_offset, window.end)
            self._checkpoint(lines, differences)
        finally:
            lines.close()

    async def _records(
        self, window: Window, lines: RecordLines, place: TopicPartition, differences: BinaryIO
    ) -> None:
        start, batch_records = lines.mark.next_offset, self.pace.batch_records
        async with aclosing(self.reader.read(place, start, window.end, max_records=batch_records)) as batches:
            async for batch in batches:
                await self.pace.take(len(batch))
                await self._batch(batch, lines, place, differences)
                if self.folder.is_cancelled:
                    self.progress.state = CANCELLED
                if self._is_at_limit() or self.progress.state == CANCELLED:
                    return

    async def _batch(
        self, batch: Sequence[Record], lines: RecordLines, place: TopicPartition, differences: BinaryIO
    ) -> None:
        refusals = [self.plan.filters.refusal(record) for record in batch]
        selected = [record for record, refusal in zip(batch, refusals, strict=True) if refusal is None]
        room = self._room()
        acted = iter(await self.action.act(selected[:room]))
        for record, refusal in zip(batch, refusals, strict=True):
            if room <= 0:
                break
            if record.offset > lines.mark.next_offset:
                await self._gap(lines, place, lines.mark.next_offset, record.offset)
            _note_schema(lines.mark, record)
            if refusal is not None:
                lines.add_record(record, Judgement(Verdict.FILTERED, refusal))
                continue
            room -= 1
            judgement = next(acted)
            lines.add_record(record, judgement)
            self._keep_differences(judgement, differences)
        if time.monotonic() - self._durable_s >= self.checkpoint_s:
            self._checkpoint(lines, differences)
        self.on_progress(self.progress)

    def _room(self) -> int:
        limit = self.plan.filters.limit
        return BATCH_RECORDS if limit is None else limit - sum(map(self.progress.counts, _ACTED_ON))

    def _is_at_limit(self) -> bool:
        return self._room() <= 0

    async def _gap(self, lines: RecordLines, place: TopicPartition, start: int, end: int) -> None:
        if self._is_at_limit():
            lines.add_gap(start, end, "beyond-limit")
            return
        for first, behind, reason in await explain_gap(self.uncommitted, place, start, end):
            lines.add_gap(first, behind, reason)

    def _keep_differences(self, judgement: Judgement, file: BinaryIO) -> None:
        for difference in judgement.differences:
            if self.progress.differences < DIFFERENCES_KEPT:
                line = difference.line()
                file.write(line)
                self.progress.differences_bytes += len(line)
            self.progress.differences += 1

    def _checkpoint(self, lines: RecordLines, differences: BinaryIO) -> None:
        lines.flush()
        differences.flush()
        self.folder.checkpoint(self.progress)
        self._durable_s = time.monotonic()


def _note_schema(mark: Mark, record: Record) -> None:
    found = schema_id(record.value)
    name = "none" if found is None else str(found)
    mark.schemas[name] = mark.schemas.get(name, 0) + 1
