"""What never arrived is found and published, once, and read back before the mark moves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.testing import running_shop
from tests.integration.reconcile.desk import Desk, desk_of


@pytest.fixture
async def desk(kafka: str, topic_prefix: str) -> AsyncIterator[Desk]:
    """A shop that is quick to answer, with one morning of which no hook ever arrived."""
    async with running_shop(seed="empty", bucket=Bucket(100_000, 100_000)) as shop:
        for step in Morning(seed=3, orders=12).steps():
            step.act(shop.state)
        async with desk_of(shop, kafka, topic_prefix) as desk:
            yield desk


async def test_orders_without_any_hook_are_published_as_reconciled_and_seen_the_next_time(desk: Desk) -> None:
    async with desk.reconciler() as reconciler:
        (shop,) = reconciler.shops.values()
        await reconciler.recent_sweep()
        await reconciler.recent_sweep()
        assert await desk.recorded_orders() == await desk.orders_of_the_shop()
        assert len(shop.suspects) == 0
        events = await desk.events()
        assert all(event.body.reconciled for event in events)
        assert {"order.created", "order.paid"} <= {event.type for event in events}
        await reconciler.recent_sweep()
        assert len(await desk.events()) == len(events)
        assert await desk.published_twice() == []
