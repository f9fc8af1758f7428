"""Rebalances, lost members, a broker that goes away, and the end of the process."""

from __future__ import annotations

import asyncio
from typing import Any

from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_kit.records import TopicPartition
from muniment_kit.testing import InMemoryBroker, ManualClock
from tests.builders.events import order_change
from tests.contract.kit.log_lines import LogLines
from tests.contract.kit.stage import NAME, TOPIC, Recording, Stage, told


async def test_revocation_lets_the_running_finish_commits_and_forgets_the_rest() -> None:
    handler = Recording()
    gate = handler.hold("a/1")
    async with Stage(handler) as stage:
        stage.broker.tell(*(told("a", number) for number in range(4)))
        await stage.until(lambda: handler.begun == ["a/0", "a/1"])
        rebalance = asyncio.ensure_future(stage.broker.rebalance(NAME))
        await asyncio.sleep(0.01)
        assert not rebalance.done()
        gate.set()
        await rebalance
        assert stage.committed == 2
        await stage.until_committed(4)
        assert handler.ended == ["a/0", "a/1", "a/2", "a/3"]


async def test_a_handler_that_outlasts_the_drain_time_is_cancelled_and_its_record_heard_again() -> None:
    handler = Recording()
    handler.hold("a/0")
    cancelled: list[str] = []

    async def slow(event: Event[Any]) -> Done:
        try:
            return await handler(event)
        except asyncio.CancelledError:
            cancelled.append(event.key)
            raise

    async with Stage(slow, drain_s=10) as stage:
        stage.broker.tell(told("a"), told("b"))
        await stage.until(lambda: handler.ended == ["b/0"])
        rebalance = asyncio.ensure_future(stage.broker.rebalance(NAME))
        await asyncio.sleep(0.01)
        await stage.clock.advance(9.9)
        assert cancelled == []
        await stage.clock.advance(0.2)
        await rebalance
        assert cancelled == ["a"]
        assert stage.committed is None
        await stage.until(lambda: handler.begun == ["a/0", "b/0", "a/0", "b/0"])


async def test_an_answer_after_the_assignment_ended_changes_nothing() -> None:
    """A handler that will not be cancelled answers when the record is somebody else's already."""
    late = asyncio.Event()
    begun: list[str] = []

    async def stubborn(event: Event[Any]) -> Done:
        begun.append(event.key)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await late.wait()
        return Done(order_change("order.created"))

    async with Stage(stubborn) as stage:
        stage.broker.tell(told("a"))
        await stage.until(lambda: begun == ["a"])
        rebalance = asyncio.ensure_future(stage.broker.rebalance(NAME))
        await asyncio.sleep(0.01)
        await stage.clock.advance(11)
        await rebalance
        await stage.until(lambda: begun == ["a", "a"])
        late.set()
        await stage.clock.advance(10)
        assert stage.committed is None
        assert stage.broker.records(Topic.COMMERCE_ORDERS) == []


async def test_a_record_waiting_for_its_retry_is_let_go_at_once() -> None:
    attempts: list[str] = []

    async def handler(event: Event[Any]) -> Done:
        attempts.append(event.key)
        raise Retryable("peer away", after=1000.0)

    async with Stage(handler) as stage:
        stage.broker.tell(told("a"))
        await stage.until(lambda: attempts == ["a"])
        await asyncio.wait_for(stage.broker.rebalance(NAME), 1)
        await stage.until(lambda: attempts == ["a", "a"])


async def test_two_members_share_the_work_and_a_third_may_take_over() -> None:
    clock = ManualClock()
    broker = InMemoryBroker(partitions=4, clock=clock)
    first, second = Recording(), Recording()
    keys = [f"k{number}" for number in range(40)]
    async with (
        Stage(first, broker=broker, clock=clock) as one,
        Stage(second, broker=broker, clock=clock) as two,
    ):
        await one.until(lambda: len(one.consumer.partitions) == 2 and len(two.consumer.partitions) == 2)
        broker.tell(*(told(key) for key in keys))
        await one.until(lambda: len(first.ended) + len(second.ended) == 40)
        assert first.ended
        assert second.ended
    third = Recording()
    async with Stage(third, broker=broker, clock=clock) as three:
        broker.tell(*(told(key, 1) for key in keys))
        await three.until(lambda: len(third.ended) == 40)
    assert sum(broker.committed(NAME).values()) == 80


async def test_a_lost_member_is_replaced_and_uncommitted_records_are_heard_again() -> None:
    handler = Recording()
    gate = handler.hold("b/0")
    with LogLines() as lines:
        async with Stage(handler) as stage:
            stage.broker.tell(told("a"), told("b"), told("c"))
            await stage.until_committed(1)
            stage.broker.lose_members(NAME)
            await stage.until(lambda: stage.vital_signs.why_not_ready() != [])
            gate.set()
            await stage.clock.advance(20)
            await stage.until_committed(3)
            assert stage.vital_signs.why_not_ready() == []
    assert handler.ended == ["a/0", "c/0", "b/0", "b/0", "c/0"]
    assert len(lines.of("cannot consume, trying again until it works")) == 1


async def test_a_broker_away_at_start_is_waited_for_said_once_and_unready() -> None:
    clock = ManualClock()
    broker = InMemoryBroker(partitions=1, clock=clock)
    broker.go_away()
    handler = Recording()
    with LogLines() as lines:
        async with Stage(handler, broker=broker, clock=clock) as stage:
            for _ in range(20):
                await clock.advance(5)
            assert stage.vital_signs.why_not_ready() == [
                "The broker does not answer.",
                "The consumer group has given no assignment yet.",
            ]
            assert stage.vital_signs.why_not_alive() == []
            broker.come_back()
            await clock.advance(20)
            broker.tell(told("a"))
            await stage.until_committed(1)
            assert stage.vital_signs.why_not_ready() == []
    assert len(lines.of("cannot consume, trying again until it works")) == 1


async def test_missing_topics_are_named_with_the_remedy_until_they_are_there() -> None:
    clock = ManualClock()
    broker = InMemoryBroker(partitions=1, clock=clock)
    broker.missing = {str(TOPIC)}
    async with Stage(Recording(), broker=broker, clock=clock) as stage:
        await stage.until(lambda: "muniment topics apply" in str(stage.vital_signs.why_not_ready()))
        broker.missing = set()
        await clock.advance(20)
        await stage.until(lambda: stage.vital_signs.why_not_ready() == [])


async def test_a_broker_that_goes_away_while_consuming_is_survived_without_help() -> None:
    handler = Recording(lambda _: Done(order_change("order.created")))
    async with Stage(handler) as stage:
        stage.broker.tell(told("a"))
        await stage.until_committed(1)
        stage.broker.tell(told("b"))
        stage.broker.go_away()
        for _ in range(100):
            await stage.clock.advance(5)
        assert stage.vital_signs.why_not_ready() == ["The broker does not answer."]
        assert stage.vital_signs.why_not_alive() == []
        stage.broker.come_back()
        await stage.clock.advance(10)
        await stage.until_committed(2)
        assert len(stage.broker.records(Topic.COMMERCE_ORDERS)) == 2
        await stage.clock.advance(10)
        assert stage.vital_signs.why_not_ready() == []


async def test_a_member_without_partitions_is_ready_because_it_is_rightly_idle() -> None:
    clock = ManualClock()
    broker = InMemoryBroker(partitions=1, clock=clock)
    async with (
        Stage(Recording(), broker=broker, clock=clock) as one,
        Stage(Recording(), broker=broker, clock=clock) as two,
    ):
        await one.until(lambda: one.vital_signs.why_not_ready() == two.vital_signs.why_not_ready() == [])
        assert {len(one.consumer.partitions), len(two.consumer.partitions)} == {0, 1}


async def test_a_handler_that_never_answers_is_found_not_alive() -> None:
    handler = Recording()
    handler.hold("a/0")
    async with Stage(handler) as stage:
        stage.broker.tell(told("a"))
        await stage.until(lambda: handler.begun == ["a/0"])
        for _ in range(58):
            await stage.clock.advance(5)
        assert stage.vital_signs.why_not_alive() == []
        for _ in range(4):
            await stage.clock.advance(5)
        assert stage.vital_signs.why_not_alive() == ["Handlers made no progress for 310 s."]


async def test_a_peer_that_is_away_for_hours_is_no_reason_to_be_restarted() -> None:
    async def handler(event: Event[Any]) -> Done:
        raise Retryable("peer away")

    async with Stage(handler, commit_interval_s=10) as stage:
        stage.broker.tell(told("a"), told("b"))
        for _ in range(15):
            await stage.clock.advance(60)
            await asyncio.sleep(0)
        assert stage.vital_signs.why_not_alive() == []
        assert stage.vital_signs.why_not_ready() == []


async def test_records_that_could_be_fetched_but_are_not_are_found_not_alive() -> None:
    async with Stage(Recording()) as stage:
        await stage.until(lambda: stage.vital_signs.why_not_ready() == [])
        stage.broker.deliver_nothing()
        stage.broker.tell(told("a"))
        for _ in range(62):
            await stage.clock.advance(5)
            await asyncio.sleep(0)
        assert stage.vital_signs.why_not_alive() == ["Fetching made no progress for 310 s."]
        assert TopicPartition(TOPIC, 0) not in stage.broker.committed(NAME)
