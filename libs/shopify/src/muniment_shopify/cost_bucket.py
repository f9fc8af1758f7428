"""The points a shop grants: asked before a query is sent, corrected by every answer.

https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass

from muniment_kit.clock import Clock

_MAXIMUM = 1000.0
_RESTORE_RATE = 50.0
"""The smallest bucket Shopify ever had; the first answer corrects it."""


@dataclass(frozen=True, slots=True)
class ThrottleStatus:
    """What an answer says of the bucket, in points and points a second."""

    maximum: float
    available: float
    restore_rate: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What one query cost: points asked for, points used (``None`` when it was not run), and the bucket after
    it.
    """

    requested: float
    actual: float | None
    throttle: ThrottleStatus


@dataclass(frozen=True, slots=True)
class Reservation:
    """Points set aside for one query. Wait ``wait_s`` seconds, send, then settle it."""

    points: float
    wait_s: float


class CostBucket:
    """One shop's leaky bucket, shared by every query of the process. Pure but for the clock it asks.

    A reservation may go into debt: it then tells how long to wait until the debt is restored, so that waiting
    queries are served in the order they came and never all at once.
    """

    def __init__(
        self, clock: Clock, *, maximum: float = _MAXIMUM, restore_rate: float = _RESTORE_RATE
    ) -> None:
        self._clock = clock
        self._maximum = maximum
        self._rate = restore_rate
        self._available = maximum
        self._as_of = clock.monotonic()
        self._set_aside = 0.0

    @property
    def maximum(self) -> float:
        """Return how many points the full bucket holds."""
        return self._maximum

    @property
    def available(self) -> float:
        """Return the points free now; below 0 when queries already wait."""
        self._restore()
        return self._available

    def reserve(self, points: float, *, max_wait_s: float) -> Reservation | float:
        """Set ``points`` aside, or return the seconds it would take when that is more than ``max_wait_s``.

        A query dearer than the whole bucket is let through when the bucket is full; Shopify will judge it.
        """
        points = min(points, self._maximum)
        self._restore()
        wait_s = max(0.0, points - self._available) / self._rate
        if wait_s > max_wait_s:
            return wait_s
        self._available -= points
        self._set_aside += points
        return Reservation(points, wait_s)

    def settle(self, reservation: Reservation, throttle: ThrottleStatus | None) -> None:
        """End a reservation, with what the answer says of the bucket, or ``None`` when there was no answer.

        What other queries have set aside is not yet in Shopify's number, or may not be: it stays subtracted.
        """
        self._restore()
        self._set_aside = max(0.0, self._set_aside - reservation.points)
        if throttle is None:
            return
        self._maximum = throttle.maximum
        self._rate = throttle.restore_rate
        self._available = min(throttle.available, throttle.maximum) - self._set_aside

    def _restore(self) -> None:
        now = self._clock.monotonic()
        self._available = min(self._maximum, self._available + (now - self._as_of) * self._rate)
        self._as_of = now
