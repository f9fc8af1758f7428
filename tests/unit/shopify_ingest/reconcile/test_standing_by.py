"""One of several processes reconciles; when it is gone, another does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from muniment_kit.clock import SystemClock
from muniment_kit.testing import InMemoryBroker
from shopify_ingest.reconcile.standing_by import Turn, ended
from tests.waiting import eventually

TOPIC = "shopify.progress"


def turn_of(broker: InMemoryBroker) -> Turn:
    return Turn(broker, group="reconcile", topic=TOPIC, clock=SystemClock())


@asynccontextmanager
async def kept(turn: Turn) -> AsyncIterator[Turn]:
    keeping = asyncio.create_task(turn.keep())
    try:
        yield turn
    finally:
        await ended(keeping)


async def test_of_two_processes_one_works_and_the_other_takes_over() -> None:
    broker = InMemoryBroker(partitions=1)
    broker.topics.create(TOPIC)
    async with kept(turn_of(broker)) as second:
        async with kept(turn_of(broker)) as first:
            await eventually(
                lambda: first.is_ours.is_set() != second.is_ours.is_set(), what="one of them is the one"
            )
        await eventually(second.is_ours.is_set, what="the one that is left is the one")
    assert second.is_lost.is_set()


async def test_a_task_that_takes_a_cancellation_for_its_own_is_ended_too() -> None:
    heard = 0

    async def stubborn() -> None:
        nonlocal heard
        while heard < 2:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                heard += 1

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await ended(task)
    assert heard == 2
