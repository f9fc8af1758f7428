"""Large records: what is in memory is bounded by bytes, not by how many records there are."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import pytest

from muniment_contracts.events import Event
from muniment_contracts.topics import Topic, dead_letter_topic, retry_topic
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.outcomes import Done
from tests.builders.events import hook_received
from tests.builders.kit_settings import kit_settings
from tests.integration.kit.stage import NAME, TOPIC, Stage, tell
from tests.waiting import eventually

MB = 1024 * 1024
RECORD_BYTES = 5 * MB
RECORDS = 40
IN_LANES = 20 * MB

pytestmark = pytest.mark.timeout(180)


async def test_records_of_5_mb_are_in_memory_only_as_far_as_the_bounds_say(
    kafka: str, topic_prefix: str
) -> None:
    """200 MB lie in the topic. Lanes may hold 20 MB; fetches and two handlers' copies come on top."""
    settings = kit_settings(
        kafka_bootstrap_servers=kafka,
        topic_prefix=topic_prefix,
        waiting_bytes=IN_LANES,
        partition_waiting_bytes=IN_LANES,
        fetch_bytes=8 * MB,
        concurrency=2,
        poll_records=1,
        drain_s=3.0,
    )
    names = (TOPIC, retry_topic(TOPIC, NAME), dead_letter_topic(TOPIC, NAME), Topic.COMMERCE_ORDERS)
    large = {"max.message.bytes": str(8 * MB)}
    await create_topics(settings, [TopicPlan(f"{topic_prefix}{name}", 1, large) for name in names])
    producer = KafkaBroker(settings).producer()
    await producer.start([])
    for number in range(RECORDS):
        body = bytes([number]) * RECORD_BYTES
        await tell(producer, settings, hook_received(key=f"k{number}", webhook_id=f"{number}", body=body))
    await producer.stop()
    seen = most = 0

    async def handler(event: Event[Any]) -> Done:
        nonlocal seen, most
        assert len(event.body.body) == RECORD_BYTES
        await asyncio.sleep(0.05)
        most = max(most, sum(partition.lanes.size_bytes for partition in stage.consumer.partitions))
        seen += 1
        return Done()

    stage = Stage(handler, settings)
    tracemalloc.start()
    try:
        async with stage:
            await eventually(lambda: seen == RECORDS, what="all records", timeout_s=120)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most <= IN_LANES + RECORD_BYTES + MB, "the high mark, and the record that passed it"
    copies = 3 * 2 * RECORD_BYTES  # a handler's event, and what decoding and fetching hold meanwhile
    fetching = 2 * 8 * MB  # the fetch in hand and the next one on its way
    assert peak <= IN_LANES + RECORD_BYTES + fetching + copies, f"{peak / MB:.0f} MB"
