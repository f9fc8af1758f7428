"""The partitions this process has: taken, filled, committed, and given back in good order."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from random import Random

from muniment_kit import log, metrics
from muniment_kit.broker import Member
from muniment_kit.clock import Clock
from muniment_kit.commits import Commits
from muniment_kit.handling import Handling
from muniment_kit.lanes import Bounds, Lanes
from muniment_kit.partitions import Arrival, Partition
from muniment_kit.producer import RecordProducer
from muniment_kit.progress import Progress
from muniment_kit.records import Record, TopicPartition
from muniment_kit.routes import Route
from muniment_kit.settings import KitSettings
from muniment_kit.vital_signs import VitalSigns
from muniment_kit.workers import Workers

logger = log.logger(__name__)


class Assignment:
    """What one member of the group has been given. Fits ``AssignmentListener`` and ``ProgressListener``."""

    def __init__(
        self,
        *,
        routes: Mapping[str, Route],
        handling: Handling,
        producer: RecordProducer,
        settings: KitSettings,
        clock: Clock,
        random: Random,
        vital_signs: VitalSigns,
    ) -> None:
        self._routes = routes
        self._settings = settings
        self._clock = clock
        self._vital_signs = vital_signs
        self._partitions: dict[TopicPartition, Partition] = {}
        self._member: Member | None = None
        self._giving_back = 0
        self._has_moved = False  # since the last commit
        self._drained = asyncio.Event()
        self._commits = Commits(clock=clock, timeout_s=settings.drain_s / 2)
        self._lanes: Lanes[Arrival] = Lanes(_bounds(settings))
        self._progress = Progress(
            lanes=self._lanes, handling=handling, producer=producer, listener=self, clock=clock, random=random
        )
        self._workers = Workers(self._lanes, self._progress.step, limit=settings.concurrency)

    def serve(self, member: Member | None) -> None:
        """Speak to the group through ``member`` from now on."""
        self._member = member

    # What the group says

    def assigned(self, partitions: Collection[TopicPartition]) -> None:
        """Begin anew with ``partitions``: their records come from what was committed."""
        if self._member is None:
            return  # a member that was given up has joined once more: it is about to be stopped
        for id in partitions:
            partition = Partition(id, self._routes[id.topic], self._settings)
            self._partitions[id] = partition
            self._lanes.open(partition.lanes)
        metrics.ASSIGNED_PARTITIONS.set(len(self._partitions))
        self._vital_signs.joined()
        logger.info("partitions assigned", partitions=[str(id) for id in sorted(partitions)])

    async def revoked(self, partitions: Collection[TopicPartition]) -> None:
        """Stop taking, drain, commit and forget ``partitions``."""
        self._vital_signs.left()
        if partitions:
            metrics.REBALANCES.inc()
            await self._give_back([self._partitions[id] for id in partitions if id in self._partitions])

    async def give_back_all(self, *, is_lost: bool = False) -> None:
        """Drain and forget everything; commit it too, unless the group membership is lost."""
        self._vital_signs.left()
        if is_lost:
            self._member = None
        await self._give_back(list(self._partitions.values()))

    # What the poll loop brings

    def receive(self, member: Member, records: Mapping[TopicPartition, Sequence[Record]]) -> None:
        """Let ``records`` wait in the lanes of their keys, and pause what is above a bound."""
        for id, received in records.items():
            partition = self._partitions[id]
            if partition.lanes.is_closed:
                continue  # stopped: its offset stays where it is, so nothing is skipped
            for arrival in partition.arrivals(received):
                key = arrival.record.key
                self._lanes.add(partition.lanes, arrival.record.offset if key is None else key, arrival)
        if full := self._lanes.to_pause():
            member.pause(full)
        self._workers.kick()

    async def commit(self) -> None:
        """Commit what is finished, and count it; partitions that are being given back are committed there."""
        if self._has_moved:
            self._has_moved = False
            self._vital_signs.handled()
            for partition in self._partitions.values():
                partition.seen.flush()
        if self._member is not None and not self._giving_back:
            await self._commits.commit(self._member, list(self._partitions.values()))

    # What progress says

    def stepped(self, partition: Partition) -> None:
        """A worker is done with a batch for now."""
        self._has_moved = True
        if self._member is not None and (below := self._lanes.to_resume()):
            self._member.resume(below)
        if partition.lanes.is_closed:
            self._drained.set()

    def released(self) -> None:
        """A batch that was held may be taken again."""
        self._workers.kick()

    def stopped(self, partition: Partition) -> None:
        """Deliver nothing more of ``partition``; the others go on."""
        if self._member is not None and self._partitions.get(partition.id) is partition:
            self._member.pause([partition.id])
            self._vital_signs.stopped(str(partition.id), partition.stopped or "")

    # What may be seen of it

    @property
    def partitions(self) -> Collection[Partition]:
        """The partitions it has, stopped ones included."""
        return self._partitions.values()

    @property
    def is_at_rest(self) -> bool:
        """Whether no worker has anything in hand or could take anything; batches may wait for a retry."""
        return self._lanes.ready == 0 and not any(other.is_running for other in self._partitions.values())

    @property
    def paused(self) -> Collection[TopicPartition]:
        """The partitions that are paused because too much waits."""
        return self._lanes.paused

    # Giving back

    async def _give_back(self, leaving: Sequence[Partition]) -> None:
        self._giving_back += 1
        try:
            for partition in leaving:
                self._lanes.close(partition.lanes)
                self._progress.forget(partition)
            await self._drain(leaving)
            if self._member is not None:
                await self._commits.commit(self._member, leaving)
            else:
                await self._commits.give_up()
        finally:
            self._giving_back -= 1
        for partition in leaving:
            partition.is_given_back = True
            if self._partitions.get(partition.id) is partition:
                del self._partitions[partition.id]
                partition.seen.forget()
        metrics.ASSIGNED_PARTITIONS.set(len(self._partitions))
        if leaving:
            logger.info("partitions given back", partitions=[str(partition.id) for partition in leaving])

    async def _drain(self, leaving: Sequence[Partition]) -> None:
        """Wait until no worker has anything of ``leaving`` in hand; past the drain time cancel it."""
        deadline = asyncio.ensure_future(self._clock.sleep(self._settings.drain_s))
        try:
            while any(partition.is_running for partition in leaving) and not deadline.done():
                self._drained.clear()
                waiting = asyncio.ensure_future(self._drained.wait())
                await asyncio.wait([waiting, deadline], return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
        finally:
            deadline.cancel()
        cancelled = await self._workers.cancel({partition.lanes for partition in leaving})
        if cancelled:
            logger.warning("handlers cancelled: they took longer than the drain time", batches=cancelled)


def _bounds(settings: KitSettings) -> Bounds:
    return Bounds(
        records=settings.waiting_records,
        size_bytes=settings.waiting_bytes,
        partition_records=settings.partition_waiting_records,
        partition_bytes=settings.partition_waiting_bytes,
        resume_share=settings.resume_share,
    )
