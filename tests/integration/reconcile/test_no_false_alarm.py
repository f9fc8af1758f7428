"""Where every hook arrives, reconciliation finds nothing: what it calls lost is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from muniment_contracts.topics import Topic
from muniment_kit.kafka.lag import LagReader
from muniment_ops.broker.ports import free_port
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.morning import FLOWS, Morning
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS
from muniment_sandbox.shopify.testing import running_shop
from tests.integration.reconcile.desk import Desk, desk_of
from tests.integration.reconcile.roles import at_work, receive_of, record_of
from tests.waiting import eventually, until

AT_ONCE = 20


@pytest.fixture
async def desk(kafka: str, topic_prefix: str) -> AsyncIterator[Desk]:
    """A new shop, not watched by anybody yet."""
    async with (
        running_shop(seed="empty", bucket=Bucket(100_000, 100_000)) as shop,
        desk_of(shop, kafka, topic_prefix) as desk,
    ):
        yield desk


async def test_nothing_is_found_where_nothing_was_lost(desk: Desk) -> None:
    port = free_port()
    desk.shop.desk.subscribe_all(f"http://127.0.0.1:{port}/hooks/shopify", ALL_TOPICS)
    clock = desk.shop.state.clock
    begin = clock.now().replace(microsecond=0) + timedelta(seconds=1)
    await eventually(lambda: clock.now() >= begin, what="a second in which nothing was founded")
    async with at_work(desk, receive_of(desk, port), record_of(desk)):
        steps = list(Morning(seed=5, orders=22, flows=frozenset(FLOWS)).steps())
        for place in range(0, len(steps), AT_ONCE):
            for step in steps[place : place + AT_ONCE]:
                step.act(desk.shop.state)
            await desk.shop.hooks_settled()
        async with LagReader(desk.kit) as lag:

            async def is_recorded() -> bool:
                behind = await lag.records_behind(
                    f"{desk.kit.topic_prefix}shopify-ingest",
                    [f"{desk.kit.topic_prefix}{Topic.SHOPIFY_HOOKS}"],
                )
                return behind == 0

            await until(is_recorded, what="every hook is recorded", timeout_s=40)
    async with desk.reconciler() as reconciler:
        (shop,) = reconciler.shops.values()
        shop.begin = begin  # what the shop was born with had no hook
        await reconciler.recent_sweep()
        await reconciler.recent_sweep()
    found = {event.type async for event in desk.each_event() if event.body.reconciled}
    # this shop moves a customer's time when an order is placed, and sends no hook of it: that is lost indeed
    assert found <= {"customer.updated"}
