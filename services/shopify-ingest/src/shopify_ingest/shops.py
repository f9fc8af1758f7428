"""The Admin API of every shop of this installation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from muniment_kit.errors import Retryable
from muniment_kit.http import Peer, PeerObserver, PeerSettings
from muniment_shopify.client import AdminClient, shop_peer
from muniment_shopify.links import SHOPIFY_LINK_HOSTS, ShopLinks, shop_links
from muniment_shopify.tokens import ClientCredentials, FixedToken, Tokens
from shopify_ingest.settings import ShopAccess, ShopsSettings


class ShopNotServed(Retryable):
    """An event is of a shop that this process was not told of: its settings are to be mended."""

    def __init__(self, shop: str) -> None:
        super().__init__(
            f"The event is of shop {shop!r}, which the settings of this process do not name: add it to "
            "SHOPIFY_INGEST_SHOP or SHOPIFY_INGEST_SHOPS_FILE and start the role again."
        )


def client_of(clients: Mapping[str, AdminClient], shop: str) -> AdminClient:
    """Return the client of the shop with this handle. Raises ``ShopNotServed``."""
    try:
        return clients[shop]
    except KeyError:
        raise ShopNotServed(shop) from None


@asynccontextmanager
async def admin_clients(
    settings: ShopsSettings, *, observer: PeerObserver | None = None
) -> AsyncIterator[Mapping[str, AdminClient]]:
    """Yield a client of each shop in ``settings``, by handle; their connections are closed at the end."""
    async with AsyncExitStack() as stack:
        clients: dict[str, AdminClient] = {}
        for handle, access in settings.shops().items():
            peer = _peer(access, observer)
            clients[handle] = AdminClient(
                access.domain,
                peer,
                _tokens(access, peer),
                links=_links(access, observer),
                version=access.api_version,
            )
            stack.push_async_callback(clients[handle].close)
        yield clients


def _peer(access: ShopAccess, observer: PeerObserver | None) -> Peer:
    return shop_peer(
        access.domain,
        PeerSettings(allow_private=access.allow_private_addresses),
        base_url=access.admin_url or None,
        observer=observer,
    )


def _links(access: ShopAccess, observer: PeerObserver | None) -> ShopLinks:
    return shop_links(
        PeerSettings(allow_private=access.allow_private_addresses),
        base_url=access.admin_url or None,
        hosts=SHOPIFY_LINK_HOSTS | set(access.link_hosts),
        observer=observer,
    )


def _tokens(access: ShopAccess, peer: Peer) -> Tokens:
    fixed = access.access_token.get_secret_value()
    if fixed:
        return FixedToken(fixed)
    return ClientCredentials(peer, access.client_id, access.client_secret.get_secret_value())
