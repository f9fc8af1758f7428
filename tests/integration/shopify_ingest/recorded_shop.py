"""A sandbox shop in which everything happens, and its hooks as the receiver would store them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.http import PeerSettings
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from muniment_sandbox.shopify.state.subscriptions import enum_topics
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from muniment_shopify.client import AdminClient, shop_peer
from muniment_shopify.graphql_answer import Result
from muniment_shopify.operations import Operation
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from shopify_ingest.receive.acceptance import Accepted, Gate
from shopify_ingest.record import ShopObjects
from tests.unit.sandbox_shopify.happenings import everything_happens

NOBODY = "http://127.0.0.1:9/hooks"
BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)


class CountingClient(AdminClient):
    """The real client; counts what it asks."""

    asked = 0

    async def execute(self, operation: Operation, *args: object, **options: object) -> Result:
        self.asked += 1
        return await super().execute(operation, *args, **options)  # type: ignore[arg-type]  # passed on as given


@dataclass(slots=True)
class RecordedShop:
    """The shop, a client of its Admin API, and its hooks so far."""

    shop: RunningShop
    client: CountingClient
    clock: SetClock

    @property
    def objects(self) -> ShopObjects:
        """Return what ``record`` asks."""
        return ShopObjects({self.client.shop.handle: self.client})

    def hooks(self, *, received_at: datetime = BEGIN) -> list[Event[HookReceived]]:
        """Return every hook that was told so far, as stored by a receiver that got it then."""
        gate = Gate({self.client.shop.handle: [self.shop.webhook_secret.encode()]})
        judged = [gate.judge(each.headers, each.body, received_at) for each in self.shop.deliveries]
        return [each.event for each in judged if isinstance(each, Accepted)]

    def live(self) -> None:
        """Let everything happen that can; the app may read all of it afterwards."""
        scopes = [scope.handle for scope in self.shop.state.installation.access_scopes]
        everything_happens(self.shop.state, self.clock)
        self.shop.state.change_scopes(scopes)


@asynccontextmanager
async def recorded_shop() -> AsyncIterator[RecordedShop]:
    """Yield a shop that tells of every topic it can, to nobody: tests read what it sent."""
    clock = SetClock(BEGIN)
    async with running_shop(shop=seeded_shop("demo", clock=clock)) as shop:
        for topic in ALL_TOPICS:
            which = "type:ecm_document" if topic.startswith("metaobjects/") else None
            shop.state.subscribe(SubscriptionWish(topic=enum_topics()[topic], uri=NOBODY, filter=which))
        shop.state.subscribe_to_privacy(NOBODY)
        domain = ShopDomain(shop.shop)
        peer = shop_peer(domain, PeerSettings(allow_private=True), base_url=shop.url)
        client = CountingClient(domain, peer, FixedToken(shop.access_token))
        try:
            yield RecordedShop(shop, client, clock)
        finally:
            await client.close()
