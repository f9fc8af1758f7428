"""The harness answers as the runtime would, through real bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.outcomes import Done
from muniment_kit.publishing import UndeclaredTopic
from muniment_kit.service import Service, coalesced
from muniment_kit.testing import ManualClock, ServiceHarness
from tests.builders.events import hook_received, order_change


def told(name: str) -> Event[Any]:
    return hook_received(webhook_id=name)


def service(handler: Any, *, publishes: Sequence[Topic] = (Topic.COMMERCE_ORDERS,)) -> Service:
    return Service("stage", {Topic.SHOPIFY_HOOKS: handler}, publishes=publishes)


async def answer(event: Event[Any]) -> Done:
    match event.body.webhook_id:
        case "retry":
            raise Retryable("peer away", after=3)
        case "reject":
            raise Rejected("cannot be")
        case "fault":
            raise KeyError
        case _:
            return Done(order_change("order.created"))


async def test_each_answer_is_an_outcome() -> None:
    harness = ServiceHarness(service(answer))
    assert isinstance(await harness.hears(told("1")), Done)
    retryable = await harness.hears(told("retry"))
    assert isinstance(retryable, Retryable)
    assert retryable.after == 3
    assert isinstance(await harness.hears(told("reject")), Rejected)
    with pytest.raises(KeyError):
        await harness.hears(told("fault"))
    assert harness.published == [order_change("order.created")]
    assert [(letter.event.body.webhook_id, letter.reason) for letter in harness.dead_letters] == [
        ("reject", "cannot be")
    ]


async def test_a_topic_that_is_not_declared_is_a_fault() -> None:
    with pytest.raises(UndeclaredTopic, match=r"must declare that it publishes commerce\.orders"):
        await ServiceHarness(service(answer, publishes=[])).hears(told("1"))


async def test_a_coalesced_handler_hears_all_at_once_and_a_bad_event_dies_alone() -> None:
    heard: list[list[str]] = []

    async def handler(events: Sequence[Event[Any]]) -> Done:
        names = [event.body.webhook_id for event in events]
        heard.append(names)
        if "bad" in names:
            raise Rejected("cannot be")
        return Done()

    harness = ServiceHarness(service(coalesced(handler)))
    await harness.hears(told("1"), told("bad"), told("2"))
    assert heard == [["1", "bad", "2"], ["1"], ["bad"], ["2"]]
    assert [letter.event.body.webhook_id for letter in harness.dead_letters] == ["bad"]


async def test_events_of_a_plain_handler_are_heard_one_by_one_up_to_the_first_not_done() -> None:
    harness = ServiceHarness(service(answer))
    assert isinstance(await harness.hears(told("1"), told("retry"), told("2")), Retryable)
    assert len(harness.published) == 1


async def test_the_manual_clock_wakes_sleepers_in_the_order_of_their_times() -> None:
    clock = ManualClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock.monotonic()))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sleeper("a", 2, 2))
        tasks.create_task(sleeper("b", 3))
        await asyncio.sleep(0)
        await clock.advance(2.5)
        assert woken == [("a", 2.0)]
        await clock.advance(10)
    assert woken == [("a", 2.0), ("b", 3.0), ("a", 4.0)]
    assert clock.monotonic() == 12.5
    assert clock.sleeping == 0
