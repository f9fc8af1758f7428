"""Clients of a running sandbox shop, as a process would make them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from muniment_kit.http import PeerSettings
from muniment_sandbox.shopify.testing import RunningShop
from muniment_shopify import AdminClient, ClientCredentials, Priority, ShopDomain, shop_links, shop_peer

SANDBOX = PeerSettings(allow_private=True, backoff_base_s=0.001, backoff_cap_s=0.01, max_attempts=8)


@asynccontextmanager
async def client_of(
    shop: RunningShop, priority: Priority = Priority.RECORD, *, max_wait_s: float = 20.0
) -> AsyncIterator[AdminClient]:
    """Yield a client with connections, token and points of its own."""
    domain = ShopDomain(shop.shop)
    peer = shop_peer(domain, SANDBOX, base_url=shop.url)
    client = AdminClient(
        domain,
        peer,
        ClientCredentials(peer, shop.client_id, shop.client_secret),
        links=shop_links(SANDBOX, base_url=shop.url),
        priority=priority,
        max_wait_s=max_wait_s,
    )
    try:
        yield client
    finally:
        await client.close()
