"""From a batch of records to a verdict: decode, ask the handler, and say what its answer means.

Nothing is changed here: lanes, offsets and the broker are the business of ``progress``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random
from typing import TypeAlias

from muniment_contracts.errors import UndecodableRecord
from muniment_kit import log, spans
from muniment_kit.clock import Clock
from muniment_kit.crash_points import CrashPoint, passing
from muniment_kit.dead_letters import DeadLetterReason, DeadLetterWriter, GivenUp
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.lanes import Batch
from muniment_kit.outcomes import Done
from muniment_kit.parking_slip import parked
from muniment_kit.partitions import Arrival, Partition
from muniment_kit.publishing import EventEncoder
from muniment_kit.records import OutgoingRecord
from muniment_kit.retry import RetryPolicy
from muniment_kit.stops import Stop, StopCause

ArrivalBatch: TypeAlias = Batch[Arrival]


@dataclass(frozen=True, slots=True)
class Publish:
    """Finish the batch as ``outcome`` once ``records`` are acknowledged."""

    outcome: str
    records: Sequence[OutgoingRecord]


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Keep the batch at the head of its lane for ``delay_s``, then ask again."""

    trouble: Trouble
    delay_s: float
    is_overdue: bool
    error: Retryable


@dataclass(frozen=True, slots=True)
class Wait:
    """Keep the batch, whose records were tried before they were parked, for ``delay_s``; then ask."""

    trouble: Trouble
    delay_s: float


@dataclass(frozen=True, slots=True)
class Park:
    """Park the key of the batch: its lane's budget is spent. ``trouble`` travels with the records."""

    trouble: Trouble


@dataclass(frozen=True, slots=True)
class OneAtATime:
    """Answer the records of the batch alone: one of them is bad, and only that one may die."""


@dataclass(frozen=True, slots=True)
class StopPartition:
    """Go no further in this partition, and leave its offset; ``fault`` is what was raised, if anything."""

    stop: Stop
    fault: Exception | None = None


Verdict: TypeAlias = Publish | TryAgain | Wait | Park | OneAtATime | StopPartition

NOTHING_TO_PUBLISH = Publish("done", ())
ONE_AT_A_TIME = OneAtATime()


@dataclass(slots=True)
class Trouble:
    """What is remembered of a batch between attempts; a batch that goes well has none."""

    first_failed_at: datetime
    first_failed_s: float
    attempts: int = 0
    is_overdue: bool = False
    publication: Publish | None = None
    failed_publications: int = 0


class Handling:
    """Answers batches with the handlers of their routes."""

    def __init__(
        self,
        *,
        encoder: EventEncoder,
        dead_letters: DeadLetterWriter,
        retries: RetryPolicy,
        clock: Clock,
        random: Random,
    ) -> None:
        self._encoder = encoder
        self._dead_letters = dead_letters
        self._group = dead_letters.group
        self._retries = retries
        self._clock = clock
        self._random = random

    async def answer(self, partition: Partition, batch: ArrivalBatch, trouble: Trouble | None) -> Verdict:
        """Let the handler answer ``batch``; ``trouble`` is what earlier attempts left. Raises nothing."""
        if trouble is None and batch.items[0].slip is not None:
            trouble = self._remembered(batch)
            if trouble.attempts:
                return Wait(trouble, self._retries.pause(trouble.attempts, self._random))
        try:
            events = [partition.route.decode(arrival.record) for arrival in batch.items]
        except UndecodableRecord as error:
            log.in_hand.set((batch.items[0].record, None))
            return self.give_up(partition, batch, DeadLetterReason.UNDECODABLE, error, trouble)
        except Retryable as pending:
            log.in_hand.set((batch.items[0].record, None))
            return self._retry(partition, batch, pending, trouble)
        log.in_hand.set((batch.items[0].record, events[0]))
        started_s = self._clock.monotonic()
        try:
            passing(CrashPoint.BEFORE_HANDLER)
            if spans.active is None:
                done = await partition.route.ask(events)
            else:
                asking = partial(partition.route.ask, events)
                done = await spans.active.process(asking, events, batch.items[0].record, self._group)
            passing(CrashPoint.AFTER_HANDLER)
            partition.seen.done_attempts += 1
            return self._publish(done) if done.events else NOTHING_TO_PUBLISH
        except Retryable as retryable:
            partition.seen.attempts["retryable"].inc()
            return self._retry(partition, batch, retryable, trouble)
        except Rejected as rejected:
            partition.seen.attempts["rejected"].inc()
            return self.give_up(partition, batch, DeadLetterReason.REJECTED, rejected, trouble)
        except Exception as fault:  # noqa: BLE001 - whatever a handler raises must stop its partition, no more
            partition.seen.attempts["fault"].inc()
            reason = f"a fault of the handler ({type(fault).__name__})"
            return StopPartition(Stop(StopCause.HANDLER_FAULT, reason), fault)
        finally:
            partition.seen.attempt_seconds.observe(self._clock.monotonic() - started_s)

    def give_up(
        self,
        partition: Partition,
        batch: ArrivalBatch,
        reason: DeadLetterReason,
        error: Exception,
        trouble: Trouble | None,
    ) -> Verdict:
        """Return the verdict that makes dead letters of ``batch``, if they are not too many."""
        if len(batch.items) > 1 and reason is not DeadLetterReason.EXPIRED:
            return ONE_AT_A_TIME
        if not partition.limit.admit(len(batch.items)):
            return StopPartition(Stop(StopCause.DEAD_LETTER_LIMIT, "too many dead letters"))
        first_failed_at = trouble.first_failed_at if trouble is not None else self._clock.now()
        attempts = trouble.attempts if trouble is not None else 0
        if reason is not DeadLetterReason.EXPIRED:
            attempts += 1
        given_up = GivenUp(reason, error, attempts, first_failed_at)
        topic = partition.route.dead_letters
        letters = [
            self._dead_letters.write(item.record, given_up, topic=topic, slip=item.slip)
            for item in batch.items
        ]
        return Publish(reason.value, letters)

    def parked(
        self, partition: Partition, arrivals: Sequence[Arrival], trouble: Trouble | None
    ) -> list[OutgoingRecord]:
        """Return ``arrivals`` as records of the retry topic, in their order."""
        return [
            parked(
                arrival.record,
                topic=partition.route.retries,
                attempts=0 if trouble is None else trouble.attempts,
                first_failed_at=self._clock.now() if trouble is None else trouble.first_failed_at,
            )
            for arrival in arrivals
        ]

    def new_trouble(self) -> Trouble:
        """Return the memory of a batch whose first attempt fails now."""
        return Trouble(self._clock.now(), self._clock.monotonic())

    def _publish(self, done: Done) -> Publish:
        return Publish("done", [self._encoder.encode(event) for event in done.events])

    def _retry(
        self, partition: Partition, batch: ArrivalBatch, error: Retryable, trouble: Trouble | None
    ) -> Verdict:
        trouble = trouble or self.new_trouble()
        trouble.attempts += 1
        again = self._retries.next(
            attempt=trouble.attempts,
            elapsed_s=self._clock.monotonic() - trouble.first_failed_s,
            after_s=error.after,
            random=self._random,
        )
        if again is None:
            return self.give_up(partition, batch, DeadLetterReason.EXPIRED, error, trouble)
        if again.is_overdue and _may_be_parked(partition, batch):
            return Park(trouble)
        return TryAgain(trouble, again.delay_s, again.is_overdue, error)

    def _remembered(self, batch: ArrivalBatch) -> Trouble:
        """Return what the slips of a parked batch tell; the youngest counts, so that none expires early."""
        slips = [item.slip for item in batch.items if item.slip is not None]
        first_failed_at = max(slip.first_failed_at for slip in slips)
        elapsed_s = max(0.0, (self._clock.now() - first_failed_at).total_seconds())
        return Trouble(
            first_failed_at,
            self._clock.monotonic() - elapsed_s,
            attempts=max(slip.attempts for slip in slips),
        )


def _may_be_parked(partition: Partition, batch: ArrivalBatch) -> bool:
    return not partition.is_retry and partition.parked.has_room and batch.items[0].record.key is not None
