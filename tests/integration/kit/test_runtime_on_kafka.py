"""The runtime on a real broker: order, rebalances, crashes, and a broker that dies."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from muniment_contracts.events import Event
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.outcomes import Done
from muniment_ops.broker import EmbeddedBroker
from tests.builders.events import hook_received, order_change
from tests.integration.kit.stage import (
    NAME,
    PUBLISHED,
    TOPIC,
    Stage,
    all_records,
    left_over,
    set_up,
    tell,
)
from tests.waiting import eventually

KEYS = [f"key-{number}" for number in range(20)]


def told(key: str, number: int) -> Event[Any]:
    return hook_received(key=key, webhook_id=f"{key}/{number}")


def numbers(heard: list[Event[Any]]) -> dict[str, list[int]]:
    """Return the numbers heard of each key, in the order they were heard."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for event in heard:
        by_key[event.key].append(int(event.body.webhook_id.rpartition("/")[2]))
    return by_key


def without_repeats(sequence: list[int]) -> list[int]:
    return list(dict.fromkeys(sequence))


async def test_each_key_is_handled_in_order_while_keys_run_concurrently(
    kafka: str, topic_prefix: str
) -> None:
    settings = await set_up(kafka, topic_prefix, retry_base_s=0.01, retry_cap_s=0.05)
    heard: list[Event[Any]] = []
    running: dict[str, int] = defaultdict(int)
    most = 0
    attempts: dict[str, int] = defaultdict(int)

    async def handler(event: Event[Any]) -> Done:
        nonlocal most
        running[event.key] += 1
        most = max(most, sum(running.values()))
        assert running[event.key] == 1
        await asyncio.sleep(0.002)
        running[event.key] -= 1
        attempts[event.id] += 1
        if attempts[event.id] == 1 and event.id.endswith(("0", "7")):
            raise Retryable("once more")
        heard.append(event)
        return Done()

    async with Stage(handler, settings) as stage:
        await stage.tell(*(told(key, number) for number in range(15) for key in KEYS))
        await eventually(lambda: len(heard) == 300, what="300 handled events", timeout_s=30)
        assert stage.vital_signs.why_not_ready() == []
    assert numbers(heard) == {key: list(range(15)) for key in KEYS}
    assert most > 5
    assert await left_over(settings) == []


async def test_what_is_published_and_what_is_dead_is_in_its_topic(kafka: str, topic_prefix: str) -> None:
    settings = await set_up(kafka, topic_prefix)

    async def handler(event: Event[Any]) -> Done:
        if event.key == KEYS[3]:
            raise Rejected("not this one")
        return Done(order_change("order.created"), order_change("order.updated"))

    async with Stage(handler, settings) as stage:
        await stage.tell(*(told(key, 0) for key in KEYS))
        published: list[Any] = []
        dead: list[Any] = []
        async with asyncio.timeout(20):
            while len(published) < 38 or not dead:
                published = await all_records(settings, PUBLISHED, group=f"{topic_prefix}reader")
                dead = await all_records(settings, f"{TOPIC}.dlq.{NAME}", group=f"{topic_prefix}reader")
    assert len(published) == 38
    assert [letter.key for letter in dead] == [KEYS[3].encode()]
    assert await left_over(settings) == []


async def test_a_rebalance_in_the_middle_loses_nothing_and_keeps_each_keys_order(
    kafka: str, topic_prefix: str
) -> None:
    settings = await set_up(kafka, topic_prefix)
    heard: list[Event[Any]] = []

    async def handler(event: Event[Any]) -> Done:
        await asyncio.sleep(0.005)
        heard.append(event)
        return Done()

    async with Stage(handler, settings) as one:
        await one.tell(*(told(key, number) for number in range(40) for key in KEYS))
        await eventually(lambda: len(heard) > 100, what="100 handled events", timeout_s=30)
        async with Stage(handler, settings) as two:
            await eventually(
                lambda: len(one.consumer.partitions) == len(two.consumer.partitions) == 2,
                what="two partitions each",
                timeout_s=30,
            )
            before = len(heard)
            await eventually(
                lambda: len(heard) > before + 100 or len({e.id for e in heard}) == 800,
                what="events from both members",
                timeout_s=30,
            )
        await eventually(
            lambda: len({event.id for event in heard}) == 800, what="all 800 events", timeout_s=30
        )
    assert {key: without_repeats(found) for key, found in numbers(heard).items()} == {
        key: list(range(40)) for key in KEYS
    }
    assert len(heard) < 1000, "a drained rebalance repeats few records"
    assert await left_over(settings) == []


async def test_a_handler_in_the_middle_holds_the_commit_back(
    kafka: str, topic_prefix: str, fresh_name: Callable[[str], str]
) -> None:
    settings = await set_up(kafka, topic_prefix, drain_s=0.5)
    heard: list[Event[Any]] = []
    begun: list[str] = []

    async def handler(event: Event[Any]) -> Done:
        begun.append(event.key)
        if event.key == KEYS[0]:
            await asyncio.Event().wait()
        heard.append(event)
        return Done()

    async with Stage(handler, settings) as stage:
        await stage.tell(told(KEYS[0], 0), *(told(key, 1) for key in KEYS[1:]))
        await eventually(
            lambda: len(heard) == 19 and KEYS[0] in begun, what="all but the stuck event", timeout_s=30
        )
        await asyncio.sleep(settings.commit_interval_s * 2)
    rest = await left_over(settings)
    assert rest[0].key == KEYS[0].encode()
    same_partition = [record for record in rest if record.partition == rest[0].partition]
    assert same_partition == rest, "other partitions are committed to their ends"


async def test_a_broker_that_is_killed_and_comes_back_needs_no_help(
    killable_kafka: EmbeddedBroker, topic_prefix: str
) -> None:
    settings = await set_up(killable_kafka.bootstrap_servers, topic_prefix)
    heard: list[Event[Any]] = []

    async def handler(event: Event[Any]) -> Done:
        await asyncio.sleep(0.002)
        heard.append(event)
        return Done(order_change("order.created"))

    async with Stage(handler, settings) as stage:
        await stage.tell(*(told(key, number) for number in range(10) for key in KEYS))
        await eventually(lambda: len(heard) > 50, what="50 handled events", timeout_s=30)
        await killable_kafka.kill()
        telling = asyncio.ensure_future(stage.tell(*(told(key, 10) for key in KEYS)))
        await asyncio.sleep(1)
        assert stage.vital_signs.why_not_alive() == []
        await killable_kafka.restart()
        await asyncio.wait_for(telling, 30)
        await eventually(
            lambda: len({event.id for event in heard}) == 220,
            what="all events after the restart",
            timeout_s=30,
        )
        assert {key: without_repeats(found) for key, found in numbers(heard).items()} == {
            key: list(range(11)) for key in KEYS
        }
        await eventually(
            lambda: stage.vital_signs.why_not_ready() == [], what="readiness after the restart", timeout_s=30
        )
    assert await left_over(settings) == []
    published = await all_records(settings, PUBLISHED, group=f"{topic_prefix}reader")
    assert len(published) >= 220


async def test_static_members_keep_their_partitions_over_a_restart(kafka: str, topic_prefix: str) -> None:
    settings = await set_up(kafka, topic_prefix)
    heard: list[Event[Any]] = []

    async def handler(event: Event[Any]) -> Done:
        heard.append(event)
        return Done()

    one_settings = settings.model_copy(update={"client_name": "pod-0"})
    two_settings = settings.model_copy(update={"client_name": "pod-1"})
    async with Stage(handler, two_settings) as two:
        async with Stage(handler, one_settings) as one:
            await eventually(
                lambda: len(one.consumer.partitions) == len(two.consumer.partitions) == 2,
                what="two partitions each",
                timeout_s=30,
            )
            had = {partition.id for partition in one.consumer.partitions}
            kept = set(two.consumer.partitions)
        async with Stage(handler, one_settings) as back:
            await eventually(
                lambda: {partition.id for partition in back.consumer.partitions} == had,
                what="the partitions it had before",
                timeout_s=30,
            )
            assert set(two.consumer.partitions) == kept, "the other member was not disturbed"
            await tell(back.producer, settings, *(told(key, 0) for key in KEYS))
            await eventually(lambda: len(heard) == 20, what="20 handled events", timeout_s=30)
