"""A backfill that is killed again and again loads everything, and nothing twice."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from muniment_contracts.bodies import OrderChange
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.testing import running_shop
from tests.integration.reconcile.desk import Desk, desk_of, muniment, started
from tests.waiting import until

ORDERS, KILLS = 90, 5
SINCE = ("--from", "2010-01-01")


@pytest.fixture
async def desk(kafka: str, topic_prefix: str) -> AsyncIterator[Desk]:
    """A shop with a few months of history, of which nothing was ever recorded."""
    history = History(orders=ORDERS, years=0.5)
    bucket = Bucket(100_000, 100_000)
    async with (
        running_shop(seed="history", history=history, bucket=bucket) as shop,
        desk_of(shop, kafka, topic_prefix) as desk,
    ):
        yield desk


async def test_a_backfill_killed_five_times_is_complete_and_no_event_is_there_twice(desk: Desk) -> None:
    chance = random.Random(5)
    for kill in range(1, KILLS + 1):
        await kill_a_run_at(desk, kill * 60 + chance.randint(0, 40))
    code, printed = await muniment(desk, "backfill", *SINCE)
    assert code == 0, printed
    events = await desk.events()
    assert max(Counter(event.id for event in events).values()) == 1
    assert all(isinstance(event.body, OrderChange) and event.body.reconciled for event in events)
    recorded, there = await desk.recorded(), await desk.in_the_shop(kinds=["order"])
    assert recorded == there
    assert len(there) >= ORDERS
    assert Counter(event.type for event in events)["order.created"] == len(there)

    code, printed = await muniment(desk, "backfill", *SINCE, "--dry-run")
    assert (code, await desk.published()) == (0, len(events)), printed


async def kill_a_run_at(desk: Desk, published: int) -> None:
    """Start a run and kill it once so many events are published, unless it has ended before."""
    process = await started(desk, "backfill", *SINCE)

    async def is_far_enough() -> bool:
        return process.returncode is not None or await desk.published() >= published

    await until(is_far_enough, what=f"{published} events published", timeout_s=60)
    if process.returncode is None:
        process.send_signal(signal.SIGKILL)
    await process.wait()
