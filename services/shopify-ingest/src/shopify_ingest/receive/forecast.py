"""Whether a hook published now would be acknowledged in time: pure, from what happened to those before it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

_WINDOW_S = 2.0
_PARTS = 20
_MARGIN = 0.8
_TELLING = 3
"""So many acknowledgements tell how fast Kafka is; the first ones after a rest are slow."""


@dataclass(slots=True)
class Forecast:
    """Counts what is under way and how fast it was acknowledged lately (Little's law).

    One that would take longer than ``within_s`` is better refused at once: its sender is told so in a
    millisecond, and those under way are not slowed down further. One is always let through, to find out.
    """

    within_s: float
    under_way: int = 0
    _sent: deque[tuple[float, int]] = field(default_factory=deque)
    _acknowledged: deque[tuple[float, int]] = field(default_factory=deque)
    _telling: int = 0
    _busy_since_s: float = 0.0
    _last_s: float = 0.0
    _is_away: bool = False

    def sent(self, count: int, now_s: float) -> None:
        """So many were handed to Kafka together."""
        if self.under_way == 0:
            self._busy_since_s = now_s
            self._telling = 0
            self._acknowledged.clear()
        self.under_way += count
        self._sent.append((now_s, count))

    def acknowledged(self, count: int, now_s: float) -> None:
        """Kafka acknowledged so many together."""
        self._over(count)
        self._is_away = False
        self._telling += 1
        self._last_s = now_s
        if self._acknowledged and now_s - self._acknowledged[-1][0] < _WINDOW_S / _PARTS:
            began_s, so_far = self._acknowledged[-1]
            self._acknowledged[-1] = (began_s, so_far + count)
        else:
            self._acknowledged.append((now_s, count))

    def given_up(self, count: int) -> None:
        """So many were not acknowledged, or not in time."""
        self._over(count)
        self._is_away = True

    def is_late(self, now_s: float) -> bool:
        """Say whether one more would probably not be acknowledged within the time."""
        if self.under_way == 0:
            return False
        if self._is_away:
            return True
        if now_s - max(self._last_s, self._busy_since_s) > self.within_s / 2:
            return True  # it stands still
        if self._telling < _TELLING or now_s - self._sent[0][0] < self.within_s / 20:
            return False
        return self._expected_s(now_s) > self.within_s * _MARGIN

    def _expected_s(self, now_s: float) -> float:
        began_s = max(self._busy_since_s, now_s - _WINDOW_S)
        while self._acknowledged and self._acknowledged[0][0] < began_s - _WINDOW_S / _PARTS:
            self._acknowledged.popleft()
        count = sum(count for _, count in self._acknowledged)
        return self.under_way * (now_s - began_s) / max(count, 1)

    def _over(self, count: int) -> None:
        """Take off the oldest: they are acknowledged in the order in which they were sent, or nearly."""
        self.under_way -= count
        while count and self._sent:
            sent_s, of_these = self._sent.popleft()
            if of_these > count:
                self._sent.appendleft((sent_s, of_these - count))
            count -= min(count, of_these)
