"""What verdicts do: a batch is published and finished, held for a retry, split, or its partition stops."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Protocol

from muniment_kit import log, metrics
from muniment_kit.backoff import Backoff
from muniment_kit.clock import Clock
from muniment_kit.crash_points import CrashPoint, passing
from muniment_kit.dead_letters import DeadLetterReason
from muniment_kit.errors import Rejected
from muniment_kit.handling import (
    NOTHING_TO_PUBLISH,
    ArrivalBatch,
    Handling,
    OneAtATime,
    Publish,
    StopPartition,
    Trouble,
    TryAgain,
    Verdict,
)
from muniment_kit.lanes import Lanes
from muniment_kit.partitions import Arrival, Partition
from muniment_kit.producer import PublishFailed, RecordProducer

logger = log.logger(__name__)

_PUBLISH_BACKOFF = Backoff(base_s=0.1, cap_s=5.0)


class ProgressListener(Protocol):
    """Hears how batches fare."""

    def stepped(self, partition: Partition) -> None:
        """A worker is done with a batch for now, whatever became of it."""

    def released(self) -> None:
        """A batch that was held may be taken again."""

    def stopped(self, partition: Partition) -> None:
        """The partition goes no further."""


class Progress:
    """Takes batches one step at a time; what a lane must remember between steps is kept here."""

    def __init__(
        self,
        *,
        lanes: Lanes[Arrival],
        handling: Handling,
        producer: RecordProducer,
        listener: ProgressListener,
        clock: Clock,
        random: Random,
    ) -> None:
        self._lanes = lanes
        self._handling = handling
        self._producer = producer
        self._listener = listener
        self._clock = clock
        self._random = random
        self._troubles: dict[ArrivalBatch, Trouble] = {}
        self._sleeping: dict[ArrivalBatch, asyncio.Task[None]] = {}

    async def step(self, batch: ArrivalBatch) -> None:
        """Take ``batch`` one step: afterwards it is finished, held or split, or its partition is stopped."""
        partition = batch.items[0].partition
        try:
            trouble = self._troubles.get(batch) if self._troubles else None
            if trouble is not None and trouble.publication is not None:
                log.in_hand.set((batch.items[0].record, None))
                verdict: Verdict = trouble.publication
            else:
                verdict = await self._handling.answer(partition, batch, trouble)
            if partition.is_given_back:
                self._lanes.hold(batch)  # somebody else answers this record now
            elif verdict is NOTHING_TO_PUBLISH:
                self._finish(partition, batch, NOTHING_TO_PUBLISH)
            else:
                await self._apply(partition, batch, verdict)
        except asyncio.CancelledError:
            if not _is_being_cancelled():
                reason = "a fault of the handler (what it waited for was cancelled)"
                self._stop(partition, batch, StopPartition(reason))
                return
            self._lanes.hold(batch)
            raise
        except Exception as fault:  # noqa: BLE001 - whatever went wrong stops the partition, not the worker
            self._stop(
                partition, batch, StopPartition(f"a fault of the runtime ({type(fault).__name__})", fault)
            )
        finally:
            self._listener.stepped(partition)

    def forget(self, partition: Partition) -> None:
        """Let go of what is held between attempts; what a worker has in hand it finishes."""
        for batch in [batch for batch in self._sleeping if batch.lane.home is partition.lanes]:
            self._sleeping.pop(batch).cancel()
        for batch in [batch for batch in self._troubles if batch.lane.home is partition.lanes]:
            self._forget_trouble(partition, batch)

    async def _apply(self, partition: Partition, batch: ArrivalBatch, verdict: Verdict) -> None:
        match verdict:
            case Publish():
                await self._publish(partition, batch, verdict)
            case TryAgain():
                self._try_again(partition, batch, verdict)
            case OneAtATime():
                self._lanes.split(batch)
            case StopPartition():
                self._stop(partition, batch, verdict)

    async def _publish(self, partition: Partition, batch: ArrivalBatch, verdict: Publish) -> None:
        started_s = self._clock.monotonic()
        is_dead = verdict.outcome != "done"
        passing(CrashPoint.BEFORE_DEAD_LETTER if is_dead else CrashPoint.BEFORE_PUBLISH)
        try:
            await self._producer.send(verdict.records)
        except PublishFailed:
            self._publish_again(batch, verdict)
            return
        except Rejected as rejected:
            await self._unpublishable(partition, batch, verdict, rejected)
            return
        passing(CrashPoint.AFTER_DEAD_LETTER if is_dead else CrashPoint.AFTER_PUBLISH)
        metrics.PUBLISH_SECONDS.observe(self._clock.monotonic() - started_s)
        self._finish(partition, batch, verdict)

    async def _unpublishable(
        self, partition: Partition, batch: ArrivalBatch, verdict: Publish, error: Rejected
    ) -> None:
        if verdict.outcome != "done":
            self._stop(partition, batch, StopPartition("a dead letter that does not fit its topic", error))
            return
        trouble = self._troubles.get(batch)
        instead = self._handling.give_up(partition, batch, DeadLetterReason.REJECTED, error, trouble)
        await self._apply(partition, batch, instead)

    def _finish(self, partition: Partition, batch: ArrivalBatch, verdict: Publish) -> None:
        count = len(batch.items)
        for arrival in batch.items:
            partition.offsets.finish(arrival.record.offset)
        partition.seen.note_finished(verdict.outcome, count)
        if verdict.outcome == "done":
            partition.limit.note_done(count)
            for record in verdict.records:
                metrics.PUBLISHED.labels(record.topic).inc()
        else:
            metrics.DEAD_LETTERS.labels(partition.route.topic, verdict.outcome).inc(count)
            logger.warning("dead letter written", reason=verdict.outcome, records=count)
        if self._troubles:
            self._forget_trouble(partition, batch)
        self._lanes.finish(batch)

    def _try_again(self, partition: Partition, batch: ArrivalBatch, verdict: TryAgain) -> None:
        trouble = self._troubles.setdefault(batch, verdict.trouble)
        if verdict.is_overdue and not trouble.is_overdue:
            trouble.is_overdue = True
            metrics.OVERDUE_RECORDS.labels(partition.route.topic).inc(len(batch.items))
            logger.warning("retries overdue: the key's later records wait", attempts=trouble.attempts)
        say = logger.info if trouble.attempts == 1 else logger.debug
        say(
            "handler asks to retry",
            attempt=trouble.attempts,
            delay_s=round(verdict.delay_s, 3),
            error=type(verdict.error).__name__,
            reason=verdict.error.reason,
        )
        self._hold(batch, verdict.delay_s)

    def _publish_again(self, batch: ArrivalBatch, verdict: Publish) -> None:
        """Keep what was answered and publish it later, for as long as it takes: the work is done."""
        metrics.PUBLISH_FAILURES.inc()
        trouble = self._troubles.setdefault(batch, self._handling.new_trouble())
        trouble.publication = verdict
        trouble.failed_publications += 1
        delay_s = _PUBLISH_BACKOFF.delay(trouble.failed_publications, self._random)
        logger.warning("publication not acknowledged, trying again", attempt=trouble.failed_publications)
        self._hold(batch, delay_s)

    def _hold(self, batch: ArrivalBatch, delay_s: float) -> None:
        self._lanes.hold(batch)
        if not batch.lane.home.is_closed:
            self._sleeping[batch] = asyncio.create_task(self._release_after(batch, delay_s))

    async def _release_after(self, batch: ArrivalBatch, delay_s: float) -> None:
        log.in_hand.set(None)
        await self._clock.sleep(delay_s)
        self._sleeping.pop(batch, None)
        self._lanes.release(batch)
        self._listener.released()

    def _stop(self, partition: Partition, batch: ArrivalBatch, verdict: StopPartition) -> None:
        self._lanes.hold(batch)
        self._lanes.close(partition.lanes)
        self.forget(partition)
        partition.stopped = partition.stopped or verdict.reason
        logger.error(
            "partition stopped; see to the cause, then restart this process",
            reason=verdict.reason,
            exc_info=verdict.fault,
        )
        self._listener.stopped(partition)

    def _forget_trouble(self, partition: Partition, batch: ArrivalBatch) -> None:
        trouble = self._troubles.pop(batch, None)
        if trouble is not None and trouble.is_overdue:
            metrics.OVERDUE_RECORDS.labels(partition.route.topic).dec(len(batch.items))


def _is_being_cancelled() -> bool:
    """Whether somebody cancels this worker, rather than something that a handler waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
