"""What will happen in the shop later by itself: routing, asynchronous cancellations, payments falling due."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count


@dataclass(order=True)
class _Appointment:
    due_at: datetime
    place: int
    act: Callable[[], object] = field(compare=False)


class Agenda:
    """Acts with the moment they are due; equal moments keep their order."""

    def __init__(self) -> None:
        self._appointments: list[_Appointment] = []
        self._places = count()

    def __len__(self) -> int:
        return len(self._appointments)

    def add(self, due_at: datetime, act: Callable[[], object]) -> None:
        """Note that ``act`` is to be called once ``due_at`` has come."""
        heapq.heappush(self._appointments, _Appointment(due_at, next(self._places), act))

    def keep(self, now: datetime) -> int:
        """Call everything due by ``now``, also what becomes due by it; return how many were called."""
        called = 0
        while self._appointments and self._appointments[0].due_at <= now:
            heapq.heappop(self._appointments).act()
            called += 1
        return called
