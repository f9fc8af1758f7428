"""The points of a shop: never more spent than granted, nobody waits longer than it takes to restore them."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.testing import ManualClock
from muniment_shopify.cost_bucket import CostBucket, Reservation, ThrottleStatus


def reserved(bucket: CostBucket, points: float) -> Reservation:
    reservation = bucket.reserve(points, max_wait_s=1e9)
    assert isinstance(reservation, Reservation)
    return reservation


def test_queries_wait_one_after_another_for_points_to_be_restored() -> None:
    bucket = CostBucket(ManualClock(), maximum=100, restore_rate=10)
    waits = [reserved(bucket, 50).wait_s for _ in range(4)]
    assert waits == [0, 0, 5, 10]


def test_a_longer_wait_than_allowed_reserves_nothing() -> None:
    bucket = CostBucket(ManualClock(), maximum=100, restore_rate=10)
    reserved(bucket, 100)
    assert bucket.reserve(50, max_wait_s=4.9) == 5.0
    assert bucket.available == 0
    assert reserved(bucket, 50).wait_s == 5.0


async def test_points_come_back_with_time_up_to_the_maximum() -> None:
    clock = ManualClock()
    bucket = CostBucket(clock, maximum=100, restore_rate=10)
    reserved(bucket, 60)
    await clock.advance(3)
    assert bucket.available == 70
    await clock.advance(1000)
    assert bucket.available == 100


def test_an_answer_corrects_the_bucket_and_keeps_what_others_have_set_aside() -> None:
    bucket = CostBucket(ManualClock(), maximum=1000, restore_rate=50)
    first, second = reserved(bucket, 100), reserved(bucket, 200)
    bucket.settle(first, ThrottleStatus(maximum=2000, available=1990, restore_rate=100))
    assert (bucket.maximum, bucket.available) == (2000, 1790)
    bucket.settle(second, ThrottleStatus(maximum=2000, available=1980, restore_rate=100))
    assert bucket.available == 1980


def test_the_wait_after_throttling_is_the_missing_points_over_the_rate() -> None:
    bucket = CostBucket(ManualClock(), maximum=1000, restore_rate=50)
    bucket.settle(reserved(bucket, 100), ThrottleStatus(maximum=1000, available=666, restore_rate=50))
    assert reserved(bucket, 752).wait_s == (752 - 666) / 50


def test_a_lost_answer_leaves_its_points_spent() -> None:
    bucket = CostBucket(ManualClock(), maximum=100, restore_rate=10)
    bucket.settle(reserved(bucket, 40), None)
    assert bucket.available == 60


def test_a_query_dearer_than_the_bucket_waits_for_a_full_one() -> None:
    bucket = CostBucket(ManualClock(), maximum=100, restore_rate=10)
    assert reserved(bucket, 5000).wait_s == 0
    assert reserved(bucket, 5000).wait_s == 10


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(1, 100)), min_size=1, max_size=40),
    st.floats(50, 200),
    st.floats(1, 50),
)
def test_who_waits_as_told_never_spends_more_than_the_shop_grants(
    queries: list[tuple[float, float]], maximum: float, rate: float
) -> None:
    clock = ManualClock()
    bucket = CostBucket(clock, maximum=maximum, restore_rate=rate)
    sent: list[tuple[float, float]] = []
    for pause_s, points in queries:
        asyncio.run(clock.advance(pause_s))
        reservation = reserved(bucket, points)
        sent.append((clock.monotonic() + reservation.wait_s, reservation.points))
    granted, now = maximum, 0.0
    for at, points in sorted(sent):
        granted = min(maximum, granted + (at - now) * rate)
        now = at
        granted -= points
        assert granted >= -1e-6 * maximum
