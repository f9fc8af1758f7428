"""The client over a real connection to a shop that throttles, stalls, answers HTML, or loses its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import orjson
import pytest

from muniment_kit.http import OutcomeUnknown, Peer, PeerSettings, PeerUnavailable
from muniment_shopify import AdminClient, ClientCredentials, FixedToken, ShopDomain, operation, shop_peer
from muniment_shopify.errors import TokenRefused
from tests.integration.outbound.faulty_server import LOST, FaultyServer, Reply

SHOP = ShopDomain("acme.myshopify.com")
CREATE = operation("webhook_subscription_create")
SHOP_INFO = operation("shop_info")
HTML = Reply(200, b"<html>We'll be back</html>", {"Content-Type": "text/html"})


def reply(content: object, status: int = 200, *, delay_s: float = 0.0) -> Reply:
    return Reply(status, orjson.dumps(content), {"X-Shopify-API-Version": "2026-10"}, delay_s=delay_s)


def cost(requested: float, available: float) -> dict[str, object]:
    status = {"maximumAvailable": 1000.0, "currentlyAvailable": available, "restoreRate": 500.0}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}}


GOOD = reply({"data": {"shop": {"name": "Acme"}}})
THROTTLED = reply(
    {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": cost(100, 0)}
)


@pytest.fixture
async def server() -> AsyncIterator[FaultyServer]:
    server = FaultyServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def peer(server: FaultyServer) -> AsyncIterator[Peer]:
    settings = PeerSettings(allow_private=True, timeout_s=0.3, backoff_base_s=0.001, backoff_cap_s=0.01)
    peer = shop_peer(SHOP, settings, base_url=server.url)
    yield peer
    await peer.close()


@pytest.fixture
def shop(peer: Peer) -> AdminClient:
    return AdminClient(SHOP, peer, FixedToken("shpat_secret"))


@pytest.mark.parametrize("fault", [LOST, HTML, Reply(502), Reply(500), Reply(429), reply({}, delay_s=5.0)])
async def test_a_query_survives_a_passing_fault(
    server: FaultyServer, shop: AdminClient, fault: Reply
) -> None:
    server.script = [fault, GOOD]
    assert (await shop.execute(SHOP_INFO)).data == {"shop": {"name": "Acme"}}
    assert len(server.seen) == 2


@pytest.mark.parametrize("fault", [LOST, HTML, Reply(502), Reply(500), reply({}, delay_s=5.0)])
async def test_a_mutation_is_never_sent_twice_when_its_outcome_is_unknown(
    server: FaultyServer, shop: AdminClient, fault: Reply
) -> None:
    server.script = [fault]
    with pytest.raises(OutcomeUnknown):
        await shop.execute(CREATE, {"topic": "ORDERS_CREATE", "sub": {}})
    assert len(server.seen) == 1


async def test_throttling_is_waited_out_by_the_points_that_are_missing(
    server: FaultyServer, shop: AdminClient
) -> None:
    server.script = [THROTTLED, GOOD]
    began = time.monotonic()
    await shop.execute(SHOP_INFO)
    assert time.monotonic() - began >= 0.2


async def test_a_shop_that_stays_away_is_unavailable_and_its_token_stays_secret(
    server: FaultyServer, shop: AdminClient
) -> None:
    server.script = [HTML] * 10
    with pytest.raises(PeerUnavailable) as raised:
        await shop.execute(SHOP_INFO)
    assert "shpat" not in repr(raised.value)


async def test_tokens_are_asked_for_once_and_again_after_a_401(server: FaultyServer, peer: Peer) -> None:
    tokens = ClientCredentials(peer, "id", "client secret")
    shop = AdminClient(SHOP, peer, tokens)
    server.script = [
        reply({"access_token": "t1", "expires_in": 86399}),
        GOOD,
        GOOD,
        reply({"errors": "[API] Invalid API key"}, 401),
        reply({"access_token": "t2", "expires_in": 86399}),
        GOOD,
    ]
    await asyncio.gather(shop.execute(SHOP_INFO), shop.execute(SHOP_INFO))
    await shop.execute(SHOP_INFO)
    used = [seen.headers.get("x-shopify-access-token") for seen in server.seen]
    assert used == [None, "t1", "t1", "t1", None, "t2"]
    assert parse_qs(server.seen[0].body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["id"],
        "client_secret": ["client secret"],
    }


async def test_a_wrong_client_secret_is_named_as_such(server: FaultyServer, peer: Peer) -> None:
    server.script = [reply({"error": "invalid_client"}, 400)]
    with pytest.raises(TokenRefused, match="invalid_client"):
        await ClientCredentials(peer, "id", "secret").token()
