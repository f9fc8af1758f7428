"""The whole chain in one process, without a broker: a shop's orders end as documents in an ECM."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from document_renderer.app import build_app as build_renderer
from document_renderer.settings import RendererSettings
from document_renderer.typesetting import Typesetter
from ecm_archiver.app import build_app as build_archiver
from muniment_contracts.events import Event
from muniment_ecm import Archive, ContentServer, ContentServerSettings
from muniment_kit.blobs import Blobs
from muniment_kit.http import PeerSettings
from muniment_kit.testing import ServiceHarness
from muniment_ops.chaos.judgement import Judge, Judgement
from muniment_sandbox.ecm.testing import RunningEcm, running_ecm
from muniment_sandbox.shopify import Morning
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from muniment_shopify.client import AdminClient, shop_peer
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from shopify_ingest.app import build_record
from shopify_ingest.receive.acceptance import Accepted, Gate
from shopify_ingest.record import ShopObjects

NOWHERE = "http://127.0.0.1:9/hooks"
NEARBY = PeerSettings(allow_private=True)


@dataclass(frozen=True, slots=True)
class Chain:
    """A shop and an ECM with everything of the shop filed. ``server`` is a connection of the test's own."""

    shop: RunningShop
    ecm: RunningEcm
    client: AdminClient
    server: ContentServer

    async def judged(self) -> Judgement:
        """Return what the judge finds, every document opened."""
        judge = Judge(self.client, self.server, sample=1.0, seed=1, judgement=Judgement())
        return await judge.judge()

    def pdf(self, beginning: str) -> int:
        """Return the node id of the first PDF whose name begins so."""
        named = [node for node in self.ecm.state.tree.all() if node.name.startswith(beginning)]
        return min(node.id for node in named if node.name.endswith(".pdf"))


@asynccontextmanager
async def filed_orders(*, orders: int, seed: int = 7) -> AsyncIterator[Chain]:
    """Play a morning and file all of it."""
    async with running_shop(seed="empty", hooks_to=NOWHERE) as shop, running_ecm("demo") as ecm:
        for step in Morning(seed, orders).steps():
            step.act(shop.state)
        domain = ShopDomain(shop.shop)
        peer = shop_peer(domain, NEARBY, base_url=shop.url)
        client = AdminClient(domain, peer, FixedToken(shop.access_token))
        server = ContentServer.connect(
            ContentServerSettings(
                url=ecm.url,
                username=ecm.credentials.username,
                password=ecm.credentials.password,
                peer=NEARBY,
            )
        )
        try:
            await _file(shop, client, server)
            yield Chain(shop, ecm, client, server)
        finally:
            await server.close()
            await peer.close()


async def _file(shop: RunningShop, client: AdminClient, server: ContentServer) -> None:
    blobs = Blobs("memory://")
    gate = Gate({client.shop.handle: [shop.webhook_secret.encode()]})
    record = ServiceHarness(build_record(objects=ShopObjects({client.shop.handle: client})))
    settings = RendererSettings(seller_name="Papeterie", seller_address_lines=("Weg 6", "10179 Berlin"))
    render = ServiceHarness(build_renderer(settings, typesetter=Typesetter(), blobs=blobs))
    archive = ServiceHarness(build_archiver(archive=Archive(server), blobs=blobs))
    by_key: dict[str, list[Event[Any]]] = {}
    for delivery in shop.deliveries:
        judged = gate.judge(delivery.headers, delivery.body, datetime.now(UTC))
        assert isinstance(judged, Accepted)
        by_key.setdefault(judged.event.key, []).append(judged.event)
    for hooks in by_key.values():
        await record.hears(*hooks)
    for change in record.published:
        await render.hears(change)
    for document in render.published:
        await archive.hears(document)
    assert [*record.dead_letters, *render.dead_letters, *archive.dead_letters] == []
