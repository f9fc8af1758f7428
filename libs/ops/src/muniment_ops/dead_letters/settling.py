"""Sending letters back to their source topic, or discarding them; either way it is recorded.

The order of the two writes is what makes a crash harmless: a redriven record is acknowledged by the broker
*before* its decision is written. Between the two a letter counts as open, so it may go back twice; it has the
same ids both times, and effects happen once. The other way round it might never have gone back at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from muniment_contracts.headers import to_record
from muniment_contracts.topics import Topic
from muniment_kit.clock import Clock
from muniment_kit.producer import PublishFailed, RecordProducer
from muniment_kit.records import OutgoingRecord, Record
from muniment_ops.dead_letters.decisions import Decision, Settled, decision_event
from muniment_ops.dead_letters.letter_box import LetterBox
from muniment_ops.dead_letters.letters import Letter, LetterTopic, Place
from muniment_ops.dead_letters.selection import Selection

REDRIVEN_HEADERS = ("dlq_redriven_id", "dlq_redriven_by", "dlq_redriven_at", "dlq_redriven_letter")
_BY_THE_RUNTIME = ("dlq_", "retry_")
_BATCH_LETTERS = 100
_BATCH_BYTES = 4 * 1024 * 1024
_SEND_S = 60.0

Advance = Callable[[int, int], None]


@dataclass(slots=True)
class SettlingPlan:
    """The open letters that are meant, in the order in which they are taken.

    ``overtaking`` counts those that would go before an earlier open letter of the same key that is not meant,
    ``unreadable_decisions`` the records of the audit topic that could not be read.
    """

    letters: list[Letter] = field(default_factory=list)
    already_settled: int = 0
    overtaking: int = 0
    unreadable_decisions: int = 0

    @property
    def topics(self) -> list[LetterTopic]:
        """The dead-letter topics concerned, each once, in their order."""
        return list(dict.fromkeys(letter.topic for letter in self.letters))


@dataclass(frozen=True, slots=True)
class Operation:
    """One run of the command: its id, who runs it, and why."""

    id: str
    by: str
    reason: str | None = None


async def plan_settling(box: LetterBox, selection: Selection) -> SettlingPlan:
    """Find the open letters that ``selection`` means. Changes nothing. Raises ``WrongUse``."""
    settled = await box.settled()
    plan = SettlingPlan(unreadable_decisions=settled.unreadable)
    left_behind: set[tuple[LetterTopic, bytes | None]] = set()
    async for _, letter in box.letters(await box.topics(selection.topics)):
        is_meant = selection.takes(letter)
        if settled.of(letter) is not None:
            plan.already_settled += is_meant
        elif not is_meant or (selection.limit is not None and len(plan.letters) >= selection.limit):
            left_behind.add((letter.topic, letter.key))
        else:
            plan.letters.append(letter)
            plan.overtaking += (letter.topic, letter.key) in left_behind
    return plan


async def redrive(
    box: LetterBox,
    plan: SettlingPlan,
    operation: Operation,
    *,
    producer: RecordProducer,
    clock: Clock,
    advance: Advance | None = None,
) -> int:
    """Send the letters of ``plan`` back to their source topics, and record each; return how many went.

    Key, value and headers are those of the letter, its ``dlq_*`` headers replaced by ``dlq_redriven_*``.
    Letters of a key go in the order of their offsets. Raises ``PublishFailed`` or ``RecordTooLarge``; what
    went before is recorded, so the same command may be repeated.
    """
    done = 0
    async for batch in _batches(box, plan):
        now = clock.now()
        await _send(
            producer, [redriven(record, letter, operation, now, box.prefix) for record, letter in batch]
        )
        letters = [letter for _, letter in batch]
        await _record(box, letters, Decision.REDRIVEN, operation, producer=producer, clock=clock)
        done += len(batch)
        if advance is not None:
            advance(done, len(plan.letters))
    return done


async def discard(
    box: LetterBox, plan: SettlingPlan, operation: Operation, *, producer: RecordProducer, clock: Clock
) -> int:
    """Record that the letters of ``plan`` are settled as they are; return how many.

    Raises ``PublishFailed``; what was recorded before stays so.
    """
    for begin in range(0, len(plan.letters), _BATCH_LETTERS):
        letters = plan.letters[begin : begin + _BATCH_LETTERS]
        await _record(box, letters, Decision.DISCARDED, operation, producer=producer, clock=clock)
    return len(plan.letters)


def redriven(
    record: Record, letter: Letter, operation: Operation, now: datetime, prefix: str
) -> OutgoingRecord:
    """Return the record that goes back: the original, and who sent it when, from which letter."""
    headers = [header for header in record.headers if not header[0].startswith(_BY_THE_RUNTIME)]
    told = (operation.id, operation.by, now.isoformat(timespec="milliseconds"), str(letter.place))
    headers += [(name, text.encode()) for name, text in zip(REDRIVEN_HEADERS, told, strict=True)]
    return OutgoingRecord(f"{prefix}{letter.topic.source}", record.key, record.value, headers)


async def _record(
    box: LetterBox,
    letters: Sequence[Letter],
    decision: Decision,
    operation: Operation,
    *,
    producer: RecordProducer,
    clock: Clock,
) -> None:
    settled = Settled(decision, operation.id, operation.by, clock.now(), operation.reason)
    topic = f"{box.prefix}{Topic.AUDIT_DEAD_LETTERS}"
    events = [decision_event(letter, settled) for letter in letters]
    await _send(producer, [OutgoingRecord(topic, *to_record(event)) for event in events])


async def _send(producer: RecordProducer, records: Sequence[OutgoingRecord]) -> None:
    """Send with a deadline: by itself a producer waits as long as the broker is away."""
    try:
        async with asyncio.timeout(_SEND_S):
            await producer.send(records)
    except TimeoutError:
        raise PublishFailed(
            f"Kafka did not acknowledge within {_SEND_S:g} s. Run the same command again: what is recorded "
            "is not taken twice."
        ) from None


async def _batches(box: LetterBox, plan: SettlingPlan) -> AsyncIterator[list[tuple[Record, Letter]]]:
    """Read the letters of ``plan`` again, with their values, in batches bounded by number and bytes."""
    wanted: Collection[Place] = {letter.place for letter in plan.letters}
    batch: list[tuple[Record, Letter]] = []
    size_bytes = 0
    async for record, letter in box.letters(plan.topics):
        if letter.place not in wanted:
            continue
        batch.append((record, letter))
        size_bytes += letter.size_bytes
        if len(batch) >= _BATCH_LETTERS or size_bytes >= _BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch
