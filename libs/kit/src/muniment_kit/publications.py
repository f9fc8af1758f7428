"""What was handed over for publication and is not acknowledged yet: no worker waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

from muniment_kit.clock import Clock
from muniment_kit.handling import ArrivalBatch, Publish
from muniment_kit.lanes import PartitionLanes
from muniment_kit.partitions import Arrival, Partition
from muniment_kit.producer import Handed, PublishFailed, RecordOutlet, RecordTooLarge

BYTES = 4 * 1024 * 1024
"""Beyond so many bytes on their way, workers wait; each may have one more publication in hand."""


class Publication:
    """The answer to one batch, on its way; it is called with how that ended."""

    __slots__ = ("_home", "batch", "handed", "partition", "size_bytes", "started_s", "verdict")

    def __init__(
        self,
        home: Publications,
        partition: Partition,
        batch: ArrivalBatch,
        verdict: Publish,
        *,
        started_s: float,
    ) -> None:
        self.partition = partition
        self.batch = batch
        self.verdict = verdict
        self.started_s = started_s
        self.size_bytes = sum([len(record.value or b"") for record in verdict.records])
        self.handed: Handed | None = None
        self._home = home

    def __call__(self, error: PublishFailed | RecordTooLarge | None) -> None:
        self._home.settle(self, error)


Settled = Callable[[Publication, PublishFailed | RecordTooLarge | None], None]


class Publications:
    """Hands answers over and tells ``settled`` how each ended, unless it was abandoned."""

    def __init__(self, outlet: RecordOutlet, settled: Settled, *, clock: Clock) -> None:
        self._outlet = outlet
        self._settled = settled
        self._clock = clock
        self._under_way: dict[ArrivalBatch, Publication] = {}
        self.under_way: Mapping[ArrivalBatch, object] = self._under_way
        self._size_bytes = 0
        self._has_room = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether so much is on its way that no more should be added for now."""
        return self._size_bytes > BYTES

    async def room(self) -> None:
        """Return when there is room again."""
        while self.is_full:
            self._has_room.clear()
            await self._has_room.wait()

    def begin(self, partition: Partition, batch: ArrivalBatch, verdict: Publish) -> None:
        """Publish the records of ``verdict``, at least one, as the answer to ``batch``."""
        publication = Publication(self, partition, batch, verdict, started_s=self._clock.monotonic())
        self._under_way[batch] = publication
        self._size_bytes += publication.size_bytes
        publication.handed = self._outlet.hand_over(verdict.records, publication)

    def settle(self, publication: Publication, error: PublishFailed | RecordTooLarge | None) -> None:
        """Forget ``publication`` and say how it ended."""
        if self._under_way.pop(publication.batch, None) is publication:
            self._release(publication)
            self._settled(publication, error)

    def abandon(self, homes: Collection[PartitionLanes[Arrival]]) -> list[ArrivalBatch]:
        """Wait no longer for answers to batches of ``homes``, and return those batches."""
        abandoned = [batch for batch in self._under_way if batch.lane.home in homes]
        for batch in abandoned:
            publication = self._under_way.pop(batch)
            self._release(publication)
            if publication.handed is not None:
                publication.handed.withdraw()
        return abandoned

    def _release(self, publication: Publication) -> None:
        self._size_bytes -= publication.size_bytes
        if not self.is_full:
            self._has_room.set()
