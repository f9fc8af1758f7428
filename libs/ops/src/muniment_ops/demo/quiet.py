"""Waits until nothing is under way any more, asked of Kafka and not of the roles.

The groups are asked in the order of the flow. A group commits a record only after everything it led to was
acknowledged; so when one is not behind, all its output is in the next topic, and when the last is not behind
either, everything has arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from muniment_contracts.topics import Topic, retry_topic
from muniment_kit.broker import BrokerUnavailable
from muniment_kit.kafka.lag import LagReader


def _reading(service: str, *topics: Topic) -> tuple[str, Sequence[str]]:
    """Return the service's group and all it reads: the topics, and the retry topics where keys are parked."""
    return service, [*topics, *(retry_topic(topic, service) for topic in topics)]


CHAIN: Sequence[tuple[str, Sequence[str]]] = (
    _reading("shopify-ingest", Topic.SHOPIFY_HOOKS),
    _reading(
        "document-renderer",
        Topic.COMMERCE_ORDERS,
        Topic.COMMERCE_PAYMENTS,
        Topic.COMMERCE_SHIPMENTS,
        Topic.COMMERCE_REFUNDS,
    ),
    _reading("ecm-archiver", Topic.DOCUMENTS_PRODUCED),
)


async def is_quiet(lag: LagReader) -> bool:
    """Return whether every group has finished all that is there; ``False`` while Kafka cannot say."""
    try:
        for group, topics in CHAIN:
            if await lag.records_behind(group, topics) > 0:
                return False
    except BrokerUnavailable:
        return False
    return True


async def until_quiet(lag: LagReader, *, timeout_s: float, poll_s: float = 0.2) -> None:
    """Return once everything has arrived, also through times when Kafka is away. Raises ``TimeoutError``."""
    async with asyncio.timeout(timeout_s):
        while not await is_quiet(lag):  # noqa: ASYNC110 - Kafka has no event for this; it must be asked
            await asyncio.sleep(poll_s)
