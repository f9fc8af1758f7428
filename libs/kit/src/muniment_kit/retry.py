"""Whether and when a record that was not handled is tried again. Pure: time comes in as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from muniment_kit.backoff import Backoff
from muniment_kit.settings import KitSettings


@dataclass(frozen=True, slots=True)
class Again:
    """Try again in ``delay_s``. Overdue means that the lane's budget is spent."""

    delay_s: float
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Backoff within the lane's budget, longer waits past it, and an end at ``total_s``."""

    backoff: Backoff
    overdue_backoff: Backoff
    lane_budget_s: float
    total_s: float

    @classmethod
    def of(cls, settings: KitSettings) -> RetryPolicy:
        """Return the policy that ``settings`` describe."""
        return cls(
            Backoff(settings.retry_base_s, settings.retry_cap_s),
            Backoff(settings.retry_base_s, settings.retry_overdue_cap_s),
            settings.retry_lane_budget_s,
            settings.retry_total_s,
        )

    def pause(self, attempts: int, random: Random) -> float:
        """Return the wait before a parked record is tried again that was tried ``attempts`` times before."""
        return self.overdue_backoff.delay(attempts, random)

    def next(self, *, attempt: int, elapsed_s: float, after_s: float | None, random: Random) -> Again | None:
        """Say what follows failed ``attempt`` (from 1), ``elapsed_s`` after the first; ``None`` is the end.

        The peer's own wish ``after_s`` is a lower bound of the delay. The last attempt falls on the end.
        """
        left_s = self.total_s - elapsed_s
        if left_s <= 0:
            return None
        is_overdue = elapsed_s >= self.lane_budget_s
        backoff = self.overdue_backoff if is_overdue else self.backoff
        delay_s = max(backoff.delay(attempt, random), after_s or 0.0)
        return Again(min(delay_s, left_s), is_overdue)
