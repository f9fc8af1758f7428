"""Pauses of deliveries, by the shop's time: they end sooner when its clock is moved on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Sleep = Callable[[float], Awaitable[None]]


@dataclass(eq=False)
class _Pause:
    """``left_s`` are seconds of the machine's time, counted from ``since``."""

    left_s: float
    is_late: bool
    since: float
    sleeping: asyncio.Task[None]
    is_cut: bool = False


class Pauses:
    """All pauses of the deliveries of one shop. ``time_scale`` turns its seconds into the machine's."""

    def __init__(self, sleep: Sleep, time_scale: float) -> None:
        self._sleep = sleep
        self._time_scale = time_scale
        self._going_on: set[_Pause] = set()

    async def rest(self, pause_s: float, *, passed_s: float = 0.0, is_late: bool = False) -> None:
        """Return after ``pause_s`` seconds of the shop's time, of which ``passed_s`` of the machine's time
        are over already. ``is_late`` marks those that :meth:`release` ends.
        """
        left_s = max(0.0, pause_s * self._time_scale - passed_s)
        pause = _Pause(left_s, is_late, self._now(), self._begin(left_s))
        self._going_on.add(pause)
        try:
            while not await self._is_over(pause):
                pause.since, pause.sleeping = self._now(), self._begin(pause.left_s)
        finally:
            pause.sleeping.cancel()
            self._going_on.discard(pause)

    def advance(self, seconds: float) -> None:
        """Let so many seconds of the shop's time have passed."""
        for pause in self._going_on:
            passed_s = self._now() - pause.since + seconds * self._time_scale
            self._cut(pause, max(0.0, pause.left_s - passed_s))

    def release(self) -> int:
        """End the pauses of what is late; return how many those were."""
        late = [pause for pause in self._going_on if pause.is_late]
        for pause in late:
            self._cut(pause, 0.0)
        return len(late)

    async def _is_over(self, pause: _Pause) -> bool:
        await asyncio.wait({pause.sleeping})
        if not pause.is_cut:
            pause.sleeping.result()
            return True
        pause.is_cut = False
        return pause.left_s <= 0

    def _cut(self, pause: _Pause, left_s: float) -> None:
        pause.left_s, pause.is_cut = left_s, True
        pause.sleeping.cancel()

    def _begin(self, seconds: float) -> asyncio.Task[None]:
        return asyncio.ensure_future(self._slept(seconds))

    async def _slept(self, seconds: float) -> None:
        await self._sleep(seconds)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
