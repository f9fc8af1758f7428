"""The breaker as a state machine: what it admits, and what it learns from."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from muniment_kit.breaker import Breaker, Permit, State
from muniment_kit.clock import Clock
from muniment_kit.testing import ManualClock

FAILURES = 3
OPEN_S = 5.0
CAP_S = 20.0


def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=FAILURES, open_s=OPEN_S, open_cap_s=CAP_S, clock=clock)


def state_of(subject: Breaker) -> State:
    return subject.state


def admitted(subject: Breaker) -> Permit:
    permit = subject.admit()
    assert isinstance(permit, Permit)
    return permit


def opened(clock: ManualClock) -> Breaker:
    subject = breaker(clock)
    for _ in range(FAILURES):
        subject.failed(admitted(subject))
    assert state_of(subject) is State.OPEN
    return subject


def test_failures_in_a_row_open_it_and_a_success_between_starts_the_count_again() -> None:
    subject = breaker(ManualClock())
    for _ in range(FAILURES - 1):
        subject.failed(admitted(subject))
    subject.succeeded(admitted(subject))
    for _ in range(FAILURES - 1):
        subject.failed(admitted(subject))
    assert state_of(subject) is State.CLOSED
    subject.failed(admitted(subject))
    assert state_of(subject) is State.OPEN


async def test_an_open_one_says_how_long_to_wait_then_lets_one_probe_through() -> None:
    clock = ManualClock()
    subject = opened(clock)
    await clock.advance(2.0)
    assert subject.admit() == OPEN_S - 2.0
    await clock.advance(OPEN_S - 2.0)
    probe = admitted(subject)
    assert subject.admit() == OPEN_S  # the second waits for what the probe finds
    subject.succeeded(probe)
    assert state_of(subject) is State.CLOSED


async def test_a_failed_probe_opens_it_for_twice_as_long_up_to_the_cap() -> None:
    clock = ManualClock()
    subject = opened(clock)
    for expected in (10.0, 20.0, 20.0):
        wait = subject.admit()
        assert isinstance(wait, float)
        await clock.advance(wait)
        subject.failed(admitted(subject))
        assert subject.admit() == expected


async def test_an_abandoned_probe_frees_its_place() -> None:
    clock = ManualClock()
    subject = opened(clock)
    await clock.advance(OPEN_S)
    subject.abandoned(admitted(subject))
    assert isinstance(subject.admit(), Permit)


async def test_a_call_from_before_the_opening_changes_nothing_when_it_ends_late() -> None:
    clock = ManualClock()
    subject = breaker(clock)
    late = admitted(subject)
    for _ in range(FAILURES):
        subject.failed(admitted(subject))
    await clock.advance(OPEN_S)
    probe = admitted(subject)
    subject.failed(late)
    subject.succeeded(late)
    assert state_of(subject) is State.HALF_OPEN
    subject.succeeded(probe)
    assert state_of(subject) is State.CLOSED


def test_every_change_of_state_is_told() -> None:
    told: list[State] = []
    clock = ManualClock()
    subject = Breaker(failures=1, open_s=1, open_cap_s=1, clock=clock, on_change=told.append)
    subject.failed(admitted(subject))
    asyncio.run(clock.advance(1.0))
    subject.succeeded(admitted(subject))
    assert told == [State.OPEN, State.HALF_OPEN, State.CLOSED]


def test_the_wait_is_never_more_than_the_cap_whatever_the_clock_shows() -> None:
    clock = SetClock()
    clock.at = 58.888704492542466  # at + 20.0 - at is more than 20.0 here
    subject = Breaker(failures=1, open_s=20.0, open_cap_s=20.0, clock=clock)
    subject.failed(admitted(subject))
    assert subject.admit() == 20.0


class SetClock:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=self.at)

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


class BreakerMachine(RuleBasedStateMachine):
    """Any interleaving of calls, ends and time: at most one probe, never shut for longer than the cap."""

    permits: Bundle[Permit] = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.clock = SetClock()
        self.subject = breaker(self.clock)
        self.probes = 0

    @rule(target=permits)
    def call(self) -> Permit | MultipleResults[Permit]:
        before = self.subject.state
        answer = self.subject.admit()
        if not isinstance(answer, Permit):
            assert 0 < answer <= CAP_S
            assert before is not State.CLOSED
            return multiple()
        if self.subject.state is State.HALF_OPEN:
            self.probes += 1
            assert before is State.OPEN
        return answer

    @rule(permit=consumes(permits), how=st.sampled_from(["succeeded", "failed", "abandoned"]))
    def end(self, permit: Permit, how: str) -> None:
        was_probing = self.subject.state is State.HALF_OPEN
        getattr(self.subject, how)(permit)
        if was_probing and self.subject.state is not State.HALF_OPEN:
            self.probes -= 1

    @rule(seconds=st.floats(0, 30))
    def time_passes(self, seconds: float) -> None:
        self.clock.at += seconds

    @invariant()
    def at_most_one_probe(self) -> None:
        assert self.probes == (1 if self.subject.state is State.HALF_OPEN else 0)


TestBreakerMachine = BreakerMachine.TestCase
