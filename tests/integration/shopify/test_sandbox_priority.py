"""Two clients that know nothing of each other, on one shop: what the one leaves is there for the other."""

from __future__ import annotations

import asyncio

from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.testing import running_shop
from muniment_shopify import AdminClient, Priority, operation
from tests.integration.shopify.clients import client_of
from tests.waiting import eventually

PAGE = operation("orders_page")


async def flood(client: AdminClient, left: list[float]) -> None:
    """Ask again as soon as there is an answer; note what each answer says is left."""
    while True:
        cost = (await client.execute(PAGE, {"first": 150})).cost
        assert cost is not None
        left.append(cost.throttle.available)


async def answers_more(left: list[float], answers: int) -> None:
    wanted = len(left) + answers
    await eventually(lambda: len(left) >= wanted, what="answers to the backfill", timeout_s=20)


async def test_live_records_find_their_points_at_once_while_a_backfill_takes_all_it_may() -> None:
    bucket = Bucket(maximum=1000, restore_rate=1000)
    async with (
        running_shop(bucket=bucket) as shop,
        client_of(shop, Priority.BACKFILL) as history,
        client_of(shop, Priority.RECORD, max_wait_s=0.0) as live,
    ):
        left: list[float] = []
        flooding = [asyncio.create_task(flood(history, left)) for _ in range(4)]
        try:
            for _ in range(15):
                await answers_more(left, 3)
                # Waits for nothing: it raises Throttled unless its points are there.
                await live.execute(PAGE, {"first": 150})
        finally:
            for task in flooding:
                task.cancel()
            await asyncio.gather(*flooding, return_exceptions=True)
    assert len(left) >= 45
    assert min(left) >= 1000 * 0.5 - 160
