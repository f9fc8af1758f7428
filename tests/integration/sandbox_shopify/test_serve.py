"""Serving until told to stop, with one line that says how to reach the shop."""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp

from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.server import serve
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS
from muniment_sandbox.shopify.state.subscribing import PRIVACY_TOPICS

KEYS = ["ready", "url", "graphql_url", "shop", "access_token", "client_id", "client_secret", "webhook_secret"]


async def test_the_ready_line_says_how_to_reach_the_shop(client: aiohttp.ClientSession) -> None:
    ready: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(
            seed="empty",
            hooks_to="http://127.0.0.1:9/hooks",
            access_token="shpat_known",
            ready=ready.set_result,
        )
    )
    line = await ready
    assert list(line) == KEYS
    assert line["access_token"] == "shpat_known"
    asked = {"query": "{ webhookSubscriptionsCount { count } }"}
    headers = {"X-Shopify-Access-Token": "shpat_known"}
    async with client.post(str(line["graphql_url"]), json=asked, headers=headers) as answer:
        assert (await answer.json())["data"]["webhookSubscriptionsCount"]["count"] == 12
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def test_an_address_is_told_of_everything_if_it_is_wished(client: aiohttp.ClientSession) -> None:
    ready: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(
            seed="empty",
            hooks_to="http://127.0.0.1:9/hooks",
            hooks_of_everything=True,
            ready=ready.set_result,
        )
    )
    async with client.get(f"{(await ready)['url']}/_sandbox/subscriptions") as answer:
        told = (await answer.json())["subscriptions"]
    topics = {each["topic"]: each["app_specific"] for each in told}
    assert topics == dict.fromkeys(ALL_TOPICS, False) | dict.fromkeys(PRIVACY_TOPICS, True)
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def test_a_history_is_served_with_as_many_orders_as_are_wished(client: aiohttp.ClientSession) -> None:
    ready: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    history = History(orders=40, years=0.5)
    serving = asyncio.create_task(serve(seed="history", history=history, ready=ready.set_result))
    line = await ready
    headers = {"X-Shopify-Access-Token": str(line["access_token"])}
    asked = {"query": "{ ordersCount { count } }"}
    async with client.post(str(line["graphql_url"]), json=asked, headers=headers) as answer:
        assert (await answer.json())["data"]["ordersCount"]["count"] >= 40
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving
