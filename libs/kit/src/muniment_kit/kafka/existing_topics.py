"""What topics a broker has, and how they are set."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from muniment_kit.kafka.asking import unavailable
from muniment_kit.kafka.connection import connection_options
from muniment_kit.settings import KitSettings


@dataclass(frozen=True, slots=True)
class ExistingTopic:
    """One topic as the broker has it; ``config`` holds the settings asked for."""

    name: str
    partitions: int
    config: dict[str, str]


async def existing_topics(
    settings: KitSettings, *, prefix: str = "", config_keys: Collection[str] = ()
) -> dict[str, ExistingTopic]:
    """Return the broker's own topics whose names begin with ``prefix``, by name, with the values of
    ``config_keys``. Raises ``BrokerUnavailable``.
    """
    admin = AIOKafkaAdminClient(**connection_options(settings, client_id="muniment-topics"))
    try:
        async with asyncio.timeout(settings.request_timeout_s):
            await admin.start()
            return await _read(admin, prefix, config_keys)
    except (KafkaError, TimeoutError, OSError) as error:
        raise unavailable(error) from error
    finally:
        await admin.close()


async def _read(
    admin: AIOKafkaAdminClient, prefix: str, config_keys: Collection[str]
) -> dict[str, ExistingTopic]:
    described: list[dict[str, Any]] = await admin.describe_topics()
    partitions = {
        topic["topic"]: len(topic["partitions"])
        for topic in described
        if not topic["is_internal"] and topic["topic"].startswith(prefix)
    }
    config = await _configuration(admin, list(partitions), config_keys) if partitions else {}
    return {name: ExistingTopic(name, count, config.get(name, {})) for name, count in partitions.items()}


async def _configuration(
    admin: AIOKafkaAdminClient, names: list[str], keys: Collection[str]
) -> dict[str, dict[str, str]]:
    wanted = [
        ConfigResource(ConfigResourceType.TOPIC, name, configs=dict.fromkeys(keys, "")) for name in names
    ]
    answers = await admin.describe_configs(wanted)
    return {
        name: {entry[0]: entry[1] for entry in entries if entry[0] in keys}
        for answer in answers
        for _code, _message, _kind, name, entries in answer.resources
    }
