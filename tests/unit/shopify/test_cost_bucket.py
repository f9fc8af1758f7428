"""The points of a shop: never more spent than granted, and nobody waits longer than needed."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.testing import ManualClock
from muniment_kit.testing.manual_clock import settle
from muniment_shopify.cost_bucket import Cost, CostBucket, ThrottleStatus
from muniment_shopify.errors import Throttled
from muniment_shopify.points_queue import PointsQueue
from muniment_shopify.priority import Priority
from tests.unit.shopify.scripted import HurriedClock


def small_bucket(clock: ManualClock) -> CostBucket:
    return CostBucket(clock, maximum=100, restore_rate=10)


async def test_points_come_back_with_time_up_to_the_maximum() -> None:
    clock = ManualClock()
    bucket = small_bucket(clock)
    bucket.take(60)
    await clock.advance(3)
    assert bucket.available == 70
    await clock.advance(1000)
    assert bucket.available == 100


def test_an_answer_corrects_the_bucket_and_keeps_what_others_have_taken() -> None:
    bucket = CostBucket(ManualClock(), maximum=1000, restore_rate=50)
    first, second = bucket.take(100), bucket.take(200)
    bucket.settle(first, ThrottleStatus(maximum=2000, available=1990, restore_rate=100))
    assert (bucket.maximum, bucket.available, bucket.taken) == (2000, 1790, 200)
    bucket.settle(second, ThrottleStatus(maximum=2000, available=1980, restore_rate=100))
    assert (bucket.available, bucket.taken) == (1980, 0)


def test_the_wait_after_throttling_is_the_missing_points_over_the_rate() -> None:
    bucket = CostBucket(ManualClock(), maximum=1000, restore_rate=50)
    bucket.settle(bucket.take(100), ThrottleStatus(maximum=1000, available=666, restore_rate=50))
    assert bucket.wait_s(752) == (752 - 666) / 50
    assert bucket.wait_s(666) == 0


def test_a_lost_answer_leaves_its_points_spent() -> None:
    bucket = small_bucket(ManualClock())
    bucket.settle(bucket.take(40), None)
    assert (bucket.available, bucket.taken) == (60, 0)


def test_a_query_dearer_than_the_bucket_waits_for_a_full_one() -> None:
    bucket = small_bucket(ManualClock())
    assert bucket.wait_s(5000) == 0
    assert bucket.take(5000) == 100
    assert bucket.wait_s(5000) == 10


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(1, 100)), min_size=1, max_size=30),
    st.floats(50, 200),
    st.floats(1, 50),
)
def test_who_waits_as_told_never_spends_more_than_the_shop_grants(
    queries: list[tuple[float, float]], maximum: float, rate: float
) -> None:
    clock = HurriedClock()
    bucket = CostBucket(clock, maximum=maximum, restore_rate=rate)
    granted, before = maximum, 0.0

    async def send(pause_s: float, points: float) -> None:
        nonlocal granted, before
        await clock.sleep(pause_s)
        await clock.sleep(bucket.wait_s(points))
        granted = min(maximum, granted + (clock.monotonic() - before) * rate) - bucket.take(points)
        before = clock.monotonic()
        assert granted >= -1e-6 * maximum

    async def send_all() -> None:
        for pause_s, points in queries:
            await send(pause_s, points)

    asyncio.run(send_all())


class Line:
    """Queries that stand in line for the points of a small bucket, and end when the test says so."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.bucket = small_bucket(self.clock)
        self.queue = PointsQueue(self.bucket, self.clock, Random(0))
        self.sent: list[str] = []
        self.answers: dict[str, asyncio.Future[Cost | None]] = {}

    async def query(self, name: str, points: float, *, deadline: float = 100.0) -> None:
        async with self.queue.points(points, deadline, Priority.DECISION) as paid:
            self.sent.append(name)
            self.answers[name] = asyncio.get_running_loop().create_future()
            paid.cost = await self.answers[name]

    def answer(self, name: str, available: float) -> None:
        self.answers[name].set_result(Cost(50, 1, ThrottleStatus(100, available, 10)))


async def test_queries_go_out_in_the_order_they_came_as_points_are_restored() -> None:
    line = Line()
    tasks = [
        asyncio.create_task(line.query(name, points)) for name, points in [("a", 80), ("b", 60), ("c", 5)]
    ]
    await settle()
    assert line.sent == ["a"]  # c could pay at once, but b came first
    await line.clock.advance(6)
    assert line.sent == ["a", "b", "c"]
    for name in "abc":
        line.answer(name, 50)
    await asyncio.gather(*tasks)


async def test_an_answer_that_gives_points_back_lets_the_next_one_out_at_once() -> None:
    line = Line()
    tasks = [asyncio.create_task(line.query(name, 90)) for name in "ab"]
    await settle()
    assert line.sent == ["a"]
    line.answer("a", 99)
    await settle()
    assert line.sent == ["a", "b"]
    line.answer("b", 98)
    await asyncio.gather(*tasks)
    assert line.bucket.available == 98
    assert line.clock.sleeping == 0


async def test_who_cannot_be_served_in_time_is_told_so_at_once_when_no_answer_is_due() -> None:
    line = Line()
    line.bucket.settle(line.bucket.take(100), None)
    with pytest.raises(Throttled) as raised:
        await line.query("a", 60, deadline=5.0)
    assert raised.value.after == 6.0


async def test_while_an_answer_is_due_the_wait_goes_on_to_the_deadline() -> None:
    line = Line()
    first = asyncio.create_task(line.query("a", 100))
    await settle()
    second = asyncio.create_task(line.query("b", 60, deadline=5.0))
    await settle()
    assert not second.done()
    await line.clock.advance(5.0)
    with pytest.raises(Throttled):
        await second
    line.answer("a", 99)
    await first


async def test_a_query_cancelled_in_line_leaves_it_and_takes_nothing() -> None:
    line = Line()
    first, second, third = (asyncio.create_task(line.query(name, 90)) for name in "abc")
    await settle()
    second.cancel()
    await settle()
    line.answer("a", 100)
    await settle()
    assert line.sent == ["a", "c"]
    line.answer("c", 100)
    await asyncio.gather(first, third)
    assert line.bucket.taken == 0
