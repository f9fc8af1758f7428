"""A backfill leaves half of the points alone: what happens now is recorded while it waits for its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from muniment_ops.broker.ports import free_port
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.testing import running_shop
from shopify_ingest.backfill.loading import Backfill
from shopify_ingest.backfill.pace import Pace
from shopify_ingest.backfill.slices import months
from tests.integration.reconcile.desk import Desk, desk_of
from tests.integration.reconcile.roles import at_work, receive_of, record_of
from tests.waiting import until

POINTS, POINTS_PER_S = 8_000, 1


@pytest.fixture
async def desk(kafka: str, topic_prefix: str) -> AsyncIterator[Desk]:
    """A shop with more history than its points allow to load, which grants next to no new ones."""
    history = History(orders=60, years=0.2)
    async with (
        running_shop(seed="history", history=history, bucket=Bucket(POINTS, POINTS_PER_S)) as shop,
        desk_of(shop, kafka, topic_prefix) as desk,
    ):
        yield desk


async def test_live_orders_are_recorded_while_a_backfill_waits_for_points(desk: Desk) -> None:
    port = free_port()
    desk.shop.desk.subscribe_all(f"http://127.0.0.1:{port}/hooks/shopify")
    bucket = desk.client.bucket
    async with (
        desk.reconciler(reconcile_lookback_s=1.0) as reconciler,
        at_work(desk, receive_of(desk, port), record_of(desk)),
    ):
        (shop,) = reconciler.shops.values()
        work = Backfill(reconciler, shop, Pace(None, reconciler.clock))
        now = reconciler.clock.now()
        loading = asyncio.create_task(work.run(list(months(now.replace(year=now.year - 1), now))))

        async def has_used_its_half() -> bool:
            return loading.done() or bucket.available < POINTS / 2 + POINTS / 20

        await until(has_used_its_half, what="the backfill has used its half", timeout_s=40)
        seen = {str(order.number) for order in desk.shop.state.orders.values()}
        for step in list(Morning(seed=2, orders=2).steps())[:2]:
            step.act(desk.shop.state)
        live = {str(order.number) for order in desk.shop.state.orders.values()} - seen

        async def are_recorded() -> bool:
            return live <= {event.body.order_id async for event in desk.each_event()}

        await until(are_recorded, what="the live orders are recorded", timeout_s=40)
        assert live
        assert not loading.done()
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
