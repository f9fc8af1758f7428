"""A backfill that is killed again and again loads everything, and nothing twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from muniment_contracts.bodies import OrderChange
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.testing import running_shop
from tests.integration.reconcile.desk import Desk, desk_of, muniment, started
from tests.waiting import until

ORDERS = int(os.environ.get("MUNIMENT_DRILL_ORDERS", "90"))
"""The drill takes 20,000 of them: MUNIMENT_DRILL_ORDERS=20000 make test T=tests/integration/backfill"""
KILLS, SAMPLE = 5, 200
LOOK_EVERY_S = 0.1
WITHIN_S = 60.0 + ORDERS
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


@pytest.mark.timeout(WITHIN_S * 3)
async def test_a_backfill_killed_five_times_is_complete_and_no_event_is_there_twice(desk: Desk) -> None:
    chance = random.Random(5)
    for kill in range(1, KILLS + 1):
        await kill_a_run_at(desk, round(ORDERS * 4 * (kill + chance.random() / 2) / (KILLS + 1)))
    code, printed = await muniment(desk, "backfill", *SINCE)
    assert code == 0, printed
    ids, created = Counter[str](), []
    async for event in desk.each_event():
        assert isinstance(event.body, OrderChange)
        assert event.body.reconciled
        ids[event.id] += 1
        if event.type == "order.created":
            created.append(event.body.order_id)
    assert max(ids.values()) == 1
    orders = [str(order.number) for order in desk.shop.state.orders.values()]
    assert sorted(created) == sorted(orders)
    sample = chance.sample(orders, min(SAMPLE, len(orders)))
    recorded = await desk.recorded(only=sample)
    assert recorded == {("order", id): await desk.asked_for("order", id) for id in sample}

    code, printed = await muniment(desk, "backfill", *SINCE, "--dry-run")
    assert (code, await desk.published()) == (0, ids.total()), printed


async def kill_a_run_at(desk: Desk, published: int) -> None:
    """Start a run and kill it once so many events are published, unless it has ended before."""
    process = await started(desk, "backfill", *SINCE)
    async with desk.commerce() as follower:

        async def is_far_enough() -> bool:
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), LOOK_EVERY_S)
            return process.returncode is not None or sum((await follower.ends()).values()) >= published

        await until(is_far_enough, what=f"{published} events published", timeout_s=WITHIN_S)
    if process.returncode is None:
        process.send_signal(signal.SIGKILL)
    await process.wait()
