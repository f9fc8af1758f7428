"""The server's time, and how it is written down."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache


class Clock:
    """Wall-clock seconds; ``offset_s`` moves this server's time against the world's."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def now(self) -> float:
        return time.time() + self.offset_s

    def seconds(self) -> int:
        """Whole seconds: the resolution of every date the server keeps."""
        return int(self.now())


class FixedClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, at: float = 1_780_300_800.0) -> None:
        super().__init__()
        self.at = at

    def now(self) -> float:
        return self.at + self.offset_s


@lru_cache(maxsize=4096)
def iso(seconds: int | None) -> str | None:
    """``2026-06-01T12:00:00Z``, as nodes write dates; ``None`` stays ``None``."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_local(seconds: int | None) -> str | None:
    """``2026-06-01T12:00:00``, as business workspaces write dates: server time without a zone."""
    text = iso(seconds)
    return None if text is None else text[:-1]
