"""Creating topics as their files describe them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from muniment_contracts.topics import Topic as LogicalTopic
from muniment_contracts.topics import TopicDescription, dead_letter_topic, describe, retry_topic
from muniment_kit.errors import MunimentError
from muniment_kit.kafka.asking import unavailable
from muniment_kit.kafka.connection import connection_options
from muniment_kit.settings import KitSettings

_HEADROOM_BYTES = 64 * 1024  # for key and headers; as much again for those that a dead letter gets


class TopicNotCreated(MunimentError):
    """The broker refused to create a topic."""


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """One topic to be: its physical name and what the broker must know of it."""

    name: str
    partitions: int
    config: dict[str, str]


def plan_topics(topics: Collection[LogicalTopic], *, prefix: str = "") -> list[TopicPlan]:
    """Return the plans of ``topics`` and of their consumers' retry and dead-letter topics.

    A retry topic has as many partitions as its topic: a record is parked in the partition of the same number.
    """
    plans = []
    for topic in topics:
        described = describe(topic)
        size_bytes = described.max_record_bytes + _HEADROOM_BYTES
        plans.append(
            _plan(
                f"{prefix}{topic}",
                described,
                described.retention_days,
                size_bytes,
                is_compacted=described.is_compacted,
            )
        )
        for consumer in described.consumers:
            for of_consumer in (retry_topic, dead_letter_topic):
                name = f"{prefix}{of_consumer(topic, consumer)}"
                # kept until the service, or a person, has seen to them
                plans.append(_plan(name, described, None, size_bytes + _HEADROOM_BYTES))
    return plans


async def create_topics(
    settings: KitSettings, plans: Collection[TopicPlan], *, replication: int | None = None
) -> list[str]:
    """Create what does not exist, and return those names.

    ``replication`` is the number of copies; without it three, or fewer if there are fewer brokers.

    Raises ``BrokerUnavailable`` or ``TopicNotCreated``.
    """
    admin = AIOKafkaAdminClient(**connection_options(settings, client_id="muniment-topics"))
    try:
        async with asyncio.timeout(settings.request_timeout_s):
            await admin.start()
            copies = replication or min(3, len((await admin.describe_cluster())["brokers"]))
            answer = await admin.create_topics(
                [NewTopic(plan.name, plan.partitions, copies, topic_configs=plan.config) for plan in plans]
            )
    except (KafkaError, TimeoutError, OSError) as error:
        raise unavailable(error) from error
    finally:
        await admin.close()
    created = []
    for name, code, *_ in answer.topic_errors:
        error_type = for_code(code)
        if code == 0:
            created.append(name)
        elif error_type is not TopicAlreadyExistsError:
            raise TopicNotCreated(f"Kafka did not create the topic {name} ({error_type.__name__}).")
    return created


def _plan(
    name: str,
    described: TopicDescription,
    retention_days: int | None,
    size_bytes: int,
    *,
    is_compacted: bool = False,
) -> TopicPlan:
    retention_ms = -1 if retention_days is None else retention_days * 24 * 3600 * 1000
    return TopicPlan(
        name,
        described.partitions,
        {
            "cleanup.policy": "compact" if is_compacted else "delete",
            "retention.ms": str(retention_ms),
            "max.message.bytes": str(size_bytes),
        },
    )
