"""When to stop calling a peer that keeps failing: closed → open → half-open → closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from muniment_kit.clock import Clock


class State(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one call. Hand it back with how the call ended."""

    generation: int


class Breaker:
    """Opens after ``failures`` failures in a row; lets one probe through after ``open_s`` seconds.

    A probe that succeeds closes it; one that fails opens it for twice as long, up to ``open_cap_s``. What a
    call says that was admitted before the last change of state is ignored. Pure but for the clock it asks.
    """

    def __init__(
        self,
        *,
        failures: int,
        open_s: float,
        open_cap_s: float,
        clock: Clock,
        on_change: Callable[[State], None] = lambda _: None,
    ) -> None:
        if failures < 1 or not 0 < open_s <= open_cap_s:
            raise ValueError("A breaker needs failures >= 1 and 0 < open_s <= open_cap_s.")
        self._failures = failures
        self._open_s = open_s
        self._open_cap_s = open_cap_s
        self._clock = clock
        self._on_change = on_change
        self._state = State.CLOSED
        self._generation = 0
        self._in_a_row = 0
        self._openings = 0
        self._open_until = 0.0

    @property
    def state(self) -> State:
        """Return the state as of the last call."""
        return self._state

    def admit(self) -> Permit | float:
        """Return a permit, or the seconds to wait before asking again."""
        if self._state is State.CLOSED:
            return Permit(self._generation)
        remaining = self._open_until - self._clock.monotonic()
        if remaining > 0:
            return min(remaining, self._open_cap_s)  # the difference of two floats may be a hair more
        if self._state is State.HALF_OPEN:
            return self._open_s  # one probe at a time: this one waits for what the probe finds
        self._become(State.HALF_OPEN)
        return Permit(self._generation)

    def succeeded(self, permit: Permit) -> None:
        """The call of ``permit`` was answered by a working peer."""
        if permit.generation != self._generation:
            return
        self._in_a_row = 0
        if self._state is State.HALF_OPEN:
            self._openings = 0
            self._become(State.CLOSED)

    def failed(self, permit: Permit) -> None:
        """The call of ``permit`` found the peer not working."""
        if permit.generation != self._generation:
            return
        self._in_a_row += 1
        if self._state is State.HALF_OPEN or self._in_a_row >= self._failures:
            self._open()

    def abandoned(self, permit: Permit) -> None:
        """The call of ``permit`` was given up and says nothing; a probe's place becomes free."""
        if permit.generation == self._generation and self._state is State.HALF_OPEN:
            self._become(State.OPEN)

    def _open(self) -> None:
        pause_s = min(self._open_cap_s, self._open_s * 2.0 ** min(self._openings, 64))
        self._open_until = self._clock.monotonic() + pause_s
        self._openings += 1
        self._in_a_row = 0
        self._become(State.OPEN)

    def _become(self, state: State) -> None:
        self._state = state
        self._generation += 1
        self._on_change(state)
