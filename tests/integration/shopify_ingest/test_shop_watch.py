"""What a shop grants and sends is watched: a missing scope stops a role, a lost subscription comes back."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from muniment_kit.errors import SettingsError
from muniment_kit.http import PeerSettings
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from muniment_shopify import AdminClient, ClientCredentials, ShopDomain, shop_peer
from muniment_shopify.flows import FLOWS, wanted_hooks
from shopify_ingest import metrics
from shopify_ingest.required_scopes import require_scopes
from shopify_ingest.settings import ReconcileSettings
from shopify_ingest.shop_watch import ShopWatch, watching_shops
from tests.waiting import eventually

pytestmark = pytest.mark.connected

HERE = "https://muniment.example/hooks/shopify"


@pytest.fixture
async def shop() -> AsyncIterator[RunningShop]:
    async with running_shop(seed="empty") as opened:
        yield opened


@pytest.fixture
async def client(shop: RunningShop) -> AsyncIterator[AdminClient]:
    domain = ShopDomain(shop.shop)
    peer = shop_peer(domain, PeerSettings(allow_private=True, backoff_base_s=0.001), base_url=shop.url)
    client = AdminClient(domain, peer, ClientCredentials(peer, shop.client_id, shop.client_secret))
    yield client
    await client.close()


def settings_of(shop: RunningShop, **given: Any) -> ReconcileSettings:
    told: dict[str, Any] = {
        "shop": shop.shop,
        "access_token": SecretStr(shop.access_token),
        "admin_url": shop.url,
        "allow_private_addresses": True,
        "hooks_url": HERE,
        "subscriptions_every_s": 0.05,
        **given,
    }
    return ReconcileSettings(**told)


def without(shop: RunningShop, scope: str) -> None:
    """Take a scope from the app, as if it had never been granted."""
    scopes = [each for each in shop.desk.tokens.scope.split(",") if each != scope]
    shop.desk.tokens.scope = ",".join(scopes)
    installation = shop.state.installation
    installation.access_scopes = [each for each in installation.access_scopes if each.handle != scope]


def count(metric: Any, *labels: str) -> float:
    value: float = metric.labels(*labels)._value.get()
    return value


async def test_a_role_refuses_a_flow_whose_scope_is_missing(shop: RunningShop, client: AdminClient) -> None:
    clients = {client.shop.handle: client}
    await require_scopes(clients, settings_of(shop).shops())
    without(shop, "read_customer_merge")
    with pytest.raises(SettingsError) as refused:
        await require_scopes(clients, settings_of(shop).shops())
    [fault] = refused.value.faults
    assert "account-onboarding" in fault
    assert "read_customer_merge" in fault
    assert client.shop.handle in fault
    await require_scopes(clients, settings_of(shop, flows=("order-archive", "approval")).shops())


async def test_a_shop_that_is_away_keeps_no_role_from_starting(
    client: AdminClient, shop: RunningShop
) -> None:
    shop.faults.api_error = 1.0
    await require_scopes({client.shop.handle: client}, settings_of(shop).shops())


async def test_the_process_ends_with_a_sentence_when_a_scope_is_missing(shop: RunningShop) -> None:
    without(shop, "read_returns")
    without(shop, "write_returns")
    environment = {
        **os.environ,
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "SHOPIFY_INGEST_SHOP": shop.shop,
        "SHOPIFY_INGEST_ACCESS_TOKEN": shop.access_token,
        "SHOPIFY_INGEST_ADMIN_URL": shop.url,
        "SHOPIFY_INGEST_ALLOW_PRIVATE_ADDRESSES": "true",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shopify_ingest", "reconcile"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 1
    assert b"the flow order-archive needs the scope read_returns" in printed


async def test_a_subscription_that_is_gone_is_restored_and_counted(
    shop: RunningShop, client: AdminClient
) -> None:
    settings = settings_of(shop)
    (access,) = settings.shops().values()
    wanted = {hook.topic for hook in wanted_hooks(access.enabled_flows)}
    lost = count(metrics.SUBSCRIPTIONS_LOST, access.handle)
    async with watching_shops(settings=settings, clients={access.handle: client}):
        await eventually(
            lambda: {each.header_topic for each in shop.state.subscriptions} == wanted, what="all are there"
        )
        shop.state.unsubscribe(shop.state.subscriptions[0])
        await eventually(
            lambda: {each.header_topic for each in shop.state.subscriptions} == wanted, what="it is back"
        )
        await eventually(
            lambda: count(metrics.SUBSCRIPTIONS_LOST, access.handle) == lost + 1, what="it is counted"
        )


async def test_a_scope_that_is_withdrawn_shows(shop: RunningShop, client: AdminClient) -> None:
    (access,) = settings_of(shop).shops().values()
    watch = ShopWatch(client, access, HERE)
    report = await watch.look()
    assert report is not None
    assert not report.refused
    without(shop, "read_draft_orders")
    without(shop, "write_draft_orders")
    await watch.look()
    assert count(metrics.SCOPES_MISSING, access.handle, "approval") == 1
    assert count(metrics.SCOPES_MISSING, access.handle, "order-archive") == 0
    assert watch.lacking == {"approval: read_draft_orders"}


async def test_without_an_address_subscriptions_are_left_to_the_apps_file(
    shop: RunningShop, client: AdminClient
) -> None:
    (access,) = settings_of(shop).shops().values()
    assert await ShopWatch(client, access, "").look() is None
    assert shop.state.subscriptions == []


async def test_trouble_with_one_shop_ends_no_watch(shop: RunningShop, client: AdminClient) -> None:
    shop.faults.api_unauthorized = 1.0
    settings = settings_of(shop)
    async with watching_shops(settings=settings, clients={client.shop.handle: client}):
        await asyncio.sleep(0)
        shop.faults.api_unauthorized = 0.0
        await eventually(lambda: len(shop.state.subscriptions) > 10, what="it went on")


def test_each_shop_has_its_flows(tmp_path: Path) -> None:
    file = tmp_path / "shops.toml"
    file.write_text(
        '[[shops]]\ndomain = "a.myshopify.com"\naccess_token = "x"\nflows = ["approval", "order-archive"]\n'
        'link_hosts = ["files.example"]\n[[shops]]\ndomain = "b.myshopify.com"\naccess_token = "y"\n'
    )
    shops = ReconcileSettings(shops_file=str(file), flows=("customer-cases",)).shops()
    assert [flow.name for flow in shops["a"].enabled_flows] == ["order-archive", "approval"]
    assert [flow.name for flow in shops["b"].enabled_flows] == ["customer-cases"]
    assert shops["a"].link_hosts == ("files.example",)
    with pytest.raises(ValueError, match="there is no flow archive"):
        ReconcileSettings(shop="a.myshopify.com", access_token=SecretStr("x"), flows=("archive",))
    with pytest.raises(ValueError, match="whole address"):
        ReconcileSettings(shop="a.myshopify.com", access_token=SecretStr("x"), hooks_url="muniment.example")
    assert "content-publishing" in FLOWS
    default = ReconcileSettings(shop="a.myshopify.com", access_token=SecretStr("x"))
    assert "content-publishing" not in default.flows
