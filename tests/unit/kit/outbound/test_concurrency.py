"""How many calls run at once, and in which order the others come in."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.concurrency import AdaptiveLimit, Gate
from muniment_kit.testing.manual_clock import settle


@given(
    st.lists(st.sampled_from(["good", "overload", "stale overload"])), st.integers(1, 8), st.integers(0, 40)
)
def test_the_limit_stays_within_its_bounds(ends: list[str], lowest: int, span: int) -> None:
    limit = AdaptiveLimit(lowest, lowest + span)
    for end in ends:
        before = limit.limit
        if end == "good":
            limit.succeeded()
            assert before <= limit.limit <= before + 1
        elif end == "overload":
            limit.overloaded(limit.ticket())
            assert limit.limit >= min(before, max(lowest, before // 2))
        else:
            limit.overloaded(limit.ticket() - 1)
            assert limit.limit == before
        assert lowest <= limit.limit <= lowest + span


def test_calls_that_were_under_way_together_halve_it_once() -> None:
    limit = AdaptiveLimit(1, 32)
    tickets = [limit.ticket() for _ in range(10)]
    for ticket in tickets:
        limit.overloaded(ticket)
    assert limit.limit == 16


def test_a_full_round_of_successes_adds_one() -> None:
    limit = AdaptiveLimit(1, 32)
    limit.overloaded(limit.ticket())
    for _ in range(17):
        limit.succeeded()
    assert limit.limit == 17


async def test_callers_come_in_as_places_become_free_in_the_order_they_came() -> None:
    gate = Gate(AdaptiveLimit(1, 2))
    entered: list[int] = []
    leave = [asyncio.Event() for _ in range(5)]

    async def caller(number: int) -> None:
        async with gate.slot(10.0):
            entered.append(number)
            await leave[number].wait()

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(caller(number))
        await settle()
        assert entered == [0, 1]
        leave[1].set()
        await settle()
        assert entered == [0, 1, 2]
        for event in leave:
            event.set()
    assert entered == [0, 1, 2, 3, 4]
    assert gate.in_flight == 0


async def test_waiting_too_long_is_a_timeout_and_leaves_the_queue() -> None:
    gate = Gate(AdaptiveLimit(1, 1))
    async with gate.slot(1.0):
        with pytest.raises(TimeoutError):
            async with gate.slot(0.01):
                pytest.fail("there was no place")
    async with gate.slot(0.01):
        assert gate.in_flight == 1


async def test_a_caller_cancelled_in_the_moment_its_place_is_given_gives_it_on() -> None:
    gate = Gate(AdaptiveLimit(1, 1))
    release = asyncio.Event()

    async def holder() -> None:
        async with gate.slot(1.0):
            await release.wait()

    async def waiter() -> None:
        async with gate.slot(1.0):
            pass

    holding = asyncio.create_task(holder())
    await settle()
    cancelled = asyncio.create_task(waiter())
    last = asyncio.create_task(waiter())
    await settle()
    release.set()
    await asyncio.sleep(0)  # the holder leaves and hands its place to the first waiter …
    cancelled.cancel()  # … who is cancelled before it runs
    await asyncio.gather(holding, last)
    assert cancelled.cancelled() or cancelled.done()
    assert gate.in_flight == 0


async def test_a_halved_limit_lets_nobody_in_until_enough_have_left() -> None:
    limit = AdaptiveLimit(1, 4)
    gate = Gate(limit)
    leave = [asyncio.Event() for _ in range(5)]
    entered: list[int] = []

    async def caller(number: int) -> None:
        async with gate.slot(10.0):
            entered.append(number)
            await leave[number].wait()

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(caller(number))
        await settle()
        limit.overloaded(limit.ticket())
        for number in (0, 1):
            leave[number].set()
        await settle()
        assert (len(entered), gate.in_flight) == (4, 2)
        leave[2].set()
        await settle()
        assert (len(entered), gate.in_flight) == (5, 2)
        for event in leave:
            event.set()
