"""Time as a collaborator: code asks a clock, tests move it."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the kit needs of time."""

    def now(self) -> datetime:
        """Return the wall-clock time in UTC."""

    def monotonic(self) -> float:
        """Return seconds of a clock that never goes back."""

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` of this clock."""


#: For drills only: how far this process believes the time to be off, as on a machine whose clock is wrong.
CLOCK_OFFSET_VARIABLE = "MUNIMENT_CLOCK_OFFSET_S"
_OFFSET = timedelta(seconds=float(os.environ.get(CLOCK_OFFSET_VARIABLE) or "0"))


class SystemClock:
    """The machine's own time; a drill may shift the wall clock, never the monotonic one."""

    def now(self) -> datetime:
        return datetime.now(UTC) + _OFFSET

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
