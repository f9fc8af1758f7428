"""Addresses that Shopify's answers name, for downloads and uploads: called only when their host is allowed.

The access token never travels there; such links carry their own signature.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from muniment_kit.clock import Clock
from muniment_kit.errors import SettingsError
from muniment_kit.http import Answer, Peer, PeerObserver, PeerSettings
from muniment_shopify.errors import LinkRefused

SHOPIFY_LINK_HOSTS = frozenset(
    {"storage.googleapis.com", "shopify-staged-uploads.storage.googleapis.com", "cdn.shopify.com"}
)
"""Where Shopify keeps results of bulk operations and takes staged uploads."""
_PORTS = {"https": 443, "http": 80}


class ShopLinks:
    """The hosts that may be called by links of one shop's answers, each with its own connection pool.

    ``hosts`` are exact names, ``host`` or ``host:port`` where the port is not the scheme's own. Unless
    ``settings.allow_private``, links are https and a name that resolves to a private address is not called.
    Redirects are never followed.
    """

    def __init__(
        self,
        hosts: Collection[str] = SHOPIFY_LINK_HOSTS,
        settings: PeerSettings | None = None,
        *,
        observer: PeerObserver | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._settings = settings
        self._observer = observer
        self._clock = clock
        self._peers: dict[str, Peer] = {}

    def peer_of(self, link: str) -> Peer:
        """Return the client to call ``link`` with; hand it the whole link as path. Raises ``LinkRefused``."""
        origin = self._allowed_origin(link)
        if origin not in self._peers:
            self._peers[origin] = self._new_peer(origin)
        return self._peers[origin]

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        while self._peers:
            _, peer = self._peers.popitem()
            await peer.close()

    def _allowed_origin(self, link: str) -> str:
        try:
            url = urlsplit(link)
            named = _named(url.scheme, url.hostname or "", url.port)
        except ValueError:
            raise LinkRefused("Shopify named a link that is no URL; it is not called.") from None
        if url.scheme not in _PORTS or "@" in url.netloc or named not in self._hosts:
            raise LinkRefused(
                f"Shopify named a link to {_printable(named)}, which is not among the allowed hosts. If that "
                "is where Shopify keeps its files, add it to them."
            )
        return f"{url.scheme}://{named}"

    def _new_peer(self, origin: str) -> Peer:
        try:
            return Peer(
                "shopify-files",
                origin,
                self._settings,
                clock=self._clock,
                is_transient=_is_transient,
                observer=self._observer,
            )
        except SettingsError as error:
            raise LinkRefused(f"Shopify named a link that is not called: {error}") from None


def shop_links(
    settings: PeerSettings | None = None,
    *,
    base_url: str | None = None,
    hosts: Collection[str] = SHOPIFY_LINK_HOSTS,
    observer: PeerObserver | None = None,
    clock: Clock | None = None,
) -> ShopLinks:
    """Return the links of a shop, by the same arguments as its ``shop_peer``.

    ``base_url`` is for a sandbox, whose links lead to itself: its host is allowed besides ``hosts``.
    """
    allowed = set(hosts)
    if base_url is not None:
        own = urlsplit(base_url)
        allowed.add(_named(own.scheme, own.hostname or "", own.port))
    return ShopLinks(allowed, settings, observer=observer, clock=clock)


def _named(scheme: str, host: str, port: int | None) -> str:
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, _PORTS.get(scheme)) else f"{host}:{port}"


def _is_transient(answer: Answer) -> bool:
    return answer.status == 429 or answer.status >= 500


def _printable(host: str) -> str:
    return "".join(c for c in host[:100] if c.isascii() and (c.isalnum() or c in "-.:[]")) or "no host"
