"""Which addresses are public, and that a peer refuses the others."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.addresses import NotPublicError, PublicResolver, is_public
from muniment_kit.errors import SettingsError
from muniment_kit.http import Peer, PeerSettings

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_loopback_linklocal_and_reserved_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["23.227.38.74", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_never_more_public(address: ipaddress.IPv4Address) -> None:
    if not is_public(str(address)):
        assert not is_public(f"::ffff:{address}")


class Names(AbstractResolver):
    """A resolver that knows what the test says."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        self.addresses = ()


async def test_a_name_with_one_private_address_among_public_ones_is_refused_whole() -> None:
    with pytest.raises(NotPublicError):
        await PublicResolver(Names("23.227.38.74", "10.0.0.1")).resolve("shop.example", 443)


async def test_a_name_with_public_addresses_is_resolved() -> None:
    found = await PublicResolver(Names("23.227.38.74")).resolve("shop.example", 443)
    assert [result["host"] for result in found] == ["23.227.38.74"]


@pytest.mark.parametrize(
    "base_url",
    [
        "https://127.0.0.1",
        "https://[::1]/",
        "https://10.0.0.1:8443/otcs",
        "http://shop.example",
        "ftp://shop.example",
        "shop.example",
        "http://[",
        "https://user:secret@shop.example",
        "https://shop.example?token=1",
    ],
)
def test_a_base_url_that_must_not_be_called_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(SettingsError, match=r"[Pp]eer") as refused:
        Peer("shop", base_url)
    assert "secret" not in str(refused.value)


def test_private_addresses_and_plain_http_are_allowed_where_the_settings_say_so() -> None:
    assert Peer("ecm", "http://10.0.0.1:8080/otcs/cs.exe", PeerSettings(allow_private=True)).name == "ecm"
