"""Everything that can happen in a shop, recorded: the sandbox tells it, the role asks it, Kafka keeps it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import orjson

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic, dead_letter_topic, retry_topic
from muniment_kit.clock import SystemClock
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.follower import Follower
from muniment_kit.kafka.lag import LagReader
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.outcomes import Done
from muniment_kit.publishing import EventEncoder
from muniment_kit.runner import serve
from muniment_kit.settings import KitSettings
from muniment_kit.testing import ServiceHarness
from muniment_ops.broker.ports import free_port
from shopify_ingest.app import NAME, build_record
from shopify_ingest.record import CHANGE_TOPICS, Deliveries, remember, topic_of
from shopify_ingest.record.outcomes import outcome_of
from tests.builders.kit_settings import kit_settings
from tests.integration.shopify_ingest.recorded_shop import BEGIN, RecordedShop, recorded_shop
from tests.waiting import until

PARTITIONS = 3
NAMELESS = {"returns/process"}
RENAMED = {"delivery.reported", "delivery.failed", "customer.updated", "draft.updated"}


async def test_every_hook_of_a_shop_comes_to_its_outcome() -> None:
    async with recorded_shop() as told:
        told.live()
        desk = ServiceHarness(build_record(objects=told.objects))
        recorded: set[str] = set()
        for hook in told.hooks():
            before = len(desk.published)
            assert isinstance(await desk.hears(hook), Done), hook.body.hook
            change = outcome_of(hook.body.hook).change
            kinds = {event.type for event in desk.published[before:]}
            if change is None or hook.body.hook in NAMELESS:
                assert kinds == set()
            else:
                assert change in kinds or change in RENAMED, hook.body.hook
                recorded.add(hook.body.hook)
        assert len(recorded) > 60
        assert {event.topic for event in desk.published} == set(CHANGE_TOPICS)
        assert_sound(desk.published)


async def test_hooks_one_by_one_and_all_together_give_the_same_facts() -> None:
    async with recorded_shop() as told:
        told.live()
        apart = ServiceHarness(build_record(objects=told.objects))
        for hook in told.hooks():
            await apart.hears(hook)
        one_by_one, told.client.asked = told.client.asked, 0
        together = ServiceHarness(build_record(objects=told.objects))
        for hooks in by_key(told.hooks()):
            await together.hears(*hooks)
        assert {event.id for event in together.published} == {event.id for event in apart.published}
        assert len(together.published) == len({event.id for event in together.published})
        assert told.client.asked < one_by_one / 2


async def test_a_shop_is_recorded_on_kafka_and_after_a_restart_second_deliveries_ask_nothing(
    kafka: str, topic_prefix: str
) -> None:
    settings = await set_up(kafka, topic_prefix)
    async with recorded_shop() as told:
        told.live()
        hooks = told.hooks()
        async with recording(settings, told):
            await publish(settings, hooks)
            await until(lambda: is_finished(settings, len(hooks)), what="all hooks recorded", timeout_s=30)
        first = await changes(settings)
        assert {event.topic for event in first} == set(CHANGE_TOPICS)
        assert_sound(first)

        told.client.asked = 0
        late = told.hooks(received_at=BEGIN + timedelta(hours=4))
        async with recording(settings, told):
            await publish(settings, late)
            await until(lambda: is_finished(settings, 2 * len(hooks)), what="all hooks again", timeout_s=30)
        assert told.client.asked == 0
        assert len(await changes(settings)) == len(first)


def assert_sound(events: Sequence[Event[Any]]) -> None:
    """Assert that what belongs to an order has its key, and that found objects carry a whole snapshot."""
    for event in events:
        assert event.topic is topic_of(event.type)
        order_id = getattr(event.body, "order_id", None)
        if order_id and event.topic is not Topic.COMMERCE_DRAFTS:
            assert event.key.endswith(f"/order/{order_id}"), event.type
        if event.body.state == "found":
            assert orjson.loads(event.body.snapshot)
        else:
            assert event.body.snapshot == b""
    facts = Counter((event.id, event.type, event.key) for event in events)
    assert len(facts) == len({event.id for event in events})


def by_key(hooks: Sequence[Event[HookReceived]]) -> list[list[Event[HookReceived]]]:
    """Return the hooks of each key."""
    found: dict[str, list[Event[HookReceived]]] = {}
    for hook in hooks:
        found.setdefault(hook.key, []).append(hook)
    return list(found.values())


async def set_up(kafka: str, prefix: str) -> KitSettings:
    """Create the topics of the role, and return its settings."""
    settings = kit_settings(
        kafka_bootstrap_servers=kafka,
        topic_prefix=prefix,
        health_port=free_port(),
        session_timeout_s=6.0,
        drain_s=3.0,
        request_timeout_s=10.0,
    )
    beside = [name(Topic.SHOPIFY_HOOKS, NAME) for name in (retry_topic, dead_letter_topic)]
    names = [Topic.SHOPIFY_HOOKS, *CHANGE_TOPICS, *beside]
    await create_topics(settings, [TopicPlan(f"{prefix}{name}", PARTITIONS, {}) for name in names])
    return settings


@asynccontextmanager
async def recording(settings: KitSettings, told: RecordedShop) -> AsyncIterator[None]:
    """Run the role, as its process does."""
    deliveries = Deliveries()
    await remember(deliveries, settings, service=NAME, records=1_000)
    service = build_record(objects=told.objects, deliveries=deliveries)
    stop = asyncio.Event()
    role = asyncio.create_task(
        serve(service, settings, broker=KafkaBroker(settings), clock=SystemClock(), stop=stop)
    )
    try:
        yield
    finally:
        stop.set()
        await role


async def publish(settings: KitSettings, hooks: Sequence[Event[HookReceived]]) -> None:
    """Store the hooks, as the receiver does."""
    encoder = EventEncoder([Topic.SHOPIFY_HOOKS], topic_prefix=settings.topic_prefix)
    producer = KafkaBroker(settings).producer()
    await producer.start([])
    try:
        await producer.send([encoder.encode(hook) for hook in hooks])
    finally:
        await producer.stop()


async def is_finished(settings: KitSettings, hooks: int) -> bool:
    """Say whether the role has committed so many hooks."""
    async with LagReader(settings) as lag:
        topic = f"{settings.topic_prefix}{Topic.SHOPIFY_HOOKS}"
        done = await lag.committed(f"{settings.topic_prefix}{NAME}", topic)
    return sum(done.values()) == hooks


async def changes(settings: KitSettings) -> list[Event[Any]]:
    """Return every change on Kafka."""
    physical = {f"{settings.topic_prefix}{topic}": topic for topic in CHANGE_TOPICS}
    found: list[Event[Any]] = []
    async with LagReader(settings) as lag:
        ends = [sum((await lag.ends(name)).values()) for name in physical]
    async with asyncio.timeout(20), Follower(settings, topics=list(physical)) as follower:
        while len(found) < sum(ends):
            records = await follower.poll(timeout_s=1)
            found += [event_from(physical[r.topic], r.key, r.value, r.headers) for r in records]
    return found
