"""Bulk operations as an app meets them: asked for, watched, downloaded by parts, cancelled, broken off."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from tests.integration.sandbox_shopify.listening import listening
from tests.waiting import eventually, until

ORDERS = "{ orders(sortKey: ID) { edges { node { id name lineItems { edges { node { id sku } } } } } } }"
RUN = """mutation Run($query: String!) { bulkOperationRunQuery(query: $query) {
  bulkOperation { id status } userErrors { message code } } }"""
STATUS = """query Status($id: ID!) { bulkOperation(id: $id) { status errorCode createdAt completedAt
  objectCount rootObjectCount fileSize url partialDataUrl } }"""
CANCEL = """mutation Cancel($id: ID!) { bulkOperationCancel(id: $id) {
  bulkOperation { id status } userErrors { field message } } }"""
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class App:
    """An app with a token, which runs bulk operations on the shop."""

    def __init__(self, shop: RunningShop, client: aiohttp.ClientSession) -> None:
        self.shop = shop
        self.client = client
        self.token = shop.access_token

    async def asks(self, document: str, **variables: object) -> Any:
        headers = {"X-Shopify-Access-Token": self.token}
        body = {"query": document, "variables": variables}
        async with self.client.post(self.shop.graphql_url, json=body, headers=headers) as answer:
            told = await answer.json()
        assert "errors" not in told, told["errors"]
        return told["data"]

    async def begins(self, query: str = ORDERS) -> str:
        told = (await self.asks(RUN, query=query))["bulkOperationRunQuery"]
        assert told["userErrors"] == []
        return str(told["bulkOperation"]["id"])

    async def status(self, operation: str) -> Any:
        return (await self.asks(STATUS, id=operation))["bulkOperation"]

    async def ended(self, operation: str) -> Any:
        async def over() -> bool:
            return (await self.status(operation))["status"] not in ("CREATED", "RUNNING", "CANCELING")

        await until(over, what="the end of the bulk operation")
        return await self.status(operation)


@pytest.fixture
async def app(client: aiohttp.ClientSession) -> AsyncIterator[App]:
    clock = SetClock(NOON)
    state = seeded_shop("history", clock=clock, history=History(orders=160, years=0.3))
    async with running_shop(shop=state) as shop:
        yield App(shop, client)


def clock_of(app: App) -> SetClock:
    clock = app.shop.state.clock
    assert isinstance(clock, SetClock)
    return clock


async def test_an_operation_completes_and_its_rows_are_served_whole_and_by_range(app: App) -> None:
    told = await app.ended(await app.begins())
    assert (told["status"], told["errorCode"], told["partialDataUrl"]) == ("COMPLETED", None, None)
    assert told["completedAt"] == "2026-11-23T12:00:00Z"
    async with app.client.get(told["url"]) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/jsonl"
        raw = await answer.read()
        assert int(told["fileSize"]) == len(raw) == int(answer.headers["Content-Length"])
        tag = answer.headers["ETag"]
    half = len(raw) // 2
    ask_rest = {"Range": f"bytes={half}-", "If-Range": tag}
    async with app.client.get(told["url"], headers=ask_rest) as answer:
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {half}-{len(raw) - 1}/{len(raw)}"
        assert raw[:half] + await answer.read() == raw
    kinds = Counter(json.loads(line)["id"].split("/")[3] for line in raw.splitlines())
    assert int(told["rootObjectCount"]) == kinds["Order"] == len(app.shop.state.orders)
    assert int(told["objectCount"]) == kinds.total()
    assert kinds["LineItem"] == sum(len(order.lines) for order in app.shop.state.orders.values())


async def test_a_link_is_secret_and_lives_seven_days_of_the_shops_clock(app: App) -> None:
    operation = await app.begins()
    link = (await app.ended(operation))["url"]
    async with app.client.get(link.partition("?")[0]) as answer:
        assert answer.status == 404
    clock_of(app).advance(7 * 86_400 - 1)
    async with app.client.get(link) as answer:
        assert answer.status == 200
    clock_of(app).advance(1)
    async with app.client.get(link) as answer:
        assert answer.status == 400
        assert "ExpiredToken" in await answer.text()
    told = await app.status(operation)
    assert (told["status"], told["url"]) == ("EXPIRED", None)


async def test_requests_are_answered_while_rows_are_made(app: App) -> None:
    app.shop.faults.switch({"bulk_pause_s": 0.01})
    app.shop.desk.exports.slice_s = 0.0
    operation = await app.begins()
    await until_running(app, operation)
    assert (await app.asks("{ shop { name } }"))["shop"]["name"]
    counted = int((await app.status(operation))["objectCount"])
    assert counted < sum(len(order.lines) + 1 for order in app.shop.state.orders.values())


async def test_a_cancelled_operation_ends_without_rows(app: App) -> None:
    app.shop.faults.switch({"bulk_pause_s": 0.01})
    app.shop.desk.exports.slice_s = 0.0
    operation = await app.begins()
    await until_running(app, operation)
    told = (await app.asks(CANCEL, id=operation))["bulkOperationCancel"]
    assert told == {"bulkOperation": {"id": operation, "status": "CANCELING"}, "userErrors": []}
    ended = await app.ended(operation)
    assert (ended["status"], ended["completedAt"], ended["url"]) == ("CANCELED", None, None)
    again = (await app.asks(CANCEL, id=operation))["bulkOperationCancel"]
    words = "A bulk operation cannot be canceled when it is canceled"
    assert again["userErrors"] == [{"field": None, "message": words}]
    missing = (await app.asks(CANCEL, id="gid://shopify/BulkOperation/1"))["bulkOperationCancel"]
    assert missing["userErrors"] == [{"field": ["id"], "message": "Bulk operation does not exist"}]


async def test_an_operation_that_breaks_off_half_way_leaves_its_rows_behind(app: App) -> None:
    app.shop.faults.switch({"bulk_failure": 1.0})
    told = await app.ended(await app.begins())
    assert (told["status"], told["errorCode"], told["url"]) == ("FAILED", "INTERNAL_SERVER_ERROR", None)
    async with app.client.get(told["partialDataUrl"]) as answer:
        rows = [json.loads(line) for line in (await answer.text()).splitlines()]
    orders = {row["id"] for row in rows if "__parentId" not in row}
    assert len(orders) == int(told["rootObjectCount"]) == len(app.shop.state.orders) // 2
    assert all(row["__parentId"] in orders for row in rows if "__parentId" in row)


async def test_a_token_without_the_scope_fails_the_operation(app: App) -> None:
    grant = {
        "grant_type": "client_credentials",
        "client_id": app.shop.client_id,
        "client_secret": app.shop.client_secret,
    }
    app.shop.desk.tokens.scope = "read_customers"
    url = f"{app.shop.url}/admin/oauth/access_token"
    async with app.client.post(url, json=grant) as answer:
        app.token = (await answer.json())["access_token"]
    told = await app.ended(await app.begins())
    assert (told["status"], told["errorCode"], told["objectCount"]) == ("FAILED", "ACCESS_DENIED", "0")
    assert told["partialDataUrl"] is None


async def test_five_operations_run_at_once_and_all_end(app: App) -> None:
    app.shop.faults.switch({"bulk_delay_s": 0.2})
    operations = [await app.begins() for _ in range(5)]
    refused = (await app.asks(RUN, query=ORDERS))["bulkOperationRunQuery"]
    assert refused["userErrors"][0]["code"] == "OPERATION_IN_PROGRESS"
    running = """{ bulkOperations(first: 20, query: "operation_type:query AND -status:completed") {
      nodes { id } } }"""
    listed = [each["id"] for each in (await app.asks(running))["bulkOperations"]["nodes"]]
    assert listed == operations[::-1]
    current = (await app.asks("{ currentBulkOperation { id } }"))["currentBulkOperation"]["id"]
    assert current == operations[-1]
    ended = await asyncio.gather(*(app.ended(each) for each in operations))
    assert {each["status"] for each in ended} == {"COMPLETED"}


async def test_the_end_of_an_operation_is_told_by_a_hook(client: aiohttp.ClientSession) -> None:
    async with listening() as ear, running_shop(faults=Faults(bulk_failure=1.0)) as shop:
        shop.desk.subscribe_all(ear.url, ["bulk_operations/finish"])
        app = App(shop, client)
        broken = await app.begins()
        await app.ended(broken)
        shop.faults.switch({"bulk_failure": 0.0})
        whole = await app.begins()
        await app.ended(whole)
        await eventually(lambda: len(ear.heard) == 2, what="both hooks")
        bodies = {
            body["admin_graphql_api_id"]: body for body in (json.loads(each.body) for each in ear.heard)
        }
        assert {each.topic for each in ear.heard} == {"bulk_operations/finish"}
        failed, completed = bodies[broken], bodies[whole]
        assert (failed["status"], failed["error_code"], failed["completed_at"]) == (
            "failed",
            "internal_server_error",
            None,
        )
        assert (completed["status"], completed["error_code"], completed["type"]) == (
            "completed",
            None,
            "query",
        )
        assert completed["completed_at"]


async def test_what_a_stopped_server_left_unfinished_is_run_when_it_is_served_again(
    client: aiohttp.ClientSession,
) -> None:
    state = seeded_shop("demo")
    begun = state.begin_bulk(ORDERS, group_objects=True, api_version="2026-10", scopes=None)
    state.run_bulk(begun)
    async with running_shop(shop=state) as shop:
        told = await App(shop, client).ended(begun.id)
        assert (told["status"], told["rootObjectCount"]) == ("COMPLETED", "30")


async def until_running(app: App, operation: str) -> None:
    async def running() -> bool:
        return bool((await app.status(operation))["status"] == "RUNNING")

    await until(running, what="the operation to run")
