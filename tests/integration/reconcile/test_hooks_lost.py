"""Hooks are lost, come twice, in any order, or meet nobody for five hours: nothing is missing in the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from muniment_ops.broker.ports import free_port
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.morning import FLOWS, Morning, Step
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS
from muniment_sandbox.shopify.testing import running_shop
from tests.integration.reconcile.desk import Desk, desk_of, until_nothing_is_missing
from tests.integration.reconcile.roles import at_work, receive_of, reconcile_of, record_of
from tests.waiting import until

FAULTS = Faults(lose=0.1, duplicate=0.1, reorder=1.0, reorder_window_s=60.0)
FOUR_HOURS_OF_RETRIES_IN_S = 1.5
AT_ONCE = 20


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def desk(kafka: str, topic_prefix: str, port: int) -> AsyncIterator[Desk]:
    """A shop that sends every hook there is to ``port``, on a clock that is ten thousand times as fast."""
    bucket = Bucket(100_000, 100_000)
    time_scale = FOUR_HOURS_OF_RETRIES_IN_S / (4 * 3600)
    async with (
        running_shop(seed="empty", faults=FAULTS, bucket=bucket, time_scale=time_scale) as shop,
        desk_of(shop, kafka, topic_prefix) as desk,
    ):
        shop.desk.subscribe_all(f"http://127.0.0.1:{port}/hooks/shopify", ALL_TOPICS)
        yield desk


@pytest.mark.timeout(240)
async def test_after_all_of_it_the_topics_show_the_shop_object_by_object(desk: Desk, port: int) -> None:
    steps = list(Morning(seed=11, orders=24, flows=frozenset(FLOWS)).steps())
    third = len(steps) // 3
    reconcile = reconcile_of(desk, reconcile_every_s=0.5, reconcile_settle_s=2.0)
    async with at_work(desk, record_of(desk), reconcile):
        async with at_work(desk, receive_of(desk, port)):
            await live(desk, steps[:third])
        await live(desk, steps[third : 2 * third])  # five hours in which nobody listens
        assert "orders/updated" not in subscribed(desk), "removed after eight failures in a row"
        async with at_work(desk, receive_of(desk, port)):
            desk.shop.desk.subscribe_all(f"http://127.0.0.1:{port}/hooks/shopify", ALL_TOPICS)
            await live(desk, steps[2 * third :])

            async def is_the_same() -> bool:
                return await desk.recorded() == await desk.in_the_shop()

            await until(is_the_same, what="the topics show what the shop shows", timeout_s=120)
            printed = await until_nothing_is_missing(desk, "--from", "2020-01-01", "--patience", "1")
    assert printed.startswith("Nothing is missing")
    hooked = [event for event in await desk.events() if not event.body.reconciled]
    found = [event for event in await desk.events() if event.body.reconciled]
    assert hooked
    assert found


def subscribed(desk: Desk) -> set[str]:
    """Return the topics that the shop still sends hooks of."""
    return {each.header_topic for each in desk.shop.state.subscriptions}


async def live(desk: Desk, steps: Sequence[Step]) -> None:
    """Let things happen in the shop, some at a time, and wait until no hook of them is on its way."""
    for place in range(0, len(steps), AT_ONCE):
        for step in steps[place : place + AT_ONCE]:
            step.act(desk.shop.state)
        await desk.shop.hooks_settled()
