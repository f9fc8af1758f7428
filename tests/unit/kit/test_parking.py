"""One partition and its retry partition, in every order of happenings, against what must always hold.

The machine plays the worker, the two logs, crashes and late writes by a former owner around the real
``ParkedKeys`` and ``OffsetTracker``. It holds that nothing is committed past what is unfinished, that a key's
records are dealt with in their order, that no key is worked on in two places, and that nothing is forgotten.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from muniment_kit.offsets import OffsetTracker
from muniment_kit.parking import ParkedKeys

KEYS = ["a", "b", "c"]
LIMIT = 2


@dataclass
class Life:
    """What one assignment knows: gone with a crash or a revocation."""

    parked: ParkedKeys
    source_at: int
    retry_at: int
    offsets: OffsetTracker = field(default_factory=OffsetTracker)
    retry_offsets: OffsetTracker = field(default_factory=OffsetTracker)
    lanes: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    retry_lanes: dict[str, deque[tuple[int, int]]] = field(default_factory=lambda: defaultdict(deque))
    writing: dict[str, int] = field(default_factory=dict)  # a key's record on its way to the retry topic


class OnePartition(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.source: list[str] = []  # the key of each offset
        self.retry: list[tuple[str, int]] = []  # key and origin
        self.committed = 0
        self.retry_committed = 0
        self.handled: dict[str, list[int]] = defaultdict(list)  # in the order of being dealt with
        self.late: list[tuple[str, int]] = []  # writes of former owners that may still arrive
        self.life = self.begin()

    def begin(self) -> Life:
        """A new assignment: learn what lies in the retry partition, then read both from the commits."""
        life = Life(ParkedKeys(LIMIT), self.committed, self.retry_committed)
        for offset in range(self.retry_committed, len(self.retry)):
            key, origin = self.retry[offset]
            life.parked.learn(key, origin)
        return life

    @rule(key=st.sampled_from(KEYS))
    def arrive(self, key: str) -> None:
        self.source.append(key)

    @rule(keys=st.lists(st.sampled_from(KEYS), max_size=6))
    def arrive_and_be_polled(self, keys: list[str]) -> None:
        self.source += keys
        while self.life.source_at < len(self.source):
            self.poll_source()

    @precondition(lambda self: self.life.source_at < len(self.source))
    @rule()
    def poll_source(self) -> None:
        life = self.life
        offset = life.source_at
        life.source_at += 1
        life.offsets.receive(offset)
        life.lanes[self.source[offset]].append(offset)

    @precondition(lambda self: self.life.retry_at < len(self.retry))
    @rule()
    def poll_retry(self) -> None:
        life = self.life
        offset = life.retry_at
        life.retry_at += 1
        key, origin = self.retry[offset]
        life.retry_offsets.receive(offset)
        if life.parked.comes_back(key, origin):
            life.retry_lanes[key].append((offset, origin))
        else:
            life.retry_offsets.finish(offset)

    @rule(key=st.sampled_from(KEYS), is_committed=st.booleans())
    def get_stuck(self, key: str, is_committed: bool) -> None:
        """A record arrives and is parked, with whatever waits before it."""
        self.arrive_and_be_polled([key])
        for _ in range(len(self.life.lanes[key])):
            self.work_on_source(key, True)
            self.arrive_in_retry_topic(key)
        self.commit(is_committed)

    @precondition(lambda self: any(self.life.lanes.values()))
    @rule(data=st.data(), is_stuck=st.booleans())
    def work(self, data: st.DataObject, is_stuck: bool) -> None:
        keys = [key for key in KEYS if self.life.lanes[key]]
        self.work_on_source(data.draw(st.sampled_from(keys)), is_stuck)

    def work_on_source(self, key: str, is_stuck: bool) -> None:
        """The head of a lane is handled, parked, or follows others of its key."""
        life = self.life
        if not life.lanes[key] or key in life.writing:
            return
        offset = life.lanes[key][0]
        if key in life.parked or (is_stuck and life.parked.has_room):
            if life.parked.park(key, offset):
                life.writing[key] = offset
                return
        elif is_stuck:
            return  # no room: it stays at the head of its lane
        else:
            assert not life.retry_lanes[key], "a free key has nothing parked"
            self.handled[key].append(offset)
        life.lanes[key].popleft()
        life.offsets.finish(offset)

    @precondition(lambda self: self.life.writing)
    @rule(data=st.data(), is_acknowledged=st.booleans())
    def write(self, data: st.DataObject, is_acknowledged: bool) -> None:
        """The record arrives in the retry topic; without an acknowledgement it will be written once more."""
        key = data.draw(st.sampled_from(sorted(self.life.writing)))
        if is_acknowledged:
            self.arrive_in_retry_topic(key)
        else:
            self.retry.append((key, self.life.writing[key]))

    def arrive_in_retry_topic(self, key: str) -> None:
        """What of ``key`` is on its way is written and acknowledged."""
        if key in self.life.writing:
            offset = self.life.writing.pop(key)
            self.retry.append((key, offset))
            self.life.lanes[key].popleft()
            self.life.offsets.finish(offset)

    @precondition(lambda self: any(self.life.retry_lanes.values()))
    @rule(data=st.data())
    def work_in_retry(self, data: st.DataObject) -> None:
        self.work_on_parked(data.draw(st.sampled_from([key for key in KEYS if self.life.retry_lanes[key]])))

    def work_on_parked(self, key: str) -> None:
        life = self.life
        if not life.retry_lanes[key]:
            return
        offset, origin = life.retry_lanes[key].popleft()
        self.handled[key].append(origin)
        life.retry_offsets.finish(offset)
        life.parked.finished(key, 1)

    @precondition(lambda self: self.life.retry_at < len(self.retry))
    @rule()
    def poll_all_of_retry(self) -> None:
        while self.life.retry_at < len(self.retry):
            self.poll_retry()

    @rule(both=st.booleans())
    def commit(self, both: bool) -> None:
        if (place := self.life.retry_offsets.committable) is not None:
            self.retry_committed = place
            self.life.retry_offsets.acknowledge(place)
        if both and (place := self.life.offsets.committable) is not None:
            self.committed = place
            self.life.offsets.acknowledge(place)

    @rule(is_late=st.booleans())
    def end_life(self, is_late: bool) -> None:
        """A crash or a revocation; what was on its way to the retry topic is lost, or arrives later."""
        if is_late:
            self.late += sorted(self.life.writing.items())
        self.life = self.begin()

    @precondition(lambda self: self.late)
    @rule()
    def late_write(self) -> None:
        self.retry.append(self.late.pop(0))

    @invariant()
    def nothing_unfinished_is_committed(self) -> None:
        dealt_with = {offset for offsets in self.handled.values() for offset in offsets}
        waiting = {origin for _, origin in self.retry[self.retry_committed :]}
        assert set(range(self.committed)) <= dealt_with | waiting

    @invariant()
    def each_key_is_dealt_with_in_order_but_for_repeats(self) -> None:
        for offsets in self.handled.values():
            firsts = list(dict.fromkeys(offsets))
            assert firsts == sorted(firsts)

    @invariant()
    def no_key_is_worked_on_twice_at_once(self) -> None:
        for key in KEYS:
            if self.life.retry_lanes[key]:
                assert key in self.life.parked

    @invariant()
    def memory_is_bounded(self) -> None:
        assert len(self.life.parked) <= len(KEYS)

    def teardown(self) -> None:
        """When nothing goes wrong any more, everything is dealt with, committed, and every key is free."""
        self.late.clear()
        self.life = self.begin()
        for _ in range(4 * (len(self.source) + len(self.retry)) + 8):
            while self.life.source_at < len(self.source):
                self.poll_source()
            while self.life.retry_at < len(self.retry):
                self.poll_retry()
            for key in KEYS:
                self.work_on_source(key, False)
                self.arrive_in_retry_topic(key)
                self.work_on_parked(key)
        self.commit(True)
        self.each_key_is_dealt_with_in_order_but_for_repeats()
        assert sorted({offset for offsets in self.handled.values() for offset in offsets}) == list(
            range(len(self.source))
        )
        assert (self.committed, self.retry_committed) == (len(self.source), len(self.retry))
        assert len(self.life.parked) == 0


TestOnePartition = OnePartition.TestCase
TestOnePartition.settings = settings(max_examples=60, stateful_step_count=40)
