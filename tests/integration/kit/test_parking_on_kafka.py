"""Parking on a real broker: order a key through restarts and rebalances, and a monkey at two workers."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from random import Random
from typing import Any

import pytest

from muniment_contracts.events import Event
from muniment_contracts.topics import dead_letter_topic, retry_topic
from muniment_kit.errors import Retryable
from muniment_kit.kafka import KafkaBroker
from muniment_kit.outcomes import Done
from muniment_kit.settings import KitSettings
from tests.builders.events import hook_received
from tests.integration.kit.stage import NAME, TOPIC, Stage, all_records, left_over, set_up, tell
from tests.waiting import eventually

RETRIES = retry_topic(TOPIC, NAME)
KEYS = [f"key-{number}" for number in range(16)]
SICK = KEYS[::4]
QUICK: dict[str, Any] = {
    "retry_base_s": 0.02,
    "retry_cap_s": 0.05,
    "retry_lane_budget_s": 0.1,
    "retry_overdue_cap_s": 0.1,
}

pytestmark = pytest.mark.timeout(180)


class Ward:
    """A handler that cannot answer sick keys before they are healed; it notes what it dealt with."""

    def __init__(self) -> None:
        self.sick = set(SICK)
        self.heard: dict[str, list[int]] = defaultdict(list)
        self.running: set[str] = set()

    async def __call__(self, event: Event[Any]) -> Done:
        await asyncio.sleep(0.001)
        if event.key in self.sick:
            raise Retryable("peer away")
        self.heard[event.key].append(int(event.body.webhook_id.rpartition("/")[2]))
        return Done()

    def count(self, keys: list[str]) -> int:
        """How many different events of ``keys`` were dealt with."""
        return sum(len(set(self.heard[key])) for key in keys)

    def in_order(self, until: int) -> bool:
        """Whether every key heard all its events, each for the first time in their order."""
        return all(list(dict.fromkeys(self.heard[key])) == list(range(until)) for key in KEYS)


async def put(settings: KitSettings, numbers: range) -> None:
    producer = KafkaBroker(settings).producer()
    await producer.start([])
    events = [hook_received(key=key, webhook_id=f"{key}/{number}") for number in numbers for key in KEYS]
    await tell(producer, settings, *events)
    await producer.stop()


async def nothing_is_left(settings: KitSettings) -> bool:
    group = f"{settings.topic_prefix}{NAME}"
    return not await left_over(settings) and not await all_records(settings, RETRIES, group=group)


async def test_stuck_keys_are_parked_through_a_restart_while_the_others_go_on(
    kafka: str, topic_prefix: str
) -> None:
    settings = await set_up(kafka, topic_prefix, **QUICK)
    await put(settings, range(5))
    ward = Ward()
    healthy = [key for key in KEYS if key not in SICK]
    async with Stage(ward, settings) as stage:
        await eventually(lambda: ward.count(healthy) == 60, what="the healthy keys", timeout_s=30)
        await eventually(
            lambda: sum(len(partition.parked) for partition in stage.consumer.partitions) == len(SICK),
            what="the sick keys to be parked",
            timeout_s=30,
        )
        await eventually(
            lambda: not any(partition.offsets.unfinished for partition in stage.consumer.partitions),
            what="the source to be finished",
            timeout_s=30,
        )
    assert await left_over(settings) == [], "the source is committed to its end"
    parked = await all_records(settings, RETRIES, group="looking-on")
    assert len(parked) == 5 * len(SICK)
    originals = {
        (record.key, record.partition)
        for record in await all_records(settings, TOPIC, group="looking-on-too")
    }
    assert {(record.key, record.partition) for record in parked} <= originals, "in the same partition number"
    ward.sick.clear()
    async with Stage(ward, settings):
        await put(settings, range(5, 8))
        await eventually(lambda: ward.count(KEYS) == 8 * 16, what="all events", timeout_s=40)
    assert ward.in_order(8)
    assert await nothing_is_left(settings)


async def test_two_workers_and_a_monkey_lose_nothing_and_keep_each_keys_order(
    kafka: str, topic_prefix: str
) -> None:
    """Workers come and go, sick keys heal and others fall sick, and records keep coming."""
    settings = await set_up(kafka, topic_prefix, **QUICK)
    monkey, ward = Random(11), Ward()
    for round in range(4):
        async with Stage(ward, settings) as one:
            await eventually(lambda: bool(one.consumer.partitions), what="an assignment", timeout_s=30)
            await put(settings, range(round * 5, round * 5 + 5))
            ward.sick = set(monkey.sample(KEYS, 5))
            async with Stage(ward, settings):
                await asyncio.sleep(monkey.uniform(0.2, 2.0))
                ward.sick = set(monkey.sample(KEYS, 3))
            await asyncio.sleep(monkey.uniform(0.1, 1.0))
    ward.sick.clear()
    async with Stage(ward, settings):
        await eventually(lambda: ward.count(KEYS) == 20 * 16, what="all events", timeout_s=60)
    assert ward.in_order(20)
    assert await nothing_is_left(settings)
    dead = await all_records(settings, dead_letter_topic(TOPIC, NAME), group="looking-on")
    assert dead == []
