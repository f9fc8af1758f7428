"""A shop, a broker and the reconciler between them, in this process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from muniment_contracts.bodies import OrderChange
from muniment_contracts.codec import default_codec
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.http import PeerSettings
from muniment_kit.kafka.follower import Follower
from muniment_kit.kafka.producer import KafkaProducer
from muniment_kit.kafka.topics import create_topics, plan_topics
from muniment_kit.publishing import EventEncoder, EventProducer
from muniment_kit.settings import KitSettings
from muniment_sandbox.shopify.testing import RunningShop
from muniment_shopify import AdminClient, ShopDomain, fetch_order, shop_links, shop_peer
from muniment_shopify.listings import LISTINGS, pages_of
from muniment_shopify.tokens import FixedToken
from shopify_ingest.reconcile.reconciler import Reconciler
from shopify_ingest.reconcile.running import opened
from shopify_ingest.settings import ReconcileSettings
from tests.builders.kit_settings import kit_settings

NEARBY = PeerSettings(allow_private=True)
COMMERCE = [topic for topic in Topic if topic.startswith("commerce.")]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a test of reconciliation has at hand."""

    shop: RunningShop
    client: AdminClient
    kit: KitSettings
    producer: EventProducer

    @property
    def handle(self) -> str:
        return self.client.shop.handle

    @asynccontextmanager
    async def reconciler(self, **given: Any) -> AsyncIterator[Reconciler]:
        """Yield a reconciler that has read everything; ``given`` are settings of the role."""
        settings = reconcile_settings(self.shop, **given)
        async with opened(self.producer, settings, self.kit, {self.handle: self.client}) as reconciler:
            await reconciler.read_all()
            yield reconciler

    async def events(self) -> list[Event[Any]]:
        """Return everything on the commerce topics."""
        found: list[Event[Any]] = []
        names = [f"{self.kit.topic_prefix}{topic}" for topic in COMMERCE]
        async with Follower(self.kit, topics=names) as follower:
            ends = await follower.ends()
            while not await follower.is_at(ends):
                found += [
                    event_from(
                        Topic(record.topic.removeprefix(self.kit.topic_prefix)),
                        record.key,
                        record.value,
                        record.headers,
                        codec=default_codec(),
                    )
                    for record in await follower.poll(timeout_s=0.2)
                ]
        return found

    async def recorded_orders(self) -> Mapping[str, bytes]:
        """Return the newest snapshot of each order as the topics tell it; of a deleted one none."""
        newest: dict[str, OrderChange] = {}
        gone = set()
        for event in await self.events():
            if isinstance(event.body, OrderChange):
                if event.body.state == "gone":
                    gone.add(event.body.order_id)
                    continue
                held = newest.get(event.body.order_id)
                if held is None or _age(held) <= _age(event.body):
                    newest[event.body.order_id] = event.body
        return {id: body.snapshot for id, body in newest.items() if id not in gone}

    async def orders_of_the_shop(self) -> Mapping[str, bytes]:
        """Return the snapshot of each order as the shop tells it now, asked one by one."""
        found = {}
        async for page in pages_of(self.client, LISTINGS["order"]):
            for row in page:
                snapshot = await fetch_order(self.client, row.gid)
                assert snapshot is not None
                found[row.id] = snapshot.content
        return found

    async def published_twice(self) -> list[str]:
        """Return the ids of events that are in the topics more than once."""
        counts: dict[str, int] = defaultdict(int)
        for event in await self.events():
            counts[event.id] += 1
        return sorted(id for id, count in counts.items() if count > 1)


def _age(body: OrderChange) -> datetime:
    return body.updated_at or datetime.min.replace(tzinfo=UTC)


def reconcile_settings(shop: RunningShop, **given: Any) -> ReconcileSettings:
    """Return the settings of the role for ``shop``: no patience unless said otherwise."""
    settings: dict[str, Any] = {
        "shop": shop.shop,
        "access_token": SecretStr(shop.access_token),
        "admin_url": shop.url,
        "allow_private_addresses": True,
        "reconcile_every_s": 0.2,
        "reconcile_settle_s": 0.001,
        "reconcile_lookback_s": 10 * 365 * 86400.0,
        **given,
    }
    return ReconcileSettings(**settings)


@asynccontextmanager
async def desk_of(shop: RunningShop, kafka: str, prefix: str) -> AsyncIterator[Desk]:
    """Yield a desk with topics of its own."""
    kit = kit_settings(kafka_bootstrap_servers=kafka, topic_prefix=prefix)
    await create_topics(kit, plan_topics(list(Topic), prefix=prefix))
    domain = ShopDomain(shop.shop)
    peer = shop_peer(domain, NEARBY, base_url=shop.url)
    links = shop_links(NEARBY, base_url=shop.url)
    client = AdminClient(domain, peer, FixedToken(shop.access_token), links=links)
    producer = KafkaProducer(kit)
    await producer.start([])
    try:
        encoder = EventEncoder(list(Topic), topic_prefix=prefix)
        yield Desk(shop, client, kit, EventProducer(producer, encoder))
    finally:
        await producer.stop()
        await client.close()
