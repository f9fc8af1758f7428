"""Asks the shop for orders: the one collaborator of ``record`` that reaches outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from muniment_kit.errors import Rejected
from muniment_kit.http import PeerObserver, PeerSettings
from muniment_shopify.client import AdminClient, shop_peer
from muniment_shopify.orders import OrderSnapshot, fetch_order
from muniment_shopify.tokens import ClientCredentials, FixedToken, Tokens
from shopify_ingest.settings import RecordSettings


@dataclass(frozen=True, slots=True)
class ShopOrders:
    """The orders of one shop, through its Admin API."""

    shop: str
    client: AdminClient

    async def fetch(self, shop: str, order_id: str) -> OrderSnapshot | None:
        """Return the order as it is now, or ``None`` when the shop no longer knows it.

        Raises ``Rejected`` when the hook came from another shop than the one this process serves.
        """
        if shop != self.shop:
            raise Rejected(f"The hook is of shop {shop!r}, but this process records {self.shop!r}.")
        return await fetch_order(self.client, f"gid://shopify/Order/{order_id}")


@asynccontextmanager
async def orders_of_the_shop(
    settings: RecordSettings, *, observer: PeerObserver | None = None
) -> AsyncIterator[ShopOrders]:
    """Yield the orders of the shop in ``settings``; its connections are closed at the end."""
    domain = settings.domain
    peer = shop_peer(
        domain,
        PeerSettings(allow_private=settings.allow_private_addresses),
        base_url=settings.admin_url or None,
        observer=observer,
    )
    fixed = settings.access_token.get_secret_value()
    tokens: Tokens = (
        FixedToken(fixed)
        if fixed
        else ClientCredentials(peer, settings.client_id, settings.client_secret.get_secret_value())
    )
    try:
        yield ShopOrders(domain.handle, AdminClient(domain, peer, tokens, version=settings.api_version))
    finally:
        await peer.close()
