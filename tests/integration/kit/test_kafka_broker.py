"""Kafka, through aiokafka, keeps what the kit expects of a broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from muniment_kit.broker import StartableProducer
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.settings import KitSettings
from tests.builders.kit_settings import kit_settings
from tests.contract.kit.broker_contract import BrokerContract, NewTopic


class TestKafkaBroker(BrokerContract):
    @pytest.fixture
    def settings(self, kafka: str) -> KitSettings:
        return kit_settings(kafka_bootstrap_servers=kafka, session_timeout_s=6.0, drain_s=2.0)

    @pytest.fixture
    def broker(self, settings: KitSettings) -> KafkaBroker:
        return KafkaBroker(settings)

    @pytest.fixture
    async def producer(self, broker: KafkaBroker) -> AsyncIterator[StartableProducer]:
        producer = broker.producer()
        await producer.start([])
        yield producer
        await producer.stop()

    @pytest.fixture
    def group(self, fresh_name: Callable[[str], str]) -> str:
        return fresh_name("group")

    @pytest.fixture
    def new_topic(self, settings: KitSettings, fresh_name: Callable[[str], str]) -> NewTopic:
        async def create(partitions: int = 1) -> str:
            name = fresh_name("topic")
            await create_topics(
                settings, [TopicPlan(name, partitions, {"max.message.bytes": str(1024 * 1024)})]
            )
            return name

        return create
