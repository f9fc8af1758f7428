"""What verdicts do: a batch is published and finished, held for a retry, split, or its partition stops."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
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
    Park,
    Publish,
    StopPartition,
    Trouble,
    TryAgain,
    Verdict,
    Wait,
)
from muniment_kit.lanes import Lanes, PartitionLanes
from muniment_kit.partitions import Arrival, Partition
from muniment_kit.producer import PublishFailed, RecordOutlet, RecordTooLarge
from muniment_kit.publications import Publication, Publications
from muniment_kit.stops import Stop, StopCause

logger = log.logger(__name__)

_PUBLISH_BACKOFF = Backoff(base_s=0.1, cap_s=5.0)
_SAY_AFTER = 4  # failed publications in a row before readiness speaks of the topic
_POINTS = {
    "done": (CrashPoint.BEFORE_PUBLISH, CrashPoint.AFTER_PUBLISH),
    "parked": (CrashPoint.BEFORE_PARKING, CrashPoint.AFTER_PARKING),
}
_DEAD_POINTS = (CrashPoint.BEFORE_DEAD_LETTER, CrashPoint.AFTER_DEAD_LETTER)


class ProgressListener(Protocol):
    """Hears how batches fare."""

    def stepped(self, partition: Partition) -> None:
        """A batch was taken a step, whatever became of it; if it is published, when that is settled."""

    def released(self) -> None:
        """A batch that was held may be taken again."""

    def stopped(self, partition: Partition) -> None:
        """The partition goes no further."""

    def refused(self, topic: str) -> None:
        """A topic (physical name) has not acknowledged for several attempts; what must go there waits."""

    def taken(self, topic: str) -> None:
        """A topic that refused takes records again."""


class Progress:
    """Takes batches one step at a time; what a lane must remember between steps is kept here."""

    def __init__(
        self,
        *,
        lanes: Lanes[Arrival],
        handling: Handling,
        producer: RecordOutlet,
        listener: ProgressListener,
        clock: Clock,
        random: Random,
    ) -> None:
        self._lanes = lanes
        self._handling = handling
        self._listener = listener
        self._clock = clock
        self._random = random
        self._troubles: dict[ArrivalBatch, Trouble] = {}
        self._sleeping: dict[ArrivalBatch, asyncio.Task[None]] = {}
        self._refusing: set[str] = set()
        self._publications = Publications(producer, self._settled, clock=clock)

    async def step(self, batch: ArrivalBatch) -> None:
        """Take ``batch`` one step: it is finished, published, held or split, or its partition stops."""
        partition = batch.items[0].partition
        try:
            if self._publications.is_full:
                await self._publications.room()
            trouble = self._troubles.get(batch) if self._troubles else None
            if trouble is not None and trouble.publication is not None:
                log.in_hand.set((batch.items[0].record, None))
                verdict: Verdict = trouble.publication
            elif partition.parked.any and not partition.is_retry and batch.lane.key in partition.parked:
                log.in_hand.set((batch.items[0].record, None))
                verdict = self._parked(partition, batch, trouble)
            else:
                verdict = await self._handling.answer(partition, batch, trouble)
            if partition.is_given_back:
                self._lanes.hold(batch)  # somebody else answers this record now
            elif verdict is NOTHING_TO_PUBLISH:
                self._finish(partition, batch, NOTHING_TO_PUBLISH)
            else:
                self._apply(partition, batch, verdict)
        except asyncio.CancelledError:
            if not _is_being_cancelled():
                reason = "a fault of the handler (what it waited for was cancelled)"
                self._stop(partition, batch, StopPartition(Stop(StopCause.HANDLER_FAULT, reason)))
                return
            self._lanes.hold(batch)
            raise
        except Exception as fault:  # noqa: BLE001 - whatever went wrong stops the partition, not the worker
            self._stop_by_fault(partition, batch, fault)
        finally:
            if batch not in self._publications.under_way:
                self._listener.stepped(partition)

    def abandon(self, homes: Collection[PartitionLanes[Arrival]]) -> int:
        """Wait no longer for acknowledgements of ``homes``; return how many batches that were."""
        abandoned = self._publications.abandon(homes)
        for batch in abandoned:
            self._lanes.hold(batch)
        return len(abandoned)

    def forget(self, partition: Partition) -> None:
        """Let go of what is held between attempts; what a worker has in hand it finishes."""
        for batch in [batch for batch in self._sleeping if batch.lane.home is partition.lanes]:
            self._sleeping.pop(batch).cancel()
        for batch in [batch for batch in self._troubles if batch.lane.home is partition.lanes]:
            self._forget_trouble(partition, batch)

    def _apply(self, partition: Partition, batch: ArrivalBatch, verdict: Verdict) -> None:
        match verdict:
            case Publish():
                self._publish(partition, batch, verdict)
            case TryAgain():
                self._try_again(partition, batch, verdict)
            case Wait():
                self._note_overdue(partition, batch, self._troubles.setdefault(batch, verdict.trouble))
                self._hold(batch, verdict.delay_s)
            case Park():
                logger.warning("retries overdue: the key is parked", attempts=verdict.trouble.attempts)
                self._publish(partition, batch, self._parked(partition, batch, verdict.trouble))
            case OneAtATime():
                self._lanes.split(batch)
            case StopPartition():
                self._stop(partition, batch, verdict)

    def _publish(self, partition: Partition, batch: ArrivalBatch, verdict: Publish) -> None:
        if not verdict.records:
            self._finish(partition, batch, verdict)
            return
        passing(_POINTS.get(verdict.outcome, _DEAD_POINTS)[0])
        self._publications.begin(partition, batch, verdict)

    def _settled(self, publication: Publication, error: PublishFailed | RecordTooLarge | None) -> None:
        partition, batch, verdict = publication.partition, publication.batch, publication.verdict
        bound = log.in_hand.set((batch.items[0].record, None))
        try:
            if error is None:
                self._published(publication)
            elif isinstance(error, PublishFailed):
                self._publish_again(batch, verdict)
            else:
                self._unpublishable(partition, batch, verdict, error)
        except Exception as fault:  # noqa: BLE001 - as in ``step``
            self._stop_by_fault(partition, batch, fault)
        finally:
            log.in_hand.reset(bound)
        if batch not in self._publications.under_way:
            self._listener.stepped(partition)
            self._listener.released()

    def _published(self, publication: Publication) -> None:
        verdict, seen = publication.verdict, publication.partition.seen
        passing(_POINTS.get(verdict.outcome, _DEAD_POINTS)[1])
        if self._refusing:
            self._take(verdict)
        seen.publish_seconds.observe(self._clock.monotonic() - publication.started_s)
        self._finish(publication.partition, publication.batch, verdict)

    def _unpublishable(
        self, partition: Partition, batch: ArrivalBatch, verdict: Publish, error: Rejected
    ) -> None:
        if verdict.outcome != "done":
            what = "a record to be parked" if verdict.outcome == "parked" else "a dead letter"
            stop = Stop(StopCause.TOO_LARGE, f"{what} that does not fit its topic")
            self._stop(partition, batch, StopPartition(stop, error))
            return
        trouble = self._troubles.get(batch)
        instead = self._handling.give_up(partition, batch, DeadLetterReason.REJECTED, error, trouble)
        self._apply(partition, batch, instead)

    def _finish(self, partition: Partition, batch: ArrivalBatch, verdict: Publish) -> None:
        count = len(batch.items)
        partition.finish(batch.items)
        partition.seen.note_finished(verdict.outcome, count)
        if verdict.outcome == "done":
            partition.limit.note_done(count)
            partition.seen.note_published(verdict.records)
        elif verdict.outcome != "parked":
            metrics.DEAD_LETTERS.labels(partition.route.label, verdict.outcome).inc(count)
            logger.warning("dead letter written", reason=verdict.outcome, records=count)
        if self._troubles:
            self._forget_trouble(partition, batch)
        self._lanes.finish(batch)

    def _try_again(self, partition: Partition, batch: ArrivalBatch, verdict: TryAgain) -> None:
        trouble = self._troubles.setdefault(batch, verdict.trouble)
        if verdict.is_overdue and not trouble.is_overdue:
            self._note_overdue(partition, batch, trouble)
            if not partition.is_retry:
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
        if trouble.failed_publications >= _SAY_AFTER:
            for topic in {record.topic for record in verdict.records}:
                self._refusing.add(topic)
                self._listener.refused(topic)
        self._hold(batch, delay_s)

    def _take(self, verdict: Publish) -> None:
        for topic in self._refusing & {record.topic for record in verdict.records}:
            self._refusing.discard(topic)
            self._listener.taken(topic)

    def _parked(self, partition: Partition, batch: ArrivalBatch, trouble: Trouble | None) -> Publish:
        """Keep the key of ``batch`` parked, and return what of it is not in the retry topic yet."""
        missing = [item for item in batch.items if partition.parked.park(item.key, item.record.offset)]
        return Publish("parked", self._handling.parked(partition, missing, trouble))

    def _note_overdue(self, partition: Partition, batch: ArrivalBatch, trouble: Trouble) -> None:
        if not trouble.is_overdue:
            trouble.is_overdue = True
            metrics.OVERDUE_RECORDS.labels(partition.route.label).inc(len(batch.items))

    def _hold(self, batch: ArrivalBatch, delay_s: float) -> None:
        self._lanes.hold(batch)
        if not batch.lane.home.is_closed:
            self._sleeping[batch] = asyncio.create_task(self._release_after(batch, delay_s))
        elif self._troubles:
            self._forget_trouble(batch.items[0].partition, batch)

    async def _release_after(self, batch: ArrivalBatch, delay_s: float) -> None:
        log.in_hand.set(None)
        await self._clock.sleep(delay_s)
        self._sleeping.pop(batch, None)
        self._lanes.release(batch)
        self._listener.released()

    def _stop_by_fault(self, partition: Partition, batch: ArrivalBatch, fault: Exception) -> None:
        stop = Stop(StopCause.RUNTIME_FAULT, f"a fault of the runtime ({type(fault).__name__})")
        self._stop(partition, batch, StopPartition(stop, fault))

    def _stop(self, partition: Partition, batch: ArrivalBatch, verdict: StopPartition) -> None:
        self._lanes.hold(batch)
        self._lanes.close(partition.lanes)
        self.forget(partition)
        partition.stopped = partition.stopped or verdict.stop
        logger.error(
            "partition stopped; see to the cause, then send SIGHUP to this process",
            cause=verdict.stop.cause.value,
            reason=verdict.stop.reason,
            exc_info=verdict.fault,
        )
        self._listener.stopped(partition)

    def _forget_trouble(self, partition: Partition, batch: ArrivalBatch) -> None:
        trouble = self._troubles.pop(batch, None)
        if trouble is not None and trouble.is_overdue:
            metrics.OVERDUE_RECORDS.labels(partition.route.label).dec(len(batch.items))


def _is_being_cancelled() -> bool:
    """Whether somebody cancels this worker, rather than something that a handler waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
