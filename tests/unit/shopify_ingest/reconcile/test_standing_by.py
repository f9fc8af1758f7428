"""One of several processes reconciles; when it is gone, another does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NoReturn

import pytest

from muniment_kit.broker import Member, MemberLost
from muniment_kit.clock import SystemClock
from muniment_kit.testing import InMemoryBroker, ManualClock
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


async def test_a_fault_on_leaving_the_group_does_not_end_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = InMemoryBroker(partitions=1)
    broker.topics.create(TOPIC)
    members = list[Member]()
    make = broker.member

    def member(*, group: str, topics: Sequence[str]) -> Member:
        made = make(group=group, topics=topics)
        stop = made.stop

        async def poll(*, timeout_s: float, max_records: int) -> NoReturn:
            raise MemberLost("The group has given the place away.")

        async def fail() -> NoReturn:
            await stop()
            raise RuntimeError("a fault on the way out")

        if not members:
            monkeypatch.setattr(made, "poll", poll)
            monkeypatch.setattr(made, "stop", fail)
        members.append(made)
        return made

    monkeypatch.setattr(broker, "member", member)
    clock = ManualClock()
    async with kept(Turn(broker, group="reconcile", topic=TOPIC, clock=clock)) as turn:
        await eventually(lambda: len(members) == 1, what="the first member")
        await clock.advance(5.0)
        await eventually(lambda: len(members) == 2 and turn.is_ours.is_set(), what="another member works")


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
