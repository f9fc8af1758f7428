"""One service on a real Kafka, in this process, with time as it is."""

from __future__ import annotations

import asyncio
from random import Random
from types import TracebackType
from typing import Any, Self

from muniment_contracts.topics import Topic
from muniment_kit.broker import StartableProducer
from muniment_kit.clock import SystemClock
from muniment_kit.consumer import Consumer
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.producer import RecordProducer
from muniment_kit.publishing import EventEncoder
from muniment_kit.records import TopicPartition
from muniment_kit.service import Coalesced, Handler, Service
from muniment_kit.settings import KitSettings
from muniment_kit.vital_signs import VitalSigns
from tests.builders.kit_settings import kit_settings
from tests.waiting import eventually

NAME = "stage"
TOPIC = Topic.SHOPIFY_HOOKS
PUBLISHED = Topic.COMMERCE_ORDERS
PARTITIONS = 4


async def set_up(kafka: str, topic_prefix: str, **given: Any) -> KitSettings:
    """Create the topics of the stage, and return its settings."""
    settings = kit_settings(
        **{
            "kafka_bootstrap_servers": kafka,
            "topic_prefix": topic_prefix,
            "session_timeout_s": 6.0,
            "request_timeout_s": 5.0,
            "drain_s": 3.0,
            **given,
        }
    )
    names = (TOPIC, PUBLISHED, f"{TOPIC}.retry.{NAME}", f"{TOPIC}.dlq.{NAME}")
    await create_topics(settings, [TopicPlan(f"{topic_prefix}{name}", PARTITIONS, {}) for name in names])
    return settings


class Stage:
    """Plays ``handler``; as an async context it consumes from beginning to end."""

    def __init__(self, handler: Handler | Coalesced, settings: KitSettings) -> None:
        clock = SystemClock()
        self.vital_signs = VitalSigns(clock=clock, stall_s=300, is_consumer=True)
        self.vital_signs.producer_started()
        self._settings = settings
        self._broker = KafkaBroker(settings)
        self.producer: StartableProducer = self._broker.producer()
        self.consumer = Consumer(
            Service(NAME, {TOPIC: handler}, publishes=[PUBLISHED]),
            broker=self._broker,
            producer=self.producer,
            settings=settings,
            clock=clock,
            vital_signs=self.vital_signs,
            service_version="1.2.3",
            random=Random(7),
        )

    async def __aenter__(self) -> Self:
        await self.producer.start([])
        self.consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.consumer.stop()
        await self.producer.stop()

    async def tell(self, *events: Any) -> None:
        """Put ``events`` into their topic."""
        await tell(self.producer, self._settings, *events)


async def tell(producer: RecordProducer, settings: KitSettings, *events: Any) -> None:
    """Put ``events`` into their topic."""
    encoder = EventEncoder([TOPIC], topic_prefix=settings.topic_prefix)
    await producer.send([encoder.encode(event) for event in events])


class _Silent:
    def __init__(self) -> None:
        self.places: set[TopicPartition] = set()

    def assigned(self, partitions: Any) -> None:
        self.places = set(partitions)

    async def revoked(self, partitions: Any) -> None:
        self.places = set()


async def all_records(settings: KitSettings, topic: str, *, group: str) -> list[Any]:
    """Return every record of ``topic``, read to the end by a new group named ``group``."""
    member = KafkaBroker(settings).member(group=group, topics=[f"{settings.topic_prefix}{topic}"])
    listening = _Silent()
    await member.start(listening)
    try:
        await eventually(lambda: bool(listening.places), what="an assignment", timeout_s=30)
        records: list[Any] = []
        async with asyncio.timeout(20):
            while True:
                for batch in (await member.poll(timeout_s=0.2, max_records=1000)).values():
                    records.extend(batch)
                behind = await member.behind()
                if len(behind) == len(listening.places) and not any(behind.values()):
                    return records
    finally:
        await member.stop()


async def left_over(settings: KitSettings) -> list[Any]:
    """Return the records that the stage's group has not committed; it must have no other member."""
    return await all_records(settings, TOPIC, group=f"{settings.topic_prefix}{NAME}")
