"""Named points of the loop at which a drill can end the process, as if the machine had died there.

``MUNIMENT_CRASH_AT=after-publish:3`` lets the process kill itself with SIGKILL when it passes that point for
the third time; several are separated by commas, and the first one reached ends it. Without the variable a
point is one call that does nothing. For drills only: ``muniment chaos`` sets it for one life of a role.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from enum import StrEnum

VARIABLE = "MUNIMENT_CRASH_AT"
REACHED = "crash point reached: "
"""What the last line on stderr begins with before the process ends; the point's name follows."""


class CrashPoint(StrEnum):
    """Where a record stands when the process ends."""

    BEFORE_HANDLER = "before-handler"
    AFTER_HANDLER = "after-handler"
    BEFORE_PUBLISH = "before-publish"
    AFTER_PUBLISH = "after-publish"
    BEFORE_PARKING = "before-parking"
    AFTER_PARKING = "after-parking"
    BEFORE_DEAD_LETTER = "before-dead-letter"
    AFTER_DEAD_LETTER = "after-dead-letter"
    BEFORE_COMMIT = "before-commit"
    AFTER_COMMIT = "after-commit"
    BEFORE_EFFECT = "before-effect"
    AFTER_PLACEMENT = "after-placement"
    AFTER_EFFECT = "after-effect"
    BEFORE_READ_BACK = "before-read-back"
    AFTER_READ_BACK = "after-read-back"


class CrashPoints:
    """Counts the passes of the points that are armed, and calls ``end`` at the chosen one."""

    def __init__(self, armed: dict[CrashPoint, int], end: Callable[[CrashPoint], None]) -> None:
        self._left = dict(armed)
        self._end = end

    def passing(self, point: CrashPoint) -> None:
        """Say that the process passes ``point`` now; it may be the last thing it does."""
        if point not in self._left:
            return
        self._left[point] -= 1
        if self._left[point] == 0:
            self._end(point)


def read_armed(text: str) -> dict[CrashPoint, int]:
    """Read ``point:nth,…``. Raises ``ValueError`` for an unknown point or a count below 1."""
    armed = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        name, _, nth = each.partition(":")
        count = int(nth or "1")
        if count < 1:
            raise ValueError(f"{VARIABLE}: {each!r} must count from 1.")
        armed[CrashPoint(name)] = count
    return armed


def _end_at_once(point: CrashPoint) -> None:
    os.write(2, f"\n{REACHED}{point}\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)


def _go_on(_point: CrashPoint) -> None:
    return


_armed = read_armed(os.environ.get(VARIABLE, ""))
passing: Callable[[CrashPoint], None] = CrashPoints(_armed, _end_at_once).passing if _armed else _go_on
"""Say that this process passes a point now; the environment decided at its start what that does."""
