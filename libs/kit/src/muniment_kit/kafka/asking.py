"""Questions to the broker: an answer in time, or ``BrokerUnavailable``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from muniment_kit.broker import BrokerUnavailable

T = TypeVar("T")


async def asked(asking: Awaitable[T], *, within_s: float) -> T:
    """Return the broker's answer. Raises ``BrokerUnavailable`` when it refuses, or does not come in time."""
    try:
        async with asyncio.timeout(within_s):
            return await asking
    except (KafkaError, TimeoutError, OSError) as error:
        raise unavailable(error) from error


async def partitions_of(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> list[KafkaPartition]:
    """Return the partitions of ``topics`` (physical names), in order; a topic that is not there has none.

    Raises what aiokafka raises: ask by ``asked``.
    """
    described = await admin.describe_topics(list(topics))
    return sorted(
        KafkaPartition(topic["topic"], partition["partition"])
        for topic in described
        for partition in topic["partitions"]
    )


def unavailable(error: Exception) -> BrokerUnavailable:
    """Return what callers are told when aiokafka raised ``error``."""
    return BrokerUnavailable(f"Kafka does not answer ({type(error).__name__}).")
