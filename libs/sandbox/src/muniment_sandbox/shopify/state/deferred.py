"""What will happen in the shop later by itself: routing, asynchronous cancellations, payments falling due."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    """``act(*arguments)`` is to be called once ``due_at`` has come. ``act`` is a function of a module of the
    state: by that name a data file knows it.
    """

    due_at: datetime
    place: int
    act: Callable[..., object]
    arguments: tuple[object, ...] = ()


class Agenda:
    """Appointments by the moment they are due; equal moments keep their order.

    ``appointments`` are those still to come, by place. The agenda adds to it and takes from it.
    """

    def __init__(self, appointments: dict[int, Appointment]) -> None:
        self._appointments = appointments
        self._due = [(each.due_at, place) for place, each in appointments.items()]
        heapq.heapify(self._due)
        self._last = max(appointments, default=0)

    def __len__(self) -> int:
        return len(self._due)

    def add(self, due_at: datetime, act: Callable[..., object], *arguments: object) -> None:
        """Note that ``act(*arguments)`` is to be called once ``due_at`` has come."""
        self._last += 1
        self._appointments[self._last] = Appointment(due_at, self._last, act, arguments)
        heapq.heappush(self._due, (due_at, self._last))

    def keep(self, now: datetime) -> int:
        """Call everything due by ``now``, also what becomes due by it; return how many were called."""
        called = 0
        while self._due and self._due[0][0] <= now:
            appointment = self._appointments.pop(heapq.heappop(self._due)[1])
            appointment.act(*appointment.arguments)
            called += 1
        return called
