"""A dead-letter or retry topic that is gone: nothing is skipped, and all goes on when it is back."""

from __future__ import annotations

from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from muniment_contracts.events import Event
from muniment_contracts.topics import dead_letter_topic, retry_topic
from muniment_kit.errors import Rejected
from muniment_kit.kafka import create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.outcomes import Done
from tests.builders.events import hook_received
from tests.integration.kit.stage import NAME, PARTITIONS, TOPIC, Stage, all_records, left_over, set_up
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(180)


async def delete(kafka: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()


async def test_a_dead_letter_waits_for_its_topic_while_other_keys_go_on(
    kafka: str, topic_prefix: str
) -> None:
    settings = await set_up(kafka, topic_prefix, request_timeout_s=2.0)
    letters = f"{topic_prefix}{dead_letter_topic(TOPIC, NAME)}"
    heard: list[str] = []

    async def handler(event: Event[Any]) -> Done:
        if event.key == "bad":
            raise Rejected("no")
        heard.append(event.body.webhook_id)
        return Done()

    async with Stage(handler, settings) as stage:
        await eventually(lambda: bool(stage.consumer.partitions), what="an assignment", timeout_s=30)
        await delete(kafka, letters)
        await stage.tell(hook_received(key="bad", webhook_id="bad"))
        await eventually(
            lambda: f"The topic {letters} takes no records" in str(stage.vital_signs.why_not_ready()),
            what="readiness to name the topic",
            timeout_s=60,
        )
        await stage.tell(*(hook_received(key=f"k{number}", webhook_id=f"{number}") for number in range(20)))
        await eventually(lambda: len(heard) == 20, what="the other keys", timeout_s=40)
        unfinished = [p.offsets.unfinished for p in stage.consumer.partitions if p.offsets.unfinished]
        assert unfinished == [1], "the record is neither finished nor skipped"
        await create_topics(settings, [TopicPlan(letters, PARTITIONS, {})])
        await eventually(
            lambda: not any(p.offsets.unfinished for p in stage.consumer.partitions),
            what="the letter to be written",
            timeout_s=60,
        )
        await eventually(lambda: stage.vital_signs.why_not_ready() == [], what="readiness", timeout_s=30)
    assert await left_over(settings) == []
    dead = await all_records(settings, dead_letter_topic(TOPIC, NAME), group="looking-on")
    assert [letter.key for letter in dead] == [b"bad"]


async def test_without_its_retry_topic_a_source_stops_and_begins_again_when_it_is_back(
    kafka: str, topic_prefix: str
) -> None:
    """What lay parked there is gone with the topic; what the source holds is not."""
    settings = await set_up(kafka, topic_prefix)
    retries = f"{topic_prefix}{retry_topic(TOPIC, NAME)}"
    heard: list[str] = []

    async def handler(event: Event[Any]) -> Done:
        heard.append(event.body.webhook_id)
        return Done()

    async with Stage(handler, settings) as stage:
        await eventually(lambda: bool(stage.consumer.partitions), what="an assignment", timeout_s=30)
        await delete(kafka, retries)
        await eventually(
            lambda: f"the retry topic {retries}" in str(stage.vital_signs.why_not_ready()),
            what="readiness to name the topic",
            timeout_s=60,
        )
        await stage.tell(*(hook_received(key=f"k{number}", webhook_id=f"{number}") for number in range(20)))
        await create_topics(settings, [TopicPlan(retries, PARTITIONS, {})])
        await eventually(lambda: len(heard) == 20, what="all events", timeout_s=60)
        await eventually(lambda: stage.vital_signs.why_not_ready() == [], what="readiness", timeout_s=30)
    assert await left_over(settings) == []
