"""The in-memory broker keeps what the kit expects of a broker."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from muniment_kit.broker import StartableProducer
from muniment_kit.testing import InMemoryBroker
from tests.contract.kit.broker_contract import BrokerContract, NewTopic


class TestInMemoryBroker(BrokerContract):
    @pytest.fixture
    def broker(self) -> InMemoryBroker:
        broker = InMemoryBroker(partitions=1)
        broker.missing = {"missing-topic"}
        return broker

    @pytest.fixture
    async def producer(self, broker: InMemoryBroker) -> AsyncIterator[StartableProducer]:
        producer = broker.producer()
        await producer.start([])
        yield producer
        await producer.stop()

    @pytest.fixture
    def group(self) -> str:
        return "group"

    @pytest.fixture
    def new_topic(self, broker: InMemoryBroker) -> NewTopic:
        async def create(partitions: int = 1) -> str:
            name = f"topic-{len(names)}"
            names.append(name)
            broker.topics.create(name, partitions)
            return name

        names: list[str] = []
        return create
