"""The Admin API over HTTP: who is let in, in which version, and how trouble looks."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.testing import RunningShop, running_shop

SHOP = {"query": "{ shop { name } }"}


async def ask(
    client: aiohttp.ClientSession,
    shop: RunningShop,
    body: object = SHOP,
    *,
    token: str | None = None,
    **headers: str,
) -> tuple[int, Any, aiohttp.ClientResponse]:
    sent = {"X-Shopify-Access-Token": token or shop.access_token, **headers}
    async with client.post(shop.graphql_url, json=body, headers=sent) as answer:
        return answer.status, await answer.json(), answer


async def grant(client: aiohttp.ClientSession, shop: RunningShop, **changes: str) -> tuple[int, Any]:
    form = {
        "grant_type": "client_credentials",
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        **changes,
    }
    async with client.post(f"{shop.url}/admin/oauth/access_token", data=form) as answer:
        return answer.status, await answer.json()


async def test_a_query_with_the_token_is_answered(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    status, body, answer = await ask(client, shop)
    assert (status, body["data"]) == (200, {"shop": {"name": "Muniment Papeterie"}})
    assert answer.headers["X-Shopify-API-Version"] == "2026-10"
    assert body["extensions"]["cost"]["requestedQueryCost"] == 1


async def test_without_a_valid_token_nobody_gets_in(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    status, body, _ = await ask(client, shop, token="shpat_wrong")
    assert status == 401
    assert "Invalid API key or access token" in body["errors"]


async def test_client_credentials_are_exchanged_for_a_token_until_it_expires(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    status, granted = await grant(client, shop)
    assert status == 200
    assert granted["expires_in"] == 86_399
    assert "read_orders" in granted["scope"].split(",")
    assert (await ask(client, shop, token=granted["access_token"]))[0] == 200
    await client.post(f"{shop.url}/_sandbox/tokens/expire")
    assert (await ask(client, shop, token=granted["access_token"]))[0] == 401


async def test_credentials_may_come_as_json(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    wish = {
        "grant_type": "client_credentials",
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
    }
    async with client.post(f"{shop.url}/admin/oauth/access_token", json=wish) as answer:
        assert (await answer.json())["access_token"].startswith("shpat_")


async def test_wrong_credentials_are_refused_by_name(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    assert await grant(client, shop, client_secret="wrong") == (
        400,
        {"error": "invalid_client", "error_description": "Client authentication failed."},
    )


@pytest.mark.parametrize(("asked", "answered"), [("2025-04", "2026-01"), ("unstable", "unstable")])
async def test_an_expired_version_falls_forward_and_only_a_header_says_so(
    client: aiohttp.ClientSession, shop: RunningShop, asked: str, answered: str
) -> None:
    url = f"{shop.url}/admin/api/{asked}/graphql.json"
    async with client.post(url, json=SHOP, headers={"X-Shopify-Access-Token": shop.access_token}) as answer:
        assert (answer.status, answer.headers["X-Shopify-API-Version"]) == (200, answered)


async def test_a_version_that_never_was_is_not_found(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    async with client.post(f"{shop.url}/admin/api/2026-11/graphql.json", json=SHOP) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"query": 1}', b'{"query": "{ shop { id } }", "variables": []}x']
)
async def test_a_body_that_is_no_request_is_refused(
    client: aiohttp.ClientSession, shop: RunningShop, body: bytes
) -> None:
    headers = {"X-Shopify-Access-Token": shop.access_token, "Content-Type": "application/json"}
    async with client.post(shop.graphql_url, data=body, headers=headers) as answer:
        assert answer.status == 400


async def test_throttling_comes_as_an_answer_of_200(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    shop.faults.switch({"api_throttled": 1})
    status, body, _ = await ask(client, shop)
    assert status == 200
    assert body["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in body


async def test_trouble_can_be_switched_on(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    shop.faults.switch({"api_error": 1})
    headers = {"X-Shopify-Access-Token": shop.access_token}
    async with client.post(shop.graphql_url, json=SHOP, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (500, "text/html")
    shop.faults.switch({"api_error": 0, "api_unauthorized": 1})
    assert (await ask(client, shop))[0] == 401


async def test_the_cost_is_broken_down_on_request(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    _, body, _ = await ask(client, shop, **{"Shopify-GraphQL-Cost-Debug": "1"})
    assert body["extensions"]["cost"]["fields"] == [{"path": ["shop"], "requestedTotalCost": 1}]


async def test_two_shops_do_not_know_each_other(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    async with running_shop(seed="demo") as other:
        assert (await ask(client, other, token=shop.access_token))[0] == 401
        _, body, _ = await ask(client, other, {"query": "{ ordersCount { count } }"})
        assert body["data"]["ordersCount"]["count"] == 30
        assert len(shop.state.orders) == 0


async def test_a_file_for_a_dispute_is_taken_by_the_old_api(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    order = shop.state.place_order(random_cart(shop.state.stock, dice(1)))
    shop.state.pay(order)
    dispute = shop.state.open_dispute(order)
    url = f"{shop.url}/admin/api/2026-10/shopify_payments/disputes/{dispute.number}/dispute_file_uploads.json"
    given = {"document_type": "uncategorized_file", "filename": "a.pdf", "mimetype": "application/pdf"}
    headers = {"X-Shopify-Access-Token": shop.access_token}
    body = {"dispute_file_upload": given | {"data": "aGVsbG8="}}
    async with client.post(url, json=body, headers=headers) as answer:
        assert answer.status == 201
        assert (await answer.json())["dispute_file_upload"]["file_size"] == 5
    async with client.post(url, json={"dispute_file_upload": given}, headers=headers) as answer:
        assert answer.status == 422
    async with client.post(url, json=body) as answer:
        assert answer.status == 401
