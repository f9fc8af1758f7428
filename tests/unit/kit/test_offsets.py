"""The offset tracker against the simplest model: a list of received offsets and a set of finished ones."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from muniment_kit.offsets import OffsetTracker


class OffsetsAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.tracker = OffsetTracker()
        self.received: list[int] = []
        self.finished: set[int] = set()
        self.acknowledged: int | None = None

    def prefix(self) -> int | None:
        """The offset after the longest prefix of received offsets that are all finished."""
        position = None
        for offset in self.received:
            if offset not in self.finished:
                break
            position = offset + 1
        return position

    @rule(gap=st.integers(0, 3))
    def receive(self, gap: int) -> None:
        offset = (self.received[-1] + 1 if self.received else 0) + gap
        self.tracker.receive(offset, timestamp_ms=offset * 10)
        self.received.append(offset)

    @precondition(lambda self: set(self.received) - self.finished)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        offset = data.draw(st.sampled_from(sorted(set(self.received) - self.finished)))
        self.tracker.finish(offset)
        self.finished.add(offset)

    @rule()
    def commit(self) -> None:
        if (offset := self.tracker.committable) is not None:
            self.tracker.acknowledge(offset)
            self.acknowledged = offset

    @invariant()
    def commits_exactly_the_finished_prefix(self) -> None:
        expected = self.prefix()
        assert self.tracker.committable == (None if expected == self.acknowledged else expected)

    @invariant()
    def knows_what_is_unfinished(self) -> None:
        unfinished = [offset for offset in self.received if offset not in self.finished]
        assert self.tracker.unfinished == len(unfinished)
        assert self.tracker.oldest_timestamp_ms == (unfinished[0] * 10 if unfinished else None)


TestOffsetsAgainstModel = OffsetsAgainstModel.TestCase


def test_an_offset_received_twice_is_refused() -> None:
    tracker = OffsetTracker()
    tracker.receive(5)
    with pytest.raises(ValueError, match="Offset 5 was received after a later one"):
        tracker.receive(5)
    tracker.finish(5)
    with pytest.raises(ValueError, match="Offset 4"):
        tracker.receive(4)


def test_a_commit_that_was_not_acknowledged_is_offered_again_and_grows() -> None:
    tracker = OffsetTracker()
    for offset in (0, 1):
        tracker.receive(offset)
    tracker.finish(0)
    assert tracker.committable == 1
    assert tracker.committable == 1
    tracker.finish(1)
    tracker.acknowledge(1)
    assert tracker.committable == 2
