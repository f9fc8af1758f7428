"""Where records wait and are worked on. There are two, so that parked records take no room of others."""

from __future__ import annotations

from random import Random

from muniment_kit.clock import Clock
from muniment_kit.handling import Handling
from muniment_kit.lanes import Bounds, Lanes, PartitionLanes
from muniment_kit.partitions import Arrival, Partition
from muniment_kit.producer import RecordOutlet
from muniment_kit.progress import Progress, ProgressListener
from muniment_kit.workers import Workers


class Room:
    """Lanes within ``bounds``, and at most ``workers`` tasks that take batches from them."""

    def __init__(
        self,
        bounds: Bounds,
        workers: int,
        *,
        handling: Handling,
        producer: RecordOutlet,
        listener: ProgressListener,
        clock: Clock,
        random: Random,
    ) -> None:
        self.lanes: Lanes[Arrival] = Lanes(bounds)
        self.progress = Progress(
            lanes=self.lanes,
            handling=handling,
            producer=producer,
            listener=listener,
            clock=clock,
            random=random,
        )
        self.workers: Workers[Arrival] = Workers(self.lanes, self.progress.step, limit=workers)

    async def cancel(self, homes: set[PartitionLanes[Arrival]]) -> int:
        """Give up what is in hand or being published of ``homes``, and return how many batches that were."""
        abandoned = self.progress.abandon(homes)
        return abandoned + await self.workers.cancel(homes)

    def close(self, partition: Partition) -> None:
        """Forget what waits of ``partition``; what is in hand or being published is finished."""
        self.lanes.close(partition.lanes)
        self.progress.forget(partition)
