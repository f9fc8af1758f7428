"""When a record counts as finished: what was answered is acknowledged first, and commits never run ahead."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.outcomes import Done
from tests.builders.events import order_change
from tests.contract.kit.stage import TOPIC, Recording, Stage, told


def order_created(_: Event[Any]) -> Done:
    return Done(order_change("order.created"))


async def test_only_the_finished_prefix_is_committed() -> None:
    handler = Recording()
    gate = handler.hold("b/0")
    async with Stage(handler) as stage:
        stage.broker.tell(told("a"), told("b"), told("c"), told("d"))
        await stage.until(lambda: handler.ended == ["a/0", "c/0", "d/0"])
        await stage.until_committed(1)
        await stage.clock.advance(10)
        assert stage.committed == 1
        gate.set()
        await stage.until_committed(4)


async def test_offsets_missing_from_the_partition_do_not_hold_the_commit() -> None:
    handler = Recording()
    async with Stage(handler) as stage:
        stage.broker.tell(told("a"))
        stage.broker.topics.create(TOPIC)[0].leave_gap(7)
        stage.broker.tell(told("b"))
        await stage.until_committed(9)


async def test_commits_that_fail_are_repeated_until_they_succeed() -> None:
    handler = Recording()
    async with Stage(handler) as stage:
        stage.broker.fail_commits(5)
        stage.broker.tell(told("a"))
        await stage.until_committed(1)
        stage.broker.tell(told("a", 1))
        await stage.until_committed(2)


async def test_what_the_handler_returned_is_published_before_the_record_is_finished() -> None:
    async with Stage(Recording(order_created)) as stage:
        stage.broker.tell(told("a"))
        await stage.until_committed(1)
        (record,) = stage.broker.records(Topic.COMMERCE_ORDERS)
        published = event_from(Topic.COMMERCE_ORDERS, record.key, record.value, record.headers)
        assert published == order_change("order.created")


async def test_a_publication_not_acknowledged_is_repeated_without_asking_the_handler_again() -> None:
    handler = Recording(order_created)
    async with Stage(handler) as stage:
        stage.broker.fail_sends(3)
        stage.broker.tell(told("a"))
        await stage.until(lambda: handler.ended == ["a/0"])
        await stage.clock.advance(1)
        await stage.until_committed(1)
        assert handler.begun == ["a/0"]
        assert len(stage.broker.records(Topic.COMMERCE_ORDERS)) == 1


async def test_a_lost_acknowledgement_leads_to_the_same_record_again() -> None:
    handler = Recording(order_created)
    async with Stage(handler) as stage:
        stage.broker.lose_acknowledgements(1)
        stage.broker.tell(told("a"))
        await stage.until_committed(1)
        first, second = stage.broker.records(Topic.COMMERCE_ORDERS)
        assert (first.key, first.value, first.headers) == (second.key, second.value, second.headers)
        assert handler.begun == ["a/0"]


async def test_a_publication_outlives_the_total_retry_time() -> None:
    """The work is done; a broker away for long must not turn it into a dead letter."""
    async with Stage(Recording(order_created), retry_lane_budget_s=1, retry_total_s=2) as stage:
        stage.broker.fail_sends(30)
        stage.broker.tell(told("a"))
        for _ in range(200):
            await stage.clock.advance(1)
        await stage.until_committed(1)
        assert stage.dead_letters == []


async def test_a_record_stopped_at_by_the_process_ending_is_heard_again_by_the_next() -> None:
    first = Recording()
    first.hold("b/0")
    stage = Stage(first)
    async with stage:
        stage.broker.tell(told("a"), told("b"), told("c"))
        await stage.until(lambda: first.ended == ["a/0", "c/0"])
    assert stage.committed == 1
    second = Recording()
    async with Stage(second, broker=stage.broker, clock=stage.clock) as again:
        await again.until_committed(3)
    assert second.ended == ["b/0", "c/0"]


@pytest.mark.parametrize("count", [1, 500])
async def test_everything_finished_is_committed_when_the_process_ends(count: int) -> None:
    handler = Recording()
    stage = Stage(handler)
    async with stage:
        stage.broker.tell(*(told(f"k{number}") for number in range(count)))
        await stage.until(lambda: len(handler.ended) == count)
    assert stage.committed == count
