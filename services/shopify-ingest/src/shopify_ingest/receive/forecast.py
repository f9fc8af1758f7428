"""Whether a hook published now would be acknowledged in time: pure, from what happened to those before it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

_WINDOW_S = 2.0
_WINDOWS_PARTS = 20
_MARGIN = 0.8
_LEAST_S = 0.1


@dataclass(slots=True)
class Forecast:
    """Counts what is under way and how fast it was acknowledged lately (Little's law).

    One that would take longer than ``within_s`` is better refused at once: its sender is told so in a
    millisecond, and those under way are not slowed down further. One is always let through, to find out.
    """

    within_s: float
    under_way: int = 0
    _busy_since_s: float = 0.0
    _last_s: float = 0.0
    _acknowledged: deque[tuple[float, int]] = field(default_factory=deque)
    _is_away: bool = False

    def sent(self, count: int, now_s: float) -> None:
        """So many were handed to Kafka."""
        if self.under_way == 0:
            self._busy_since_s = now_s
            self._acknowledged.clear()
        self.under_way += count

    def acknowledged(self, count: int, now_s: float) -> None:
        """Kafka acknowledged so many."""
        self.under_way -= count
        self._is_away = False
        self._last_s = now_s
        part_s = _WINDOW_S / _WINDOWS_PARTS
        if self._acknowledged and now_s - self._acknowledged[-1][0] < part_s:
            began_s, so_far = self._acknowledged[-1]
            self._acknowledged[-1] = (began_s, so_far + count)
        else:
            self._acknowledged.append((now_s, count))

    def given_up(self, count: int) -> None:
        """So many were not acknowledged, or not in time."""
        self.under_way -= count
        self._is_away = True

    def is_late(self, now_s: float) -> bool:
        """Say whether one more would probably not be acknowledged within the time."""
        if self.under_way == 0:
            return False
        if self._is_away:
            return True
        quiet_s = now_s - max(self._last_s, self._busy_since_s)
        return quiet_s > self.within_s / 2 or self._expected_s(now_s) > self.within_s * _MARGIN

    def _expected_s(self, now_s: float) -> float:
        began_s = max(self._busy_since_s, now_s - _WINDOW_S)
        while self._acknowledged and self._acknowledged[0][0] < began_s - _WINDOW_S / _WINDOWS_PARTS:
            self._acknowledged.popleft()
        elapsed_s = now_s - began_s
        count = sum(count for _, count in self._acknowledged)
        if elapsed_s < _LEAST_S or count == 0:
            return 0.0
        return self.under_way * elapsed_s / count
