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


class CostBucket:
    """One shop's leaky bucket as far as we know it. Pure but for the clock it asks.

    Points are taken before a query is sent, at the price it asks for, and given up when it is answered: the
    answer says what is really left. What other queries have taken is not in that number, or may not be: it
    stays subtracted. Between answers the bucket is taken to fill, as if nobody else spent: the longer the
    silence, the less that is worth.
    """

    def __init__(
        self, clock: Clock, *, maximum: float = _MAXIMUM, restore_rate: float = _RESTORE_RATE
    ) -> None:
        self._clock = clock
        self._maximum = maximum
        self._rate = restore_rate
        self._available = maximum
        self._as_of = clock.monotonic()
        self._heard_at = float("-inf")
        self._taken = 0.0

    @property
    def maximum(self) -> float:
        """Return how many points the full bucket holds."""
        return self._maximum

    @property
    def restore_rate(self) -> float:
        """Return how many points come back a second."""
        return self._rate

    @property
    def available(self) -> float:
        """Return the points free now."""
        self._restore()
        return self._available

    @property
    def taken(self) -> float:
        """Return the points of queries that are under way."""
        return self._taken

    @property
    def silence_s(self) -> float:
        """Return for how long no answer has told what is left; infinite before the first."""
        return self._clock.monotonic() - self._heard_at

    def wait_s(self, points: float, reserve: float = 0.0) -> float:
        """Return in how many seconds ``points`` will be there, 0 if they are, unless an answer brings them
        sooner.

        ``reserve`` is the share of the full bucket that must be left after them. Who asks for more than the
        whole bucket waits for a full one; Shopify will judge it.
        """
        self._restore()
        needed = min(points + reserve * self._maximum, self._maximum)
        return max(0.0, needed - self._available) / self._rate

    def take(self, points: float) -> float:
        """Take ``points`` for a query that is sent now and return how many were taken; hand them to
        ``settle``, or to ``put_back`` when it is not sent after all.
        """
        points = min(points, self._maximum)
        self._restore()
        self._available -= points
        self._taken += points
        return points

    def put_back(self, taken: float) -> None:
        """Give back the points of a query that was not sent."""
        self._restore()
        self._taken = max(0.0, self._taken - taken)
        self._available = min(self._maximum, self._available + taken)

    def settle(self, taken: float, throttle: ThrottleStatus | None) -> None:
        """End a query, with what its answer says of the bucket, or ``None`` when there was no answer."""
        self._restore()
        self._taken = max(0.0, self._taken - taken)
        if throttle is not None:
            self.hear(throttle)

    def hear(self, throttle: ThrottleStatus | None) -> None:
        """Take in what an answer says of the bucket; ``None`` for one that was asked and did not say."""
        self._restore()
        self._heard_at = self._as_of
        if throttle is None:
            return
        self._maximum = throttle.maximum
        self._rate = throttle.restore_rate
        self._available = min(throttle.available, throttle.maximum) - self._taken

    def _restore(self) -> None:
        now = self._clock.monotonic()
        self._available = min(self._maximum, self._available + (now - self._as_of) * self._rate)
        self._as_of = now
