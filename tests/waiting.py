"""Wait for a condition with a deadline, instead of sleeping and hoping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_POLL_S = 0.02


async def eventually(
    condition: Callable[[], bool], *, what: str = "what was waited for", timeout_s: float = 10.0
) -> None:
    """Return as soon as ``condition()`` is true; fail, naming ``what``, if it is not within ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s:g} s: {what}")
        await asyncio.sleep(_POLL_S)


async def until(
    condition: Callable[[], Awaitable[bool]], *, what: str = "what was waited for", timeout_s: float = 10.0
) -> None:
    """Return as soon as ``await condition()`` is true, as ``eventually`` does."""
    deadline = time.monotonic() + timeout_s
    while not await condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s:g} s: {what}")
        await asyncio.sleep(_POLL_S)
