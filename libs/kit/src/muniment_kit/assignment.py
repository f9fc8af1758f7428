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
from muniment_kit.lanes import Bounds
from muniment_kit.pairs import Pair
from muniment_kit.partitions import Partition
from muniment_kit.producer import RecordOutlet
from muniment_kit.records import Record, TopicPartition
from muniment_kit.room import Room
from muniment_kit.routes import Route
from muniment_kit.settings import KitSettings
from muniment_kit.stops import Stop, StopCause
from muniment_kit.vital_signs import VitalSigns

logger = log.logger(__name__)


class Assignment:
    """What one member of the group has been given. Fits ``AssignmentListener`` and ``ProgressListener``."""

    def __init__(
        self,
        *,
        service: str,
        routes: Mapping[str, Route],
        handling: Handling,
        producer: RecordOutlet,
        settings: KitSettings,
        clock: Clock,
        random: Random,
        vital_signs: VitalSigns,
    ) -> None:
        self._routes = {physical: (route, route.of_parked(service)) for physical, route in routes.items()}
        self._settings = settings
        self._clock = clock
        self._vital_signs = vital_signs
        self._partitions: dict[TopicPartition, Partition] = {}
        self._pairs: dict[TopicPartition, Pair] = {}  # by the source partition
        self._learning: dict[TopicPartition, Pair] = {}  # by the retry partition
        self._member: Member | None = None
        self._generation = 0
        self._giving_back = 0
        self._has_moved = False  # since the last commit
        self._is_to_go_on = False
        self._drained = asyncio.Event()
        self._commits = Commits(clock=clock, timeout_s=settings.drain_s / 2)

        def room(bounds: Bounds, workers: int) -> Room:
            return Room(
                bounds,
                workers,
                handling=handling,
                producer=producer,
                listener=self,
                clock=clock,
                random=random,
            )

        self._main = room(_bounds(settings), settings.concurrency)
        self._parked = room(_parked_bounds(settings), settings.parked_concurrency)
        self._rooms = (self._main, self._parked)

    def serve(self, member: Member | None) -> None:
        """Speak to the group through ``member`` from now on."""
        self._member = member

    # What the group says

    def assigned(self, partitions: Collection[TopicPartition]) -> None:
        """Begin anew with ``partitions``: their records come from what was committed."""
        if self._member is None:
            return  # a member that was given up has joined once more: it is about to be stopped
        self._generation += 1
        self._vital_signs.joined()
        given = set(partitions)
        pairs = [self._pair(id) for id in given if id.topic in self._routes]
        self._open(self._member, pairs)
        for pair in pairs:
            if pair.retry.id not in given:
                reason = f"the retry topic {pair.retry.id.topic} has not as many partitions"
                self._stop_alone(pair.source, Stop(StopCause.NOT_CO_PARTITIONED, reason))
        logger.info("partitions assigned", partitions=[str(id) for id in sorted(partitions)])

    async def revoked(self, partitions: Collection[TopicPartition]) -> None:
        """Stop taking, drain, commit and forget ``partitions``."""
        self._generation += 1
        self._vital_signs.left()
        if partitions:
            metrics.REBALANCES.inc()
            await self._give_back([self._partitions[id] for id in partitions if id in self._partitions])

    async def give_back_all(self, *, is_lost: bool = False) -> None:
        """Drain and forget everything; commit it too, unless the group membership is lost."""
        self._generation += 1
        self._vital_signs.left()
        if is_lost:
            self._member = None
        await self._give_back(list(self._partitions.values()))

    # What the poll loop brings

    @property
    def is_learning(self) -> bool:
        """Whether ``learn`` is to be called before the next poll."""
        return bool(self._learning)

    async def learn(self, member: Member) -> None:
        """Let sources be read whose retry partitions were read to the end. Raises ``BrokerUnavailable``."""
        behind = await member.behind()
        for id, pair in list(self._learning.items()):
            if behind.get(id) != 0:
                continue
            del self._learning[id]
            member.seek(pair.learned())
            if pair.source.stopped is None and pair.source.id not in self._main.lanes.paused:
                member.resume([pair.source.id])

    def receive(self, member: Member, records: Mapping[TopicPartition, Sequence[Record]]) -> None:
        """Let ``records`` wait in the lanes of their keys, and pause what is above a bound."""
        for id, received in records.items():
            if self._learning and (pair := self._learning.get(id)) is not None:
                pair.learn(received)
                continue
            partition = self._partitions.get(id)
            if partition is None or partition.lanes.is_closed:
                continue  # stopped: its offset stays where it is, so nothing is skipped
            lanes = self._room_of(partition).lanes
            for arrival in partition.arrivals(received):
                key = arrival.record.key
                lanes.add(partition.lanes, arrival.record.offset if key is None else key, arrival)
        for room in self._rooms:
            if full := room.lanes.to_pause():
                member.pause(full)
            room.workers.kick()

    async def commit(self) -> None:
        """Commit what is finished, and count it; partitions that are being given back are committed there."""
        if self._has_moved:
            self._has_moved = False
            self._vital_signs.handled()
            for partition in self._partitions.values():
                partition.seen.flush()
        if self._member is not None and not self._giving_back:
            await self._commits.commit(self._member, list(self._partitions.values()))

    async def resume_stopped(self, member: Member) -> int:
        """Begin again, from what is finished, with every pair of partitions that is stopped; return how many.

        To be called between two polls, so that no record is on its way.
        """
        pairs = [
            pair for pair in self._pairs.values() if pair.is_stopped and pair.retry.id in self._partitions
        ]
        leaving = [partition for pair in pairs for partition in pair.partitions]
        member.pause([partition.id for partition in leaving])
        generation = self._generation
        await self._give_back(leaving)
        if not pairs or generation != self._generation:
            return 0  # with an assignment anew they begin again anyway
        places = {partition.id: partition.offsets.place for partition in leaving}
        member.seek({id: place for id, place in places.items() if place is not None})
        self._open(member, [self._pair(pair.source.id) for pair in pairs])
        member.resume([pair.retry.id for pair in pairs])
        for partition in leaving:
            self._vital_signs.resumed(str(partition.id))
        logger.warning("stopped partitions begin again", partitions=[str(pair.source.id) for pair in pairs])
        return len(pairs)

    # What progress says

    def stepped(self, partition: Partition) -> None:
        """A batch was taken a step."""
        self._has_moved = True
        if partition.lanes.is_closed:
            self._drained.set()
        if self._room_of(partition).lanes.paused:
            self.released()

    def released(self) -> None:
        """Batches may be taken again, or partitions be resumed: see to it, once a turn of the event loop."""
        if not self._is_to_go_on:
            self._is_to_go_on = True
            asyncio.get_running_loop().call_soon(self._go_on)

    def stopped(self, partition: Partition) -> None:
        """Deliver nothing more of ``partition``; the others go on."""
        if self._member is not None and self._partitions.get(partition.id) is partition:
            self._member.pause([partition.id])
            assert partition.stopped is not None
            self._vital_signs.stopped(str(partition.id), partition.stopped.reason)

    def refused(self, topic: str) -> None:
        """Records for ``topic`` are not acknowledged; what must go there waits."""
        self._vital_signs.refused(topic)

    def taken(self, topic: str) -> None:
        """Records for ``topic`` are acknowledged again."""
        self._vital_signs.taken(topic)

    def _go_on(self) -> None:
        self._is_to_go_on = False
        for room in self._rooms:
            if self._member is not None and (below := room.lanes.to_resume()):
                learning = {pair.source.id for pair in self._learning.values()}
                self._member.resume([id for id in below if id not in learning])
            room.workers.kick()

    # What may be seen of it

    @property
    def partitions(self) -> Collection[Partition]:
        """The partitions it has, stopped ones and those of retry topics included."""
        return self._partitions.values()

    @property
    def sources(self) -> Collection[Partition]:
        """The partitions of the service's topics, without those of retry topics."""
        return [pair.source for pair in self._pairs.values()]

    @property
    def is_at_rest(self) -> bool:
        """Whether no worker has anything in hand or could take anything; batches may wait for a retry."""
        return not any(room.lanes.ready for room in self._rooms) and not any(
            other.is_running for other in self._partitions.values()
        )

    @property
    def paused(self) -> Collection[TopicPartition]:
        """The partitions that are paused because too much waits."""
        return [id for room in self._rooms for id in room.lanes.paused]

    # Taking and giving back

    def _pair(self, id: TopicPartition) -> Pair:
        return Pair(id.partition, *self._routes[id.topic], self._settings)

    def _open(self, member: Member, pairs: Collection[Pair]) -> None:
        for pair in pairs:
            self._pairs[pair.source.id] = pair
            self._learning[pair.retry.id] = pair
            for partition in pair.partitions:
                self._partitions[partition.id] = partition
                self._room_of(partition).lanes.open(partition.lanes)
        member.pause([pair.source.id for pair in pairs])
        metrics.ASSIGNED_PARTITIONS.set(len(self._pairs))

    def _stop_alone(self, source: Partition, stop: Stop) -> None:
        """Stop a source whose retry partition is not ours: a record could overtake one that lies there."""
        retry = self._pairs[source.id].retry
        self._learning.pop(retry.id)
        del self._partitions[retry.id]
        retry.seen.forget()
        for partition in (source, retry):
            self._room_of(partition).close(partition)
        source.stopped = stop
        self.stopped(source)
        logger.error("partition stopped", cause=stop.cause.value, reason=stop.reason)

    async def _give_back(self, leaving: Sequence[Partition]) -> None:
        self._giving_back += 1
        try:
            for partition in leaving:
                self._room_of(partition).close(partition)
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
                self._pairs.pop(partition.id, None)
                self._learning.pop(partition.id, None)
                partition.seen.forget()
        metrics.ASSIGNED_PARTITIONS.set(len(self._pairs))
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
        homes = {partition.lanes for partition in leaving}
        cancelled = sum([await room.cancel(homes) for room in self._rooms])
        if cancelled:
            logger.warning("handlers cancelled: they took longer than the drain time", batches=cancelled)

    def _room_of(self, partition: Partition) -> Room:
        return self._parked if partition.is_retry else self._main


def _bounds(settings: KitSettings) -> Bounds:
    return Bounds(
        records=settings.waiting_records,
        size_bytes=settings.waiting_bytes,
        partition_records=settings.partition_waiting_records,
        partition_bytes=settings.partition_waiting_bytes,
        resume_share=settings.resume_share,
    )


def _parked_bounds(settings: KitSettings) -> Bounds:
    return Bounds(
        records=settings.parked_waiting_records,
        size_bytes=settings.parked_waiting_bytes,
        partition_records=min(settings.partition_waiting_records, settings.parked_waiting_records),
        partition_bytes=min(settings.partition_waiting_bytes, settings.parked_waiting_bytes),
        resume_share=settings.resume_share,
    )
