"""Answers on their way: no worker waits for the broker, yet nothing is finished before it acknowledged."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit import publications
from muniment_kit.outcomes import Done
from tests.builders.events import order_change
from tests.contract.kit.stage import NAME, Recording, Stage, told


def order_created(_: Event[Any]) -> Done:
    return Done(order_change("order.created"))


async def test_a_worker_goes_on_with_other_keys_while_the_broker_acknowledges() -> None:
    handler = Recording(order_created)
    async with Stage(handler, concurrency=1) as stage:
        stage.broker.hold_sends()
        stage.broker.tell(told("a"), told("b"), told("c"))
        await stage.until(lambda: handler.ended == ["a/0", "b/0", "c/0"])
        await stage.clock.advance(1)
        assert stage.committed is None
        stage.broker.let_sends_go()
        await stage.until_committed(3)


async def test_the_next_event_of_a_key_waits_for_the_acknowledgement() -> None:
    handler = Recording(order_created)
    async with Stage(handler) as stage:
        stage.broker.hold_sends()
        stage.broker.tell(told("a", 0), told("a", 1), told("b"))
        await stage.until(lambda: handler.begun == ["a/0", "b/0"])
        await stage.clock.advance(1)
        assert handler.begun == ["a/0", "b/0"]
        stage.broker.let_sends_go()
        await stage.until(lambda: handler.ended == ["a/0", "b/0", "a/1"])
        await stage.until_committed(3)


async def test_what_is_on_its_way_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "BYTES", 1)
    handler = Recording(order_created)
    async with Stage(handler, concurrency=3) as stage:
        stage.broker.hold_sends()
        stage.broker.tell(*(told(f"k{number}") for number in range(50)))
        await stage.until(lambda: len(handler.ended) > 0)
        await stage.clock.advance(1)
        assert len(handler.ended) <= 3
        stage.broker.let_sends_go()
        await stage.until_committed(50)


async def test_workers_that_wait_for_room_are_let_go_in_a_rebalance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "BYTES", 1)
    handler = Recording(order_created)
    async with Stage(handler, concurrency=3, drain_s=10) as stage:
        stage.broker.hold_sends()
        stage.broker.tell(*(told(f"k{number}") for number in range(8)))
        await stage.until(lambda: len(handler.ended) > 0)
        rebalance = asyncio.ensure_future(stage.broker.rebalance(NAME))
        await asyncio.sleep(0.01)
        stage.broker.let_sends_go()
        await rebalance
        await stage.until_committed(8)


async def test_a_publication_that_outlasts_the_drain_time_is_given_up_and_its_record_heard_again() -> None:
    handler = Recording(order_created)
    async with Stage(handler, drain_s=10) as stage:
        stage.broker.hold_sends()
        stage.broker.tell(told("a"))
        await stage.until(lambda: handler.ended == ["a/0"])
        rebalance = asyncio.ensure_future(stage.broker.rebalance(NAME))
        await asyncio.sleep(0.01)
        await stage.clock.advance(9.9)
        assert not rebalance.done()
        await stage.clock.advance(0.2)
        await rebalance
        assert stage.committed is None
        await stage.until(lambda: handler.ended == ["a/0", "a/0"])
        stage.broker.let_sends_go()
        await stage.until_committed(1)
        assert len(stage.broker.records(Topic.COMMERCE_ORDERS)) == 1


async def test_a_record_too_large_among_many_on_their_way_is_the_only_one_to_die() -> None:
    def large_for_b(event: Event[Any]) -> Done:
        return Done(order_change("order.created", snapshot=b"x" * (2_000 if event.key == "b" else 1)))

    handler = Recording(large_for_b)
    async with Stage(handler) as stage:
        stage.broker.record_bytes = 1_500
        stage.broker.hold_sends()
        stage.broker.tell(told("a"), told("b"), told("c"))
        await stage.until(lambda: len(handler.ended) == 3)
        stage.broker.let_sends_go()
        await stage.until_committed(3)
        assert [letter.key for letter in stage.dead_letters] == [b"b"]
        assert len(stage.broker.records(Topic.COMMERCE_ORDERS)) == 2
