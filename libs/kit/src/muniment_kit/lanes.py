"""Lanes: the records of one key run one after another, different keys at the same time, within bounds.

Pure bookkeeping: no clock, no task, no Kafka.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from muniment_kit.records import TopicPartition


class Weighed(Protocol):
    """What may wait in a lane: anything that knows its weight."""

    @property
    def size_bytes(self) -> int: ...


T = TypeVar("T", bound=Weighed)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be in memory, finished not included, before partitions are paused; and when they go on."""

    records: int
    size_bytes: int
    partition_records: int
    partition_bytes: int
    resume_share: float


@dataclass(frozen=True, slots=True)
class BatchBounds:
    """How much of one key's waiting a handler gets at once; one record always fits."""

    records: int
    size_bytes: int


ONE = BatchBounds(records=1, size_bytes=0)


class Batch(Generic[T]):
    """What a worker has in hand: the next item of one lane, or several if the handler takes several."""

    __slots__ = ("items", "lane", "size_bytes")

    def __init__(self, lane: Lane[T], items: list[T], size_bytes: int) -> None:
        self.lane = lane
        self.items = items
        self.size_bytes = size_bytes

    @property
    def partition(self) -> TopicPartition:
        """The partition its items came from."""
        return self.lane.home.partition


class Lane(Generic[T]):
    """One key of one partition: what waits, and what is in hand."""

    __slots__ = ("alone", "home", "in_hand", "key", "waiting")

    def __init__(self, home: PartitionLanes[T], key: Hashable) -> None:
        self.home = home
        self.key = key
        self.waiting: deque[T] = deque()
        self.in_hand: Batch[T] | None = None
        self.alone = 0  # so many items are to be taken one at a time, whatever the batch bounds


class PartitionLanes(Generic[T]):
    """The lanes of one partition for one assignment."""

    __slots__ = ("batch_bounds", "is_closed", "lanes", "partition", "records", "running", "size_bytes")

    def __init__(self, partition: TopicPartition, batch_bounds: BatchBounds = ONE) -> None:
        self.partition = partition
        self.batch_bounds = batch_bounds
        self.lanes: dict[Hashable, Lane[T]] = {}
        self.records = 0
        self.size_bytes = 0
        self.running = 0  # batches a worker has in hand; those held between attempts do not count
        self.is_closed = False


class Lanes(Generic[T]):
    """All lanes of one role."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._partitions: dict[TopicPartition, PartitionLanes[T]] = {}
        self._ready: deque[Lane[T]] = deque()
        self._paused: set[TopicPartition] = set()
        self.records = 0
        self.size_bytes = 0

    def open(self, home: PartitionLanes[T]) -> None:
        """Begin with an empty partition that was not open before."""
        self._partitions[home.partition] = home

    def close(self, home: PartitionLanes[T]) -> None:
        """Forget what waits in ``home``, for good; what workers have in hand they finish."""
        if home.is_closed:
            return
        home.is_closed = True
        if self._partitions.get(home.partition) is home:
            del self._partitions[home.partition]
            self._paused.discard(home.partition)
        self.records -= home.records
        self.size_bytes -= home.size_bytes
        home.records = home.size_bytes = 0
        home.lanes.clear()
        self._ready = deque(lane for lane in self._ready if lane.home is not home)

    def add(self, home: PartitionLanes[T], key: Hashable, item: T) -> None:
        """Let ``item`` wait behind the others of its key."""
        lane = home.lanes.get(key)
        if lane is None:
            lane = home.lanes[key] = Lane(home, key)
            self._ready.append(lane)
        lane.waiting.append(item)
        home.records += 1
        home.size_bytes += item.size_bytes
        self.records += 1
        self.size_bytes += item.size_bytes

    @property
    def ready(self) -> int:
        """How many lanes have something for a worker to take."""
        return len(self._ready)

    def take(self) -> Batch[T] | None:
        """Hand out the next batch of the lane that has been ready the longest, or ``None``."""
        if not self._ready:
            return None
        lane = self._ready.popleft()
        lane.home.running += 1
        if lane.in_hand is None:
            lane.in_hand = self._next_batch(lane)
        return lane.in_hand

    def finish(self, batch: Batch[T]) -> None:
        """Forget ``batch``; its lane's next one may run."""
        lane, home = batch.lane, batch.lane.home
        home.running -= 1
        lane.in_hand = None
        if home.is_closed:
            return
        count = len(batch.items)
        home.records -= count
        home.size_bytes -= batch.size_bytes
        self.records -= count
        self.size_bytes -= batch.size_bytes
        if lane.waiting:
            self._ready.append(lane)
        else:
            del home.lanes[lane.key]

    def hold(self, batch: Batch[T]) -> None:
        """Keep ``batch`` at the head of its lane until ``release``; the worker is free for other lanes."""
        batch.lane.home.running -= 1

    def release(self, batch: Batch[T]) -> None:
        """Let a held batch be taken again."""
        if not batch.lane.home.is_closed:
            self._ready.append(batch.lane)

    def split(self, batch: Batch[T]) -> None:
        """Put the items of ``batch`` back, each to be taken alone, in their order."""
        lane = batch.lane
        lane.home.running -= 1
        lane.in_hand = None
        if lane.home.is_closed:
            return
        lane.waiting.extendleft(reversed(batch.items))
        lane.alone += len(batch.items)
        self._ready.append(lane)

    def to_pause(self) -> list[TopicPartition]:
        """Return the partitions that are newly above a high mark; they count as paused from now on."""
        bounds = self._bounds
        is_full = self.records >= bounds.records or self.size_bytes >= bounds.size_bytes
        newly = [
            partition
            for partition, home in self._partitions.items()
            if partition not in self._paused
            and (
                is_full
                or home.records >= bounds.partition_records
                or home.size_bytes >= bounds.partition_bytes
            )
        ]
        self._paused.update(newly)
        return newly

    def to_resume(self) -> list[TopicPartition]:
        """Return the paused partitions that are below every low mark; they no longer count as paused."""
        if not self._paused:
            return []
        bounds, share = self._bounds, self._bounds.resume_share
        if self.records > bounds.records * share or self.size_bytes > bounds.size_bytes * share:
            return []
        again = [
            partition
            for partition in self._paused
            if self._partitions[partition].records <= bounds.partition_records * share
            and self._partitions[partition].size_bytes <= bounds.partition_bytes * share
        ]
        self._paused.difference_update(again)
        return again

    @property
    def paused(self) -> Collection[TopicPartition]:
        """The partitions that are paused because too much waits."""
        return self._paused

    def _next_batch(self, lane: Lane[T]) -> Batch[T]:
        item = lane.waiting.popleft()
        items, size = [item], item.size_bytes
        bounds = lane.home.batch_bounds
        if lane.alone:
            lane.alone -= 1
            return Batch(lane, items, size)
        while lane.waiting and len(items) < bounds.records:
            if size + lane.waiting[0].size_bytes > bounds.size_bytes:
                break
            item = lane.waiting.popleft()
            items.append(item)
            size += item.size_bytes
        return Batch(lane, items, size)
