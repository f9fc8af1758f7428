"""A topic on paper: windows are read and judged without a broker, and end in a real report."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muniment_contracts.topics import Topic
from muniment_kit.kafka.window import LogBounds
from muniment_kit.records import Headers, Record, TopicPartition
from muniment_ops.replay.conducting import Order, finish
from muniment_ops.replay.differences import Difference
from muniment_ops.replay.judging import Judgement, Verdict, mismatch
from muniment_ops.replay.manifest import Manifest
from muniment_ops.replay.plan import Estimate, Filters, Plan, Window
from muniment_ops.replay.progress import RunFolder
from muniment_ops.replay.running import Pace, Run
from muniment_ops.signing import Signer

TOPIC = Topic.DOCUMENTS_PRODUCED


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A record of the paper topic."""

    offset: int
    partition: int = 0
    timestamp: int = 1_772_442_000_000
    key: bytes | None = b"northwind/order/5001"
    value: bytes | None = b"\x00\x00\x00\x00\x03value"
    headers: Headers = (("ce_id", b"an-id"),)
    topic: str = TOPIC


@dataclass(slots=True)
class PaperReader:
    """Gives records by offset in small batches; offsets without a record are gaps."""

    records: Sequence[Record]
    start: int = 0
    batch_records: int = 3

    async def bounds(self, topic: str) -> dict[int, LogBounds]:
        return {0: LogBounds(self.start, 1000), 1: LogBounds(0, 1000)}

    async def read(
        self, partition: TopicPartition, start: int, end: int, *, max_records: int = 500
    ) -> AsyncGenerator[Sequence[Record], None]:
        inside = [
            record
            for record in self.records
            if record.partition == partition.partition and start <= record.offset < end
        ]
        size = min(max_records, self.batch_records)
        for at in range(0, len(inside), size):
            yield inside[at : at + size]


def everything_matches(record: Record) -> Judgement:
    return Judgement(Verdict.MATCHED)


def odd_offsets_differ(record: Record) -> Judgement:
    if record.offset % 2 == 0:
        return Judgement(Verdict.MATCHED)
    return mismatch("differs", Difference.of(record, "archive.receipts", "The receipt is not the same."))


@dataclass(slots=True)
class PaperAction:
    """Judges each record by a function, and remembers what it saw."""

    judge: Callable[[Record], Judgement] = everything_matches
    seen: list[int] = field(default_factory=list)

    async def begin(self, partition: int) -> None:
        """Need nothing."""

    async def act(self, records: Sequence[Record]) -> Sequence[Judgement]:
        self.seen += [record.offset for record in records]
        return [self.judge(record) for record in records]


def window(partition: int = 0, *, start: int = 0, end: int = 10) -> Window:
    return Window(
        partition=partition, start=start, end=end, log_start=0, log_end=end, around_start=0, around_end=end
    )


def paper_plan(*windows: Window, filters: Filters | None = None) -> Plan:
    chosen = windows or (window(),)
    records = sum(one.end - one.start for one in chosen)
    return Plan(
        id="20260302-090000-abcdef",
        created_at="2026-03-02T09:00:00+00:00",
        cluster_id="a-cluster",
        topic=TOPIC,
        physical=TOPIC,
        service="ecm-archiver",
        topic_config={"cleanup.policy": "delete", "partitions": "2"},
        windows=chosen,
        filters=filters or Filters(),
        published={},
        estimate=Estimate(records=records, bytes=0, sampled_records=0, seconds=0),
    )


async def paper_run(
    folder: Path,
    *,
    plan: Plan | None = None,
    reader: PaperReader | None = None,
    judge: Callable[[Record], Judgement] = everything_matches,
    signer: Signer | None = None,
    resume: bool = False,
) -> Manifest:
    """Run a plan over the paper topic and return the sealed manifest."""
    plan = plan or paper_plan()
    reader = reader or PaperReader([PaperRecord(offset) for offset in range(10)])
    run_folder = RunFolder(folder)
    progress = run_folder.open(plan, "verify", resume=resume)
    await Run(plan, run_folder, progress, PaperAction(judge), reader, PaperReader([]), Pace(None)).run()
    return finish(plan, Order(signer=signer), run_folder, progress)
