"""A follower reads all partitions from given places on, and knows when it is at their ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment_kit.broker import TopicsMissing
from muniment_kit.kafka.follower import Follower
from muniment_kit.kafka.lag import LagReader
from muniment_kit.kafka.producer import KafkaProducer
from muniment_kit.kafka.topics import TopicPlan, create_topics
from muniment_kit.records import OutgoingRecord, TopicPartition
from muniment_kit.settings import KitSettings
from tests.builders.kit_settings import kit_settings


async def wrote(kit: KitSettings, topic: str, *values: bytes) -> None:
    producer = KafkaProducer(kit)
    await producer.start([topic])
    try:
        await producer.send([OutgoingRecord(topic, value, value, ()) for value in values])
    finally:
        await producer.stop()


async def read_to_the_end(follower: Follower) -> list[bytes]:
    found: list[bytes] = []
    ends = await follower.ends()
    while not await follower.is_at(ends):
        found += [record.value or b"" for record in await follower.poll(timeout_s=0.2)]
    return sorted(found)


async def test_reading_goes_on_where_it_was_left_off(kafka: str, fresh_name: Callable[[str], str]) -> None:
    kit, topic = kit_settings(kafka_bootstrap_servers=kafka), fresh_name("followed")
    await create_topics(kit, [TopicPlan(topic, 3, {})])
    await wrote(kit, topic, b"a", b"b", b"c")
    async with Follower(kit, topics=[topic]) as follower:
        assert await read_to_the_end(follower) == [b"a", b"b", b"c"]
        await wrote(kit, topic, b"d")
        assert await read_to_the_end(follower) == [b"d"]
        places = await follower.places()
    assert sum(places.values()) == 4
    await wrote(kit, topic, b"e", b"f")
    async with Follower(kit, topics=[topic], places=places) as follower:
        assert await read_to_the_end(follower) == [b"e", b"f"]


async def test_a_topic_that_is_not_there_is_named(kafka: str, fresh_name: Callable[[str], str]) -> None:
    missing = fresh_name("missing")
    with pytest.raises(TopicsMissing, match=missing):
        async with Follower(kit_settings(kafka_bootstrap_servers=kafka), topics=[missing]):
            pass


async def test_a_group_that_never_committed_stands_at_the_first_record(
    kafka: str, fresh_name: Callable[[str], str]
) -> None:
    kit, topic = kit_settings(kafka_bootstrap_servers=kafka), fresh_name("lagging")
    await create_topics(kit, [TopicPlan(topic, 2, {})])
    await wrote(kit, topic, b"a", b"b")
    async with LagReader(kit) as lag, Follower(kit, topics=[topic]) as follower:
        ends = await lag.ends(topic)
        assert ends == {place.partition: end for place, end in (await follower.ends()).items()}
        assert await lag.committed(fresh_name("nobody"), topic) == {0: 0, 1: 0}
        assert TopicPartition(topic, 0) in await follower.places()
