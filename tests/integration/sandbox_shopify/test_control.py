"""The control endpoints do what people do in a shop, and say no in sentences."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from muniment_sandbox.shopify.testing import RunningShop


async def post(client: aiohttp.ClientSession, url: str, body: object = None) -> tuple[int, Any]:
    async with client.post(url, json=body) as answer:
        return answer.status, await answer.json()


async def get(client: aiohttp.ClientSession, url: str) -> tuple[int, Any]:
    async with client.get(url) as answer:
        return answer.status, await answer.json()


async def test_an_order_lives_by_deeds(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    control = f"{shop.url}/_sandbox"
    status, order = await post(client, f"{control}/orders")
    assert (status, order["name"], order["financial_status"]) == (201, "#1001", "PENDING")
    deeds = ["decline", "pay", "add-line", "pay", "fulfil", "refund-line", "note", "refund"]
    for deed in deeds:
        status, order = await post(client, f"{control}/orders/{order['number']}/{deed}", {"note": "by hand"})
        assert status == 200, (deed, order)
    assert (order["financial_status"], order["fulfillment_status"]) == ("REFUNDED", "FULFILLED")
    assert (order["transactions"], order["refunds"], order["edits"]) == (6, 2, 1)
    assert (await post(client, f"{control}/orders/{order['number']}/delete"))[0] == 200
    assert (await get(client, f"{control}/orders"))[1] == {"orders": [], "next": None}


async def test_an_authorized_order_is_captured_and_one_is_cancelled(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    for deeds, state in ((["authorize", "capture"], "PAID"), (["authorize", "cancel"], "VOIDED")):
        _, order = await post(client, f"{shop.url}/_sandbox/orders")
        for deed in deeds:
            _, order = await post(client, f"{shop.url}/_sandbox/orders/{order['number']}/{deed}")
        assert order["financial_status"] == state


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("clock", {"advance_s": -1}, 400, "between 0 and"),
        ("clock", {}, 400, "advance_s"),
        ("secrets/revoke", None, 409, "rotate it first"),
        ("app/scopes", {"scopes": []}, 400, "at least one"),
        ("app/scopes", {"scopes": "read_orders"}, 400, "a list of names"),
        ("privacy/data-request", {"customer": 1}, 404, "no customer 1"),
        ("privacy/curiosity", None, 404, "customer-redact, data-request, shop-redact"),
        ("subscriptions", {"uri": "https://a.example", "topics": "some"}, 400, "a list of topics"),
        (
            "subscriptions",
            {"uri": "https://a.example", "topics": ["moon/rise"], "app_specific": True},
            400,
            "moon/rise",
        ),
        ("orders/1/pay", None, 404, "There is no order 1"),
        ("orders/x/pay", None, 400, "cannot be understood"),
        ("faults", {"unknown": 1}, 400, "There is no fault"),
        ("faults", [1], 400, "must be a JSON object"),
        ("morning", {"orders": 0}, 400, "between 1 and"),
        ("morning", {"start": "tomorrow"}, 400, "cannot be understood"),
        ("subscriptions", {}, 400, "uri"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_a_sentence(
    client: aiohttp.ClientSession, shop: RunningShop, path: str, body: object, status: int, words: str
) -> None:
    answered, told = await post(client, f"{shop.url}/_sandbox/{path}", body)
    assert answered == status
    assert words in told["error"]


async def test_what_the_order_does_not_allow_is_a_conflict(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    _, order = await post(client, f"{shop.url}/_sandbox/orders")
    for deed, status, words in (
        ("refund", 409, "nothing to refund"),
        ("capture", 409, "no open authorization"),
        ("dance", 404, "no deed"),
    ):
        answered, told = await post(client, f"{shop.url}/_sandbox/orders/{order['number']}/{deed}")
        assert answered == status
        assert words in told["error"]


async def test_faults_and_subscriptions_are_switched_while_it_runs(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    control = f"{shop.url}/_sandbox"
    assert (await post(client, f"{control}/faults", {"lose": 1}))[1]["lose"] == 1
    assert (await get(client, f"{control}/faults"))[1]["lose"] == 1
    wish = {"uri": "https://muniment.example/hooks", "topics": ["orders/create"]}
    assert await post(client, f"{control}/subscriptions", wish) == (201, {"subscriptions": 1})
    await post(client, f"{control}/orders")
    _, told = await get(client, f"{control}/deliveries?limit=5")
    assert told["summary"]["lost"] == 1
    assert told["deliveries"][0]["topic"] == "orders/create"


async def test_orders_are_listed_page_by_page(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    for _ in range(5):
        await post(client, f"{shop.url}/_sandbox/orders")
    seen: list[list[str]] = []
    after: int | None = 0
    while after is not None:
        _, told = await get(client, f"{shop.url}/_sandbox/orders?limit=2&after={after}")
        seen.append([order["name"] for order in told["orders"]])
        after = told["next"]
    assert seen == [["#1001", "#1002"], ["#1003", "#1004"], ["#1005"]]
    for query in ("limit=x", "limit=1001", "after=-1", "limit=²"):
        assert (await get(client, f"{shop.url}/_sandbox/orders?{query}"))[0] == 400


async def test_no_morning_was_played_yet(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    status, told = await get(client, f"{shop.url}/_sandbox/morning")
    assert (status, told["error"][:10]) == (404, "No morning")
    assert (await get(client, f"{shop.url}/_sandbox/health"))[1] == {"ready": True, "orders": 0}
