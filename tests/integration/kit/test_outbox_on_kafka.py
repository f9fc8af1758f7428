"""Batches of many senders on a real broker: where each record goes, and whom a refusal hits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiokafka import AIOKafkaProducer

from muniment_kit.broker import StartableProducer
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.producer import PublishFailed, RecordTooLarge
from muniment_kit.records import OutgoingRecord, Record
from muniment_kit.settings import KitSettings
from tests.builders.kit_settings import kit_settings
from tests.contract.kit.broker_contract import joined, read, record


@pytest.fixture
def settings(kafka: str) -> KitSettings:
    return kit_settings(kafka_bootstrap_servers=kafka, session_timeout_s=6.0, drain_s=2.0)


@pytest.fixture
async def producer(settings: KitSettings) -> AsyncIterator[StartableProducer]:
    producer = KafkaBroker(settings).producer()
    await producer.start([])
    yield producer
    await producer.stop()


async def read_all(settings: KitSettings, topic: str, count: int) -> list[Record]:
    async with joined(KafkaBroker(settings), f"reading-{topic}", topic) as (member, _):
        return await read(member, count)


async def test_a_key_goes_to_the_partition_that_every_other_client_chooses(
    settings: KitSettings, producer: StartableProducer, fresh_name: Callable[[str], str]
) -> None:
    topic = fresh_name("keys")
    await create_topics(settings, [TopicPlan(topic, 7, {})])
    keys = [f"northwind/order/{number}" for number in range(60)]
    other = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers)
    await other.start()
    chosen = {key: (await other.send_and_wait(topic, b"", key.encode())).partition for key in keys}
    await other.stop()
    await producer.send([record(topic, key) for key in keys])
    for got in await read_all(settings, topic, 2 * len(keys)):
        assert got.partition == chosen[(got.key or b"").decode()]


async def test_a_topic_that_takes_less_than_a_batch_refuses_only_the_record_that_is_too_large(
    settings: KitSettings, producer: StartableProducer, fresh_name: Callable[[str], str]
) -> None:
    topic = fresh_name("narrow")
    await create_topics(settings, [TopicPlan(topic, 1, {"max.message.bytes": "4000"})])
    refused: list[int] = []

    async def send(number: int) -> None:
        value = b"x" * (5_000 if number == 7 else 500)
        while True:
            try:
                await producer.send([OutgoingRecord(topic, str(number).encode(), value, [])])
            except PublishFailed:
                await asyncio.sleep(0.05)
                continue
            except RecordTooLarge:
                refused.append(number)
            return

    await asyncio.gather(*(send(number) for number in range(20)))
    assert refused == [7]
    got = await read_all(settings, topic, 19)
    assert sorted({int(r.key or b"") for r in got}) == [number for number in range(20) if number != 7]


async def test_what_is_on_its_way_when_the_producer_stops_is_still_stored(
    settings: KitSettings, fresh_name: Callable[[str], str]
) -> None:
    topic = fresh_name("stopping")
    await create_topics(settings, [TopicPlan(topic, 1, {})])
    producer = KafkaBroker(settings).producer()
    await producer.start([topic])
    settled: list[Exception | None] = []
    for number in range(300):
        producer.hand_over([OutgoingRecord(topic, b"k", str(number).encode() * 500, [])], settled.append)
    await producer.stop()
    assert settled == [None] * 300
    got = await read_all(settings, topic, 300)
    assert [(r.value or b"")[:1] for r in got] == [str(number)[:1].encode() for number in range(300)]
