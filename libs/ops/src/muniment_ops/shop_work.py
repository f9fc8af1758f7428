"""The role reconcile's own parts for a command that does its work once: same settings, same rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from muniment_contracts.topics import Topic
from muniment_kit.kafka.broker import KafkaBroker
from muniment_kit.publishing import EventEncoder, EventProducer
from muniment_kit.schemas import schemas_of
from muniment_kit.settings import KitSettings
from shopify_ingest.reconcile.reconciler import Reconciler
from shopify_ingest.reconcile.running import opened
from shopify_ingest.record import CHANGE_TOPICS
from shopify_ingest.settings import ReconcileSettings
from shopify_ingest.shops import admin_clients


@asynccontextmanager
async def reconciler_for(
    kit: KitSettings, settings: ReconcileSettings, *, begin: datetime
) -> AsyncIterator[Reconciler]:
    """Yield a reconciler of the installation's shops that has read nothing yet.

    It takes no turn from the role that runs. Raises ``BrokerUnavailable`` or ``TopicsMissing``.
    """
    publishes = [*CHANGE_TOPICS, Topic.SHOPIFY_KNOWN, Topic.SHOPIFY_PROGRESS]
    async with AsyncExitStack() as stack:
        schemas = schemas_of(kit, wait_s=5.0)
        stack.push_async_callback(schemas.close)
        await schemas.load()
        producer = KafkaBroker(kit).producer()
        stack.push_async_callback(producer.stop)
        await producer.start([f"{kit.topic_prefix}{topic}" for topic in publishes])
        encoder = EventEncoder(publishes, topic_prefix=kit.topic_prefix, codec=schemas.codec)
        clients = await stack.enter_async_context(admin_clients(settings))
        yield await stack.enter_async_context(
            opened(EventProducer(producer, encoder), settings, kit, clients, begin=begin)
        )
