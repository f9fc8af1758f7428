"""A pace is kept on average and saves nothing up."""

from __future__ import annotations

import asyncio

from muniment_kit.testing import ManualClock
from shopify_ingest.backfill.pace import Pace


async def test_rows_beyond_the_pace_wait() -> None:
    clock = ManualClock()
    pace = Pace(10.0, clock)
    began_s = clock.monotonic()
    await pace.keep(25)
    waiting = asyncio.create_task(pace.keep(5))
    await asyncio.sleep(0)
    assert not waiting.done()
    await clock.advance(2.5)
    await waiting
    assert clock.monotonic() - began_s == 2.5


async def test_without_a_pace_nobody_waits() -> None:
    clock = ManualClock()
    for _ in range(3):
        await Pace(None, clock).keep(1_000_000)
    assert clock.monotonic() == ManualClock().monotonic()
