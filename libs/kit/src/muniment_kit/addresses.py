"""Which network addresses we call: the guard against being led to our own network (SSRF)."""

from __future__ import annotations

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052


def is_public(address: str) -> bool:
    """Tell whether ``address`` (IPv4 or IPv6, numeric) is a public unicast address.

    Addresses that carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64) are judged by that one too.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    return all(part.is_global and not part.is_multicast for part in (ip, *_embedded(ip)))


class PublicResolver(AbstractResolver):
    """Resolves names and refuses the whole answer when one of its addresses is not public.

    Checking what was resolved, at the moment of connecting, leaves no room for DNS rebinding.
    """

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner if inner is not None else DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of ``host``. Raises :class:`NotPublicError`, or ``OSError`` if unknown."""
        found = await self._inner.resolve(host, port, family)
        if not all(is_public(result["host"]) for result in found):
            raise NotPublicError(host)
        return found

    async def close(self) -> None:
        """Close the resolver behind this one."""
        await self._inner.close()


class NotPublicError(OSError):
    """A name resolved to an address that is not public."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} resolves to an address that is not public")


def _embedded(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    inside = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64:
        inside.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [v4 for v4 in inside if v4 is not None]
