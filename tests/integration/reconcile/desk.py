"""A shop, a broker and the reconciler between them, in this process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson
from pydantic import SecretStr

from muniment_contracts.bodies import (
    AccountChange,
    CommerceChange,
    ConsentChange,
    DisputeChange,
    DraftChange,
    OrderChange,
    ReturnChange,
    RiskChange,
)
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic, dead_letter_topic, retry_topic
from muniment_kit.http import PeerSettings
from muniment_kit.kafka.follower import Follower
from muniment_kit.kafka.producer import KafkaProducer
from muniment_kit.kafka.topics import create_topics, plan_topics
from muniment_kit.publishing import EventEncoder, EventProducer
from muniment_kit.settings import KitSettings
from muniment_sandbox.shopify.testing import RunningShop
from muniment_shopify import AdminClient, ShopDomain, fetch_order, shop_links, shop_peer
from muniment_shopify.listings import LISTINGS, pages_of
from muniment_shopify.snapshots import fetch_snapshot
from muniment_shopify.tokens import FixedToken
from shopify_ingest.reconcile.reconciler import Reconciler
from shopify_ingest.reconcile.running import opened
from shopify_ingest.settings import ReconcileSettings
from tests.builders.kit_settings import kit_settings
from tests.waiting import until

NEARBY = PeerSettings(allow_private=True)
Snapshot: TypeAlias = Mapping[str, Any]
KINDS = ("order", "return", "dispute", "risk", "draft-order", "customer", "consent", "company")
COMMERCE = [topic for topic in Topic if topic.startswith("commerce.")]
OTHERS = (Topic.SHOPIFY_HOOKS, Topic.SHOPIFY_KNOWN, Topic.SHOPIFY_PROGRESS)
BESIDE_HOOKS = (
    retry_topic(Topic.SHOPIFY_HOOKS, "shopify-ingest"),
    dead_letter_topic(Topic.SHOPIFY_HOOKS, "shopify-ingest"),
)


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

    async def published(self) -> int:
        """Return how many records are on the commerce topics."""
        async with self.commerce() as follower:
            return sum((await follower.ends()).values())

    def commerce(self) -> Follower:
        """Return a reader of the commerce topics, to be entered."""
        return Follower(self.kit, topics=[f"{self.kit.topic_prefix}{topic}" for topic in COMMERCE])

    async def each_event(self) -> AsyncGenerator[Event[Any], None]:
        """Yield everything on the commerce topics, one by one."""
        prefix = self.kit.topic_prefix
        async with self.commerce() as follower:
            ends = await follower.ends()
            while not await follower.is_at(ends):
                for record in await follower.poll(timeout_s=0.2):
                    topic = Topic(record.topic.removeprefix(prefix))
                    yield event_from(topic, record.key, record.value, record.headers)

    async def events(self) -> list[Event[Any]]:
        """Return everything on the commerce topics."""
        return [event async for event in self.each_event()]

    async def recorded(self, only: Collection[str] | None = None) -> Mapping[tuple[str, str], Snapshot]:
        """Return the newest state of each object as the topics tell it; what was deleted is left out.

        ``only`` are the ids wanted; without it all.
        """
        newest: dict[tuple[str, str], CommerceChange] = {}
        gone = set()
        async for event in self.each_event():
            place = _object_of(event.body)
            if only is not None and place[1] not in only:
                continue
            if event.body.state == "gone":
                gone.add(place)
            elif place not in newest or _age(newest[place]) <= _age(event.body):
                newest[place] = event.body
        return {
            place: _comparable(place[0], body.snapshot) for place, body in newest.items() if place not in gone
        }

    async def in_the_shop(self, kinds: Sequence[str] = KINDS) -> Mapping[tuple[str, str], Snapshot]:
        """Return each object as the shop tells it now, listed page by page and asked for one by one."""
        found = {}
        for kind in kinds:
            async for page in pages_of(self.client, LISTINGS[kind]):
                for row in page:
                    found[kind, row.id] = await self.asked_for(kind, row.id)
        return found

    async def asked_for(self, kind: str, id: str) -> Snapshot:
        """Return one object as the shop tells it now; it must be there."""
        if kind == "order":
            order = await fetch_order(self.client, f"gid://shopify/Order/{id}")
            assert order is not None
            return _comparable(kind, order.content)
        snapshot = await fetch_snapshot(self.client, kind, id)
        assert snapshot is not None
        return _comparable(kind, snapshot.content)

    async def published_twice(self) -> list[str]:
        """Return the ids of events that are in the topics more than once."""
        counts = Counter([event.id async for event in self.each_event()])
        return sorted(id for id, count in counts.items() if count > 1)


def _age(body: CommerceChange) -> datetime:
    return body.updated_at or datetime.min.replace(tzinfo=UTC)


def _object_of(body: CommerceChange) -> tuple[str, str]:
    match body:
        case OrderChange():
            return "order", body.order_id
        case ReturnChange():
            return "return", body.return_id
        case DisputeChange():
            return "dispute", body.dispute_id
        case RiskChange():
            return "risk", body.order_id
        case DraftChange():
            return "draft-order", body.draft_id
        case AccountChange():
            return body.account_kind, body.account_id
        case ConsentChange():
            return "consent", body.customer_id
    raise AssertionError(f"{type(body).__name__} is about no object that is compared")


def _comparable(kind: str, content: bytes) -> Snapshot:
    """Return a snapshot without what is another object's: its order's or customer's time, fulfilment orders
    beside it, and sums over orders, which move without the time of the customer or company moving.
    """
    node: dict[str, Any] = orjson.loads(content)
    for name in ("fulfillmentOrders", "ordersCount", "totalSpent", "numberOfOrders", "amountSpent"):
        node.pop(name, None)
    if kind == "consent":
        node.pop("updatedAt", None)
    if kind == "risk":
        node = {"risk": node["risk"], "shopifyProtect": node["shopifyProtect"]}
    if isinstance(order := node.get("order"), dict) and kind != "order":
        order.pop("updatedAt", None)
    return node


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
    names = {f"{prefix}{topic}" for topic in (*COMMERCE, *OTHERS, *BESIDE_HOOKS)}
    await create_topics(kit, [plan for plan in plan_topics(list(Topic), prefix=prefix) if plan.name in names])
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


async def until_nothing_is_missing(desk: Desk, *window: str, timeout_s: float = 90.0) -> str:
    """Ask ``muniment reconcile --dry-run`` until it finds nothing, and return what it printed then.

    Equal states are not enough: a role may still have facts to publish whose own hooks were lost.
    """
    printed = ""

    async def nothing_is_missing() -> bool:
        nonlocal printed
        code, printed = await muniment(desk, "reconcile", *window, "--dry-run")
        return code == 0

    try:
        await until(nothing_is_missing, what="nothing is missing", timeout_s=timeout_s)
    except AssertionError as late:
        raise AssertionError(f"{late}\n{printed}") from None
    return printed


async def muniment(desk: Desk, *arguments: str) -> tuple[int, str]:
    """Run the command against the desk's shop and broker; return its exit code and what it printed."""
    process = await started(desk, *arguments)
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def started(desk: Desk, *arguments: str) -> asyncio.subprocess.Process:
    """Start the command against the desk's shop and broker."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muniment_ops", *arguments),
        env={**os.environ, **environment_of(desk), "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )


def environment_of(desk: Desk) -> Mapping[str, str]:
    """Return the variables that lead a process to the desk's shop and broker."""
    return {
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": desk.kit.kafka_bootstrap_servers,
        "MUNIMENT_TOPIC_PREFIX": desk.kit.topic_prefix,
        "SHOPIFY_INGEST_SHOP": desk.shop.shop,
        "SHOPIFY_INGEST_ACCESS_TOKEN": desk.shop.access_token,
        "SHOPIFY_INGEST_ADMIN_URL": desk.shop.url,
        "SHOPIFY_INGEST_ALLOW_PRIVATE_ADDRESSES": "true",
    }
