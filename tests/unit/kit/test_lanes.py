"""The lane scheduler against a model that keeps a plain list a key."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from muniment_kit.lanes import ONE, Batch, BatchBounds, Bounds, Lanes, PartitionLanes
from muniment_kit.records import TopicPartition

BOUNDS = Bounds(records=12, size_bytes=60, partition_records=7, partition_bytes=35, resume_share=0.5)
BATCHES = BatchBounds(records=3, size_bytes=10)
KEYS = ["a", "b", "c"]


@dataclass(frozen=True, slots=True)
class Item:
    number: int
    size_bytes: int


class LanesAgainstModel(RuleBasedStateMachine):
    """Partition 0 hands out single items, partition 1 batches."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes: Lanes[Item] = Lanes(BOUNDS)
        self.homes: dict[int, PartitionLanes[Item]] = {}
        self.waiting: dict[tuple[int, str], list[Item]] = {}
        self.running: list[Batch[Item]] = []
        self.held: list[Batch[Item]] = []
        self.released: list[Batch[Item]] = []
        self.orphans: list[Batch[Item]] = []  # in hand while their partition was closed
        self.alone: dict[tuple[int, str], int] = {}
        self.paused: set[TopicPartition] = set()
        self.count = 0
        for number in (0, 1):
            self.open(number)

    def open(self, number: int) -> None:
        home = PartitionLanes[Item](TopicPartition("t", number), BATCHES if number else ONE)
        self.homes[number] = home
        self.lanes.open(home)

    def key_of(self, batch: Batch[Item]) -> tuple[int, str]:
        return batch.partition.partition, str(batch.lane.key)

    @rule(number=st.sampled_from([0, 1]), key=st.sampled_from(KEYS), size=st.integers(1, 12))
    def add(self, number: int, key: str, size: int) -> None:
        item = Item(self.count, size)
        self.count += 1
        self.lanes.add(self.homes[number], key, item)
        self.waiting.setdefault((number, key), []).append(item)

    @rule()
    def take(self) -> None:
        batch = self.lanes.take()
        busy = {self.key_of(other) for other in self.running}
        free = {key for key, items in self.waiting.items() if items} - busy
        free -= {self.key_of(other) for other in self.held if other in self.sleeping}
        if batch is None:
            assert not free
            return
        key = self.key_of(batch)
        assert key in free
        assert batch.items == self.waiting[key][: len(batch.items)], "the oldest of its key, in order"
        if batch in self.held:
            self.held.remove(batch)
        elif key[0] == 0 or self.alone.get(key, 0):
            assert len(batch.items) == 1
            self.alone[key] = max(0, self.alone.get(key, 0) - 1)
        else:
            assert len(batch.items) == self.full_batch(self.waiting[key])
        self.running.append(batch)

    def full_batch(self, items: list[Item]) -> int:
        """How many of ``items`` a batch must have: as many as fit, at least one."""
        count, size = 1, items[0].size_bytes
        while count < min(len(items), BATCHES.records):
            size += items[count].size_bytes
            if size > BATCHES.size_bytes:
                break
            count += 1
        return count

    @property
    def sleeping(self) -> list[Batch[Item]]:
        return [batch for batch in self.held if batch not in self.released]

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(self.running))
        self.running.remove(batch)
        self.lanes.finish(batch)
        del self.waiting[self.key_of(batch)][: len(batch.items)]

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(self.running))
        self.running.remove(batch)
        self.lanes.hold(batch)
        self.held.append(batch)
        self.released = [other for other in self.released if other is not batch]

    @precondition(lambda self: self.sleeping)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(self.sleeping))
        self.lanes.release(batch)
        self.released = [*self.released, batch]

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(self.running))
        self.running.remove(batch)
        self.lanes.split(batch)
        key = self.key_of(batch)
        self.alone[key] = self.alone.get(key, 0) + len(batch.items)

    @rule(number=st.sampled_from([0, 1]))
    def close_and_open_anew(self, number: int) -> None:
        home = self.homes[number]
        self.lanes.close(home)
        self.lanes.close(home)  # a second time changes nothing
        self.orphans += [batch for batch in self.running if batch.lane.home is home]
        for batches in (self.running, self.held):
            batches[:] = [batch for batch in batches if batch.lane.home is not home]
        for key in KEYS:
            self.waiting.pop((number, key), None)
            self.alone.pop((number, key), None)
        self.paused.discard(home.partition)
        self.open(number)

    @precondition(lambda self: self.orphans)
    @rule(how=st.sampled_from(["finish", "hold", "split"]))
    def end_what_nobody_waits_for(self, how: str) -> None:
        batch = self.orphans.pop()
        getattr(self.lanes, how)(batch)
        self.lanes.release(batch)

    @rule()
    def pause_and_resume(self) -> None:
        records, size = self.total()
        newly = self.lanes.to_pause()
        for id in newly:
            here_records, here_size = self.total(id.partition)
            assert (
                records >= BOUNDS.records
                or size >= BOUNDS.size_bytes
                or here_records >= BOUNDS.partition_records
                or here_size >= BOUNDS.partition_bytes
            )
        assert not self.paused & set(newly)
        self.paused.update(newly)
        again = self.lanes.to_resume()
        self.paused.difference_update(again)
        for id in again:
            here_records, here_size = self.total(id.partition)
            assert here_records <= BOUNDS.partition_records / 2
            assert here_size <= BOUNDS.partition_bytes / 2
        if records == 0:
            assert not self.paused, "with nothing in memory nothing is paused"
        assert set(self.lanes.paused) == self.paused

    def total(self, number: int | None = None) -> tuple[int, int]:
        items = [
            item
            for (partition, _), waiting in self.waiting.items()
            if number is None or partition == number
            for item in waiting
        ]
        return len(items), sum(item.size_bytes for item in items)

    @invariant()
    def counts_what_is_in_memory(self) -> None:
        assert (self.lanes.records, self.lanes.size_bytes) == self.total()
        for number, home in self.homes.items():
            assert (home.records, home.size_bytes) == self.total(number)

    @invariant()
    def never_runs_a_key_twice_at_once(self) -> None:
        keys = [self.key_of(batch) for batch in self.running]
        assert len(keys) == len(set(keys))
        for number, home in self.homes.items():
            assert home.running == sum(key[0] == number for key in keys)


TestLanesAgainstModel = LanesAgainstModel.TestCase


def test_lanes_take_turns_in_the_order_they_became_ready() -> None:
    lanes: Lanes[Item] = Lanes(BOUNDS)
    home = PartitionLanes[Item](TopicPartition("t", 0))
    lanes.open(home)
    for number, key in enumerate(["a", "a", "b", "c"]):
        lanes.add(home, key, Item(number, 1))
    order = []
    while (batch := lanes.take()) is not None:
        order.append(batch.items[0].number)
        lanes.finish(batch)
    assert order == [0, 2, 3, 1]


def test_finished_keys_leave_nothing_behind() -> None:
    lanes: Lanes[Item] = Lanes(BOUNDS)
    home = PartitionLanes[Item](TopicPartition("t", 0))
    lanes.open(home)
    for number in range(1000):
        lanes.add(home, f"key-{number}", Item(number, 1))
        batch = lanes.take()
        assert batch is not None
        lanes.finish(batch)
    assert home.lanes == {}
    assert (lanes.records, lanes.size_bytes, lanes.ready) == (0, 0, 0)
