"""What passes between a shop and its app can be made to happen: secrets, scopes, privacy, time, removal."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest

from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from tests.integration.sandbox_shopify.listening import Ear, listening
from tests.waiting import eventually


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    async with listening() as listener:
        yield listener


@pytest.fixture
async def slow_shop() -> AsyncIterator[RunningShop]:
    """A shop whose retries take their four hours."""
    async with running_shop(seed="empty", time_scale=1.0) as shop:
        yield shop


async def post(client: aiohttp.ClientSession, shop: RunningShop, path: str, body: object = None) -> Any:
    async with client.post(f"{shop.url}/_sandbox/{path}", json=body) as answer:
        told = await answer.json()
        assert answer.status < 300, told
        return told


async def subscriptions(client: aiohttp.ClientSession, shop: RunningShop) -> Any:
    async with client.get(f"{shop.url}/_sandbox/subscriptions") as answer:
        return await answer.json()


async def grant(client: aiohttp.ClientSession, shop: RunningShop, secret: str) -> tuple[int, Any]:
    form = {"grant_type": "client_credentials", "client_id": shop.client_id, "client_secret": secret}
    async with client.post(f"{shop.url}/admin/oauth/access_token", data=form) as answer:
        return answer.status, await answer.json()


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64decode(signature), wanted)


async def test_hooks_keep_the_oldest_secret_until_it_is_revoked(
    client: aiohttp.ClientSession, shop: RunningShop, ear: Ear
) -> None:
    await post(client, shop, "subscriptions", {"uri": ear.url, "topics": ["orders/create"]})
    old = shop.webhook_secret
    rotated = await post(client, shop, "secrets/rotate")
    assert rotated["signing"] == rotated["secrets"][0] == old
    new = rotated["secrets"][1]
    await post(client, shop, "orders")
    assert [(await grant(client, shop, secret))[0] for secret in (old, new)] == [200, 200]
    assert await post(client, shop, "secrets/revoke") == {"secrets": [new], "signing": new}
    assert [(await grant(client, shop, secret))[0] for secret in (old, new)] == [400, 200]
    await post(client, shop, "orders")
    await shop.hooks_settled()
    for heard, secret in zip(ear.heard, (old, new), strict=True):
        assert is_signed(heard.body, heard.headers["X-Shopify-Hmac-Sha256"], secret)


async def test_there_is_an_end_to_secrets(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    for _ in range(4):
        await post(client, shop, "secrets/rotate")
    async with client.post(f"{shop.url}/_sandbox/secrets/rotate") as answer:
        assert answer.status == 409


async def test_a_subscription_that_fails_for_four_hours_is_removed_with_a_warning(
    client: aiohttp.ClientSession, slow_shop: RunningShop, ear: Ear
) -> None:
    shop = slow_shop
    await post(client, shop, "subscriptions", {"uri": ear.url, "topics": ["orders/create", "orders/paid"]})
    await post(client, shop, "subscriptions", {"uri": ear.url, "app_specific": True})
    await post(client, shop, "faults", {"outage": 1})
    await post(client, shop, "orders")
    for attempts in range(1, 9):
        await eventually(lambda: len(shop.deliveries[0].attempts) == attempts)  # noqa: B023 - awaited at once
        told = await subscriptions(client, shop)
        assert told["removed"] == []
        assert [each["failed_attempts"] for each in told["subscriptions"]] == [attempts, 0, 0, 0, 0]
        await post(client, shop, "clock", {"advance_s": 4 * 3600})
    await shop.hooks_settled()
    told = await subscriptions(client, shop)
    (removed,) = told["removed"]
    assert (removed["topic"], removed["attempts"]) == ("orders/create", 9)
    assert "outage" in removed["trouble"]
    assert [(each["topic"], each["app_specific"]) for each in told["subscriptions"]] == [
        ("orders/paid", False),
        ("customers/data_request", True),
        ("customers/redact", True),
        ("shop/redact", True),
    ]
    number = told["subscriptions"][0]["number"]
    for status in (200, 404):
        async with client.delete(f"{shop.url}/_sandbox/subscriptions/{number}") as answer:
            assert answer.status == status


async def test_a_late_burst_is_let_go(
    client: aiohttp.ClientSession, slow_shop: RunningShop, ear: Ear
) -> None:
    shop = slow_shop
    await post(client, shop, "subscriptions", {"uri": ear.url, "topics": ["orders/create"]})
    await post(client, shop, "faults", {"late": 1})
    for _ in range(3):
        await post(client, shop, "orders")
    assert ear.heard == []
    await post(client, shop, "faults", {"late": 0})
    assert await post(client, shop, "hooks/release") == {"released": 3}
    await shop.hooks_settled()
    assert len(ear.heard) == 3


async def test_requests_of_privacy_law_reach_the_apps_own_address(
    client: aiohttp.ClientSession, shop: RunningShop, ear: Ear
) -> None:
    await post(client, shop, "subscriptions", {"uri": ear.url, "app_specific": True})
    await post(client, shop, "subscriptions", {"uri": ear.url, "app_specific": True})
    customer = shop.state.all_of(Customer)[0].number
    for name in ("data-request", "customer-redact", "shop-redact"):
        await post(client, shop, f"privacy/{name}", {"customer": str(customer)})
    await shop.hooks_settled()
    told = {heard.topic: orjson.loads(heard.body) for heard in ear.heard}
    assert set(told) == {"customers/data_request", "customers/redact", "shop/redact"}
    assert len(ear.heard) == 3, "an address is told once"
    assert told["customers/data_request"]["customer"]["id"] == customer
    assert told["customers/redact"]["customer"]["id"] == customer
    assert told["shop/redact"]["shop_domain"] == shop.shop


async def test_the_app_goes_comes_back_and_may_do_something_else(
    client: aiohttp.ClientSession, shop: RunningShop, ear: Ear
) -> None:
    topics = ["app/uninstalled", "app/scopes_update"]
    await post(client, shop, "subscriptions", {"uri": ear.url, "topics": topics})
    await post(client, shop, "subscriptions", {"uri": ear.url, "app_specific": True})
    before = len(shop.desk.tokens.scope.split(","))
    assert before > 2
    told = await post(client, shop, "app/scopes", {"scopes": ["read_orders", "read_returns"]})
    assert told == {"scopes": ["read_orders", "read_returns"]}
    granted = (await grant(client, shop, shop.client_secret))[1]
    assert granted["scope"] == "read_orders,read_returns"
    await post(client, shop, "app/uninstall")
    assert (await grant(client, shop, shop.client_secret))[0] == 400
    await post(client, shop, "clock", {"advance_s": 48 * 3600})
    await shop.hooks_settled()
    assert sorted(heard.topic for heard in ear.heard) == [
        "app/scopes_update",
        "app/uninstalled",
        "shop/redact",
    ]
    changed = next(orjson.loads(heard.body) for heard in ear.heard if heard.topic == "app/scopes_update")
    assert changed["current"] == ["read_orders", "read_returns"]
    assert len(changed["previous"]) == before
    assert shop.state.subscriptions == []
    async with client.post(f"{shop.url}/_sandbox/app/uninstall") as answer:
        assert answer.status == 409
    await post(client, shop, "app/install")
    assert (await grant(client, shop, shop.client_secret))[0] == 200


async def test_the_clock_goes_on_from_where_it_was_moved(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    before = shop.state.clock.now()
    for _ in range(2):
        await post(client, shop, "clock", {"advance_s": 86_400})
    assert 2 * 86_400 <= (shop.state.clock.now() - before).total_seconds() < 2 * 86_400 + 60
    ordered = await post(client, shop, "orders")
    assert ordered["updated_at"][:10] == shop.state.clock.now().date().isoformat()


async def test_forms_of_other_origins_are_refused(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        async with client.post(f"{shop.url}/_sandbox/secrets/rotate", headers=headers) as answer:
            assert answer.status == 403
        async with client.delete(f"{shop.url}/_sandbox/subscriptions/1", headers=headers) as answer:
            assert answer.status == 403
    async with client.post(f"{shop.url}/_sandbox/secrets/rotate", headers={"Origin": shop.url}) as answer:
        assert answer.status == 200
