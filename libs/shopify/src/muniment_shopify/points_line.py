"""Who is next for the points of a shop. Pure."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from muniment_shopify.priority import TERMS, Priority


@dataclass(eq=False, slots=True)
class Place:
    """One query in the line. ``taken`` are the points it got; ``woken`` when it should look again."""

    points: float
    priority: Priority
    taken: float | None = None
    woken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a place stands: whether it is the very first, which share of the bucket it must leave now and at
    the least it will ever have to, and in how many seconds that changes (infinite when it is not in front).
    """

    is_first: bool
    reserve: float
    least_reserve: float
    promoted_in_s: float


class Line:
    """A line for each priority. Its head is promoted by one when none of them went out for their patience."""

    def __init__(self) -> None:
        self._lines: dict[Priority, deque[Place]] = {priority: deque() for priority in Priority}
        self._since: dict[Priority, float | None] = dict.fromkeys(Priority)

    def enter(self, points: float, priority: Priority, now: float) -> Place:
        """Stand at the end of the line of ``priority``."""
        place = Place(points, priority)
        self._lines[priority].append(place)
        if self._since[priority] is None:
            self._since[priority] = now
        return place

    def leave(self, place: Place) -> None:
        """Give up the place. How long its line has waited stays: who comes back goes on waiting."""
        self._lines[place.priority].remove(place)

    def serve(self, place: Place, now: float) -> None:
        """``place`` goes out."""
        line = self._lines[place.priority]
        line.remove(place)
        self._since[place.priority] = now if line else None

    def wake(self) -> None:
        """Something has changed: the head of each line looks again."""
        for line in self._lines.values():
            if line:
                line[0].woken.set()

    def first(self, now: float) -> tuple[Place, float] | None:
        """Return who is next, and the share of the bucket he must leave; ``None`` when nobody waits."""
        heads = [line[0] for line in self._lines.values() if line]
        if not heads:
            return None
        place = min(heads, key=lambda head: self._rank(head.priority, now))
        return place, self._reserve(place.priority, now)

    def standing(self, place: Place, now: float) -> Standing:
        """Say where ``place`` stands."""
        first = self.first(now)
        is_head = self._lines[place.priority][0] is place
        to_promotion_s = self._promoted_in_s(place.priority, now)
        return Standing(
            is_first=first is not None and first[0] is place,
            reserve=self._reserve(place.priority, now),
            least_reserve=TERMS[_next_higher(place.priority)].reserve,
            promoted_in_s=to_promotion_s if is_head and to_promotion_s > 0 else float("inf"),
        )

    def _rank(self, priority: Priority, now: float) -> tuple[Priority, bool]:
        if self._promoted_in_s(priority, now) > 0:
            return priority, True
        return _next_higher(priority), False

    def _reserve(self, priority: Priority, now: float) -> float:
        return TERMS[self._rank(priority, now)[0]].reserve

    def _promoted_in_s(self, priority: Priority, now: float) -> float:
        since = self._since[priority]
        waited_s = 0.0 if since is None else now - since
        return TERMS[priority].patience_s - waited_s


def _next_higher(priority: Priority) -> Priority:
    return Priority(max(Priority.DECISION, priority - 1))
