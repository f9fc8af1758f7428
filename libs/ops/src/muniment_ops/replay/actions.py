"""What each mode does with the records of a window."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from muniment_kit.producer import RecordProducer
from muniment_kit.records import Headers, OutgoingRecord, Record
from muniment_ops.replay.judging import Judge, Judgement, Verdict

REPLAY_HEADERS = (
    "replay_id",
    "replay_original_topic",
    "replay_original_partition",
    "replay_original_offset",
    "replay_original_timestamp",
)


class Verify:
    """Judges, and publishes nothing: it has no producer."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._permits = asyncio.Semaphore(judge.at_once)

    async def begin(self, partition: int) -> None:
        """Learn what was published then."""
        await self._judge.survey(partition)

    async def act(self, records: Sequence[Record]) -> Sequence[Judgement]:
        """Return the verdict on each record."""
        if self._judge.at_once == 1:
            return [await self._judge.judge(record) for record in records]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._judged(record)) for record in records]
        return [task.result() for task in tasks]

    async def _judged(self, record: Record) -> Judgement:
        async with self._permits:
            return await self._judge.judge(record)


class Shadow:
    """Judges, and publishes what the handlers answer now to topics of the replay's own."""

    def __init__(self, verify: Verify, producer: RecordProducer, topics: dict[str, str]) -> None:
        """``topics`` are the shadow topics by the logical names of the answers' topics."""
        self._verify = verify
        self._producer = producer
        self._topics = topics

    async def begin(self, partition: int) -> None:
        """Learn what was published then."""
        await self._verify.begin(partition)

    async def act(self, records: Sequence[Record]) -> Sequence[Judgement]:
        """Return the verdict on each record once all answers are acknowledged."""
        judgements = await self._verify.act(records)
        answers = [
            OutgoingRecord(self._topics[answer.topic], *answer.record)
            for judgement in judgements
            for answer in judgement.answers
        ]
        if answers:
            await self._producer.send(answers)
        return judgements


class Redrive:
    """Puts records into their own topic again, unchanged but for headers that say so.

    Ids stay the same, so every effect they already had is found again and nothing happens twice. Without a
    producer it is a dry run: it says which records would be published.
    """

    def __init__(self, replay_id: str, producer: RecordProducer | None) -> None:
        self._replay_id = replay_id
        self._producer = producer

    async def begin(self, partition: int) -> None:
        """Need nothing."""

    async def act(self, records: Sequence[Record]) -> Sequence[Judgement]:
        """Publish ``records`` in their order and return when they are acknowledged."""
        if self._producer is None:
            return [Judgement(Verdict.PUBLISHED, "dry-run")] * len(records)
        again = [
            OutgoingRecord(record.topic, record.key, record.value, self.headers(record)) for record in records
        ]
        if again:
            await self._producer.send(again)
        return [Judgement(Verdict.PUBLISHED)] * len(records)

    def headers(self, record: Record) -> Headers:
        """Return the record's headers with those of this replay; those of an earlier one are replaced."""
        told = (
            self._replay_id,
            record.topic,
            str(record.partition),
            str(record.offset),
            str(record.timestamp),
        )
        kept = [header for header in record.headers if header[0] not in REPLAY_HEADERS]
        return [*kept, *((name, text.encode()) for name, text in zip(REPLAY_HEADERS, told, strict=True))]
