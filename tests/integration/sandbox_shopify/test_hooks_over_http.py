"""Hooks over HTTP: a whole morning arrives, signed; failures are retried within Shopify's limits."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks import sending
from muniment_sandbox.shopify.hooks.sending import HttpSender
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from tests.integration.sandbox_shopify.listening import Ear, listening
from tests.waiting import eventually


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    async with listening() as listener:
        yield listener


def place(shop: RunningShop) -> None:
    shop.state.place_order(random_cart(shop.state.stock, dice(1)))


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    expected = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64decode(signature), expected)


async def test_a_morning_arrives_whole_and_signed(client: aiohttp.ClientSession, ear: Ear) -> None:
    async with running_shop(seed="empty", hooks_to=ear.url) as shop:
        async with client.post(f"{shop.url}/_sandbox/morning", json={"orders": 25, "seed": 7}) as begun:
            assert begun.status == 202
        status = await settled(client, shop)
        assert status["steps_refused"] == 0
        assert status["orders"] == 25
        assert len(ear.heard) == status["hooks"]["delivered"] == status["hooks"]["published"] > 150
        for heard in ear.heard:
            assert is_signed(heard.body, heard.headers["X-Shopify-Hmac-Sha256"], shop.webhook_secret)
        assert len({heard.webhook_id for heard in ear.heard}) == len(ear.heard)
        created = [orjson.loads(heard.body)["name"] for heard in ear.heard if heard.topic == "orders/create"]
        assert sorted(created) == [f"#{number}" for number in range(1001, 1026)]


async def test_a_morning_with_faults_loses_nothing_that_was_not_meant_to_be_lost(
    client: aiohttp.ClientSession, ear: Ear
) -> None:
    faults = Faults(duplicate=0.2, reorder=0.3, delay=0.05, delay_s=20, lose=0.05)
    ear.statuses = [503, 500, 200] * 20
    async with running_shop(seed="empty", hooks_to=ear.url, faults=faults) as shop:
        await client.post(f"{shop.url}/_sandbox/morning", json={"orders": 10})
        hooks = (await settled(client, shop))["hooks"]
        assert hooks["lost"] > 0
        assert hooks["duplicates"] > 0
        assert hooks["failed"] == 0
        assert hooks["delivered"] + hooks["lost"] == hooks["published"]
        assert hooks["attempts"] == len(ear.heard) == hooks["delivered"] + 40


async def settled(client: aiohttp.ClientSession, shop: RunningShop) -> dict[str, Any]:
    for _ in range(500):
        async with client.get(f"{shop.url}/_sandbox/morning") as answer:
            status: dict[str, Any] = await answer.json()
        if status["settled"]:
            return status
        await asyncio.sleep(0.02)
    raise AssertionError("the morning has not settled")


async def test_a_morning_played_from_a_start_has_the_same_times_again(client: aiohttp.ClientSession) -> None:
    told = []
    for _ in range(2):
        async with running_shop(seed="empty") as shop:
            wish = {"orders": 6, "seed": 3, "start": "2026-11-23T08:00:00+01:00"}
            await client.post(f"{shop.url}/_sandbox/morning", json=wish)
            await settled(client, shop)
            told.append(
                [(order.id, order.created_at, order.updated_at) for order in shop.state.orders.values()]
            )
    assert told[0] == told[1]
    assert told[0][0][1].isoformat().startswith("2026-11-23T07:")


async def test_an_address_where_nobody_listens_is_tried_nine_times_and_forgotten() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/hooks"
        async with running_shop(seed="empty", time_scale=0.00001) as shop:
            shop.desk.subscribe_all(url, ["orders/create"])
            place(shop)
            await shop.hooks_settled()
            delivery = shop.deliveries[0]
            assert len(delivery.attempts) == 9
            assert {attempt.status for attempt in delivery.attempts} == {None}
            assert shop.state.subscriptions == []


async def test_an_answer_that_takes_too_long_is_a_failed_attempt(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TOTAL_TIMEOUT_S", 0.1)
    ear.stall_s = 0.4
    async with running_shop(seed="empty", time_scale=0.001) as shop:
        shop.desk.subscribe_all(ear.url, ["orders/create"])
        place(shop)
        await eventually(
            lambda: bool(shop.deliveries[0].attempts), what="the first attempt ended", timeout_s=3
        )
        assert shop.deliveries[0].attempts[0].trouble == "no answer in time"


async def test_a_redirect_is_an_answer_and_not_followed(ear: Ear) -> None:
    ear.statuses = [302]
    async with running_shop(seed="empty", time_scale=0.00001) as shop:
        shop.desk.subscribe_all(ear.url, ["orders/create"])
        place(shop)
        await shop.hooks_settled()
        assert [attempt.status for attempt in shop.deliveries[0].attempts] == [302, 200]


async def test_closing_the_shop_stops_pending_retries(ear: Ear) -> None:
    ear.statuses = [500] * 9
    async with running_shop(seed="empty", hooks_to=ear.url, time_scale=1.0) as shop:
        place(shop)
        await eventually(lambda: len(ear.heard) >= 1, what="a first attempt")
    assert len(ear.heard) <= 2


async def test_a_sender_that_never_sent_closes_quietly() -> None:
    await HttpSender().close()
