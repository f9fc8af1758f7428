"""The client against the Shopify sandbox: whole orders, also when the shop throttles and stumbles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import pytest

from muniment_kit.http import PeerSettings
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.playing import Play
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from muniment_shopify import (
    AdminClient,
    ClientCredentials,
    FixedToken,
    OrderSnapshot,
    ShopDomain,
    TokenRefused,
    WantedHook,
    fetch_order,
    granted_scopes,
    operation,
    reconcile_subscriptions,
    shop_info,
    shop_peer,
)


@asynccontextmanager
async def client_of(shop: RunningShop) -> AsyncIterator[AdminClient]:
    domain = ShopDomain(shop.shop)
    settings = PeerSettings(allow_private=True, backoff_base_s=0.001, backoff_cap_s=0.01, max_attempts=8)
    peer = shop_peer(domain, settings, base_url=shop.url)
    client = AdminClient(domain, peer, ClientCredentials(peer, shop.client_id, shop.client_secret))
    try:
        yield client
    finally:
        await client.close()


async def order_gids(client: AdminClient) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = (await client.execute(operation("orders_page"), {"first": 20, "after": after})).data["orders"]
        found += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


async def every_order(client: AdminClient) -> dict[str, OrderSnapshot]:
    snapshots = await asyncio.gather(*(fetch_order(client, gid) for gid in await order_gids(client)))
    return {snapshot.name: snapshot for snapshot in snapshots if snapshot is not None}


async def at_last(client: AdminClient) -> dict[str, OrderSnapshot]:
    """Read every order as a role does, which tries again also when the new token was refused as well."""
    for _ in range(10):
        try:
            return await every_order(client)
        except TokenRefused:
            continue
    raise AssertionError("the token was refused ten times")


async def test_a_mornings_orders_are_read_whole_and_the_same_twice() -> None:
    async with running_shop() as shop, client_of(shop) as client:
        await Play(shop.desk, Morning(orders=25)).run()
        once, again = await every_order(client), await every_order(client)
    assert len(once) >= 25
    assert {name: each.content for name, each in once.items()} == {
        n: each.content for n, each in again.items()
    }
    kinds = {
        kind: sum(len(getattr(each, kind)) for each in once.values())
        for kind in ("edits", "transactions", "refunds", "fulfillments", "payments")
    }
    assert all(kinds.values()), kinds
    assert all(each.gaps == () for each in once.values())
    for each in once.values():
        tree = orjson.loads(each.content)
        assert tree["order"]["edited"] == bool(each.edits)
        assert "pageInfo" not in each.content.decode()


async def test_orders_are_read_through_throttling_expired_tokens_and_errors() -> None:
    async with running_shop() as shop, client_of(shop) as client:
        calm = await every_order(client)
    faults = Faults(api_throttled=0.1, api_unauthorized=0.05, api_error=0.1)
    quick = Bucket(maximum=20_000, restore_rate=20_000)
    async with running_shop(faults=faults, bucket=quick) as shop, client_of(shop) as client:
        stormy = await at_last(client)
    assert stormy.keys() == calm.keys()


async def test_a_small_bucket_slows_the_reading_and_loses_nothing() -> None:
    bucket = Bucket(maximum=1000, restore_rate=5000)
    async with running_shop(bucket=bucket) as shop, client_of(shop) as client:
        assert len(await every_order(client)) >= 25


async def test_an_order_the_shop_never_had_is_none() -> None:
    async with running_shop() as shop, client_of(shop) as client:
        assert await fetch_order(client, "gid://shopify/Order/1") is None


async def test_the_seller_the_scopes_and_a_subscription() -> None:
    async with running_shop() as shop, client_of(shop) as client:
        info = await shop_info(client)
        assert (info.myshopify_domain, info.currency) == (shop.shop, "EUR")
        assert {"read_orders", "read_products"} <= await granted_scopes(client)
        hooks = [WantedHook("orders/create"), WantedHook("refunds/create")]
        first = await reconcile_subscriptions(client, hooks, "https://muniment.example/hooks")
        assert first.added == ("orders/create", "refunds/create")
        again = await reconcile_subscriptions(client, hooks, "https://muniment.example/hooks")
        assert again.there == first.added


async def test_a_token_the_shop_never_gave_is_refused() -> None:
    async with running_shop() as shop:
        peer = shop_peer(ShopDomain(shop.shop), PeerSettings(allow_private=True), base_url=shop.url)
        with pytest.raises(TokenRefused):
            await shop_info(AdminClient(ShopDomain(shop.shop), peer, FixedToken("shpat_wrong")))
        await peer.close()
