"""Decisions before records before backfill: in one process by the line, between them by what is left."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.testing import ManualClock
from muniment_kit.testing.manual_clock import settle
from muniment_shopify.cost_bucket import CostBucket, ThrottleStatus
from muniment_shopify.points_queue import PointsQueue
from muniment_shopify.priority import TERMS, Priority
from tests.unit.shopify.simulated_shop import (
    LATENCY_S,
    SHOP_INFO,
    SimulatedShop,
    Traffic,
    bursts,
    flood,
    simulate,
)

DECISION, RECORD, BACKFILL = Priority
FIVE_MINUTES = 300.0
AT_ONCE_S = LATENCY_S + 1e-6


async def live_records_beside_a_flood_at(priority: Priority) -> Traffic:
    shop = SimulatedShop()
    history = Traffic(shop.client(priority), 100)
    live = Traffic(shop.client(RECORD), 100)
    await simulate(shop, flood(shop, history), bursts(shop, live, size=3, every_s=8), seconds=FIVE_MINUTES)
    assert history.sent_at
    return live


async def test_records_of_one_process_go_out_at_once_beside_the_backfill_of_another() -> None:
    live = await live_records_beside_a_flood_at(BACKFILL)
    assert len(live.waits_s) > 100
    assert max(live.waits_s) <= AT_ONCE_S


async def test_without_its_priority_the_same_backfill_would_hold_records_up_for_a_minute() -> None:
    live = await live_records_beside_a_flood_at(RECORD)
    assert max(live.waits_s) > 60


async def test_backfill_takes_what_live_records_leave() -> None:
    shop = SimulatedShop()
    history = Traffic(shop.client(BACKFILL), 100)
    live = Traffic(shop.client(RECORD), 100)
    await simulate(shop, flood(shop, history), bursts(shop, live, size=3, every_s=8), seconds=FIVE_MINUTES)
    spent = 100 * (len(history.sent_at) + len(live.sent_at))
    assert spent >= 0.95 * FIVE_MINUTES * shop.rate
    assert shop.throttled == 0


@pytest.mark.parametrize("points", [30, 200])
async def test_decisions_go_out_at_once_beside_two_processes_that_record_all_they_can(points: int) -> None:
    shop = SimulatedShop()
    records = [Traffic(shop.client(RECORD), 100), Traffic(shop.client(RECORD), 60)]
    decisions = Traffic(shop.client(DECISION), points)
    await simulate(
        shop,
        *(flood(shop, each) for each in records),
        bursts(shop, decisions, size=1, every_s=7.3),
        seconds=FIVE_MINUTES,
    )
    assert len(decisions.waits_s) >= 40
    assert max(decisions.waits_s) <= 1.0
    assert all(each.sent_at for each in records)


async def test_in_one_process_every_priority_gets_through_however_much_the_higher_ones_ask() -> None:
    shop = SimulatedShop()
    process = shop.client(RECORD, max_wait_s=20.0)
    records = Traffic(process, 100)
    history = Traffic(process.at(BACKFILL), 200)
    decisions = Traffic(process.at(DECISION), 30)
    await simulate(
        shop,
        flood(shop, records, workers=20),
        flood(shop, history, workers=4),
        bursts(shop, decisions, size=2, every_s=10),
        seconds=600.0,
    )
    assert max(decisions.waits_s) <= AT_ONCE_S
    assert len(records.sent_at) > 200
    # One query after each time of patience, once the bucket has filled up for it.
    to_fill_s = (200 + TERMS[RECORD].reserve * 1000) / shop.rate
    gaps = [later - sooner for sooner, later in zip(history.sent_at, history.sent_at[1:], strict=False)]
    assert len(gaps) >= 7
    assert max(gaps) <= TERMS[BACKFILL].patience_s + to_fill_s


async def test_who_was_silent_asks_cheaply_before_a_dear_query_of_the_backfill() -> None:
    shop = SimulatedShop()
    history = shop.client(BACKFILL)
    others = Traffic(shop.client(DECISION), 900)

    async def after_a_silence() -> None:
        await history.execute(SHOP_INFO, {"points": 400})
        await shop.clock.sleep(3600)
        await others.query(shop.clock)
        await history.execute(SHOP_INFO, {"points": 400})

    await simulate(shop, after_a_silence(), seconds=3700)
    assert shop.asked_cheaply >= 2
    assert shop.throttled == 0


async def test_a_cheap_query_is_its_own_question_and_decisions_never_ask() -> None:
    shop = SimulatedShop()
    history, decider = shop.client(BACKFILL), shop.client(DECISION)

    async def two_queries() -> None:
        for client, points in [(history, 2), (history, 2), (decider, 500)]:
            await shop.clock.sleep(10)
            await client.execute(SHOP_INFO, {"points": points})

    await simulate(shop, two_queries(), seconds=60)
    assert shop.asked_cheaply == 1  # for the very first query its price was not known


async def test_a_view_shares_everything_but_its_priority_and_patience() -> None:
    shop = SimulatedShop()
    client = shop.client(RECORD)
    view = client.at(BACKFILL, max_wait_s=5.0)
    assert (client.priority, view.priority) == (RECORD, BACKFILL)
    assert view.bucket is client.bucket
    assert view.links is client.links
    assert view.bulk_slots is client.bulk_slots


class Line:
    """Queries of all priorities in one line, each answered at once without a word on what is left."""

    def __init__(self, *, available: float = 100.0) -> None:
        self.clock = ManualClock()
        self.bucket = CostBucket(self.clock, maximum=100, restore_rate=10)
        self.bucket.hear(ThrottleStatus(100, available, 10))
        self.queue = PointsQueue(self.bucket, self.clock, Random(0))
        self.sent: list[str] = []

    async def query(self, name: str, points: float, priority: Priority) -> None:
        async with self.queue.points(points, 1e6, priority):
            self.sent.append(name)


async def test_the_line_is_by_priority_and_within_one_by_arrival() -> None:
    line = Line(available=0)
    waiting = [("b1", BACKFILL), ("r1", RECORD), ("d1", DECISION), ("r2", RECORD), ("d2", DECISION)]
    tasks = [asyncio.create_task(line.query(name, 20, priority)) for name, priority in waiting]
    await settle()
    await line.clock.advance(25)
    assert line.sent == ["d1", "d2", "r1", "r2", "b1"]
    await asyncio.gather(*tasks)


async def test_a_decision_that_comes_later_goes_before_a_record_that_waits_for_points() -> None:
    line = Line(available=0)
    record = asyncio.create_task(line.query("record", 50, RECORD))
    await settle()
    await line.clock.advance(3)
    decision = asyncio.create_task(line.query("decision", 30, DECISION))
    await settle()
    assert line.sent == ["decision"]
    await line.clock.advance(10)
    await asyncio.gather(record, decision)


async def test_each_priority_leaves_its_share_of_the_bucket_untouched() -> None:
    for priority in Priority:
        line = Line()
        names = [f"{n}" for n in range(20)]
        tasks = [asyncio.create_task(line.query(name, 5, priority)) for name in names]
        await settle()
        assert 100 - 5 * len(line.sent) == pytest.approx(100 * TERMS[priority].reserve, abs=5)
        await line.clock.advance(60)
        await asyncio.gather(*tasks)


async def test_a_query_given_up_while_it_waits_lets_the_next_one_go_and_spends_nothing() -> None:
    line = Line(available=0)
    first = asyncio.create_task(line.query("a", 80, DECISION))
    second = asyncio.create_task(line.query("b", 10, DECISION))
    await settle()
    await line.clock.advance(2)
    assert line.sent == []
    first.cancel()
    await settle()
    assert line.sent == ["b"]
    await second
    assert line.bucket.taken == 0


arrivals = st.lists(
    st.tuples(st.floats(0, 20), st.sampled_from(list(Priority)), st.floats(1, 150)), min_size=1, max_size=12
)


@given(arrivals)
def test_every_query_goes_out_on_what_is_really_there_and_none_overtakes_its_own_priority(
    queries: list[tuple[float, Priority, float]],
) -> None:
    asyncio.run(_send_all(queries))


async def _send_all(queries: list[tuple[float, Priority, float]]) -> None:
    clock = ManualClock()
    bucket = CostBucket(clock, maximum=100, restore_rate=10)
    queue = PointsQueue(bucket, clock, Random(0))
    sent: dict[Priority, list[int]] = {priority: [] for priority in Priority}
    came: dict[Priority, list[int]] = {priority: [] for priority in Priority}

    async def query(number: int, pause_s: float, priority: Priority, points: float) -> None:
        await clock.sleep(pause_s)
        came[priority].append(number)
        async with queue.points(points, 1e6, priority):
            sent[priority].append(number)
            assert bucket.available >= -1e-6

    tasks = [asyncio.create_task(query(number, *each)) for number, each in enumerate(queries)]
    await settle()
    await clock.advance(20 + 10 * len(queries) + TERMS[BACKFILL].patience_s)
    assert all(task.done() for task in tasks)
    await asyncio.gather(*tasks)
    assert sent == came
