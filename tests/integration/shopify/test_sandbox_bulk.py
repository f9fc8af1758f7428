"""Bulk queries on the sandbox and over real connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from muniment_kit.http import AddressRefused, PeerSettings
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.state.bulk_operations import BulkOperation
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from muniment_shopify import AdminClient, BulkFailed, Priority, operation, shop_links
from muniment_shopify.bulk import BulkObject, BulkProgress, FinishedBulk, bulk, read_bulk
from tests.integration.shopify.clients import SANDBOX, client_of
from tests.unit.shopify.bulk_files import forest, shape

ORDERS = """
query Orders {
  orders { edges { node {
    id name updatedAt
    lineItems { edges { node { id name quantity } } }
    returns { edges { node { id status returnLineItems { edges { node { id quantity } } } } } }
  } } }
}
"""


async def exported(client: AdminClient, *, grouped: bool) -> list[BulkObject]:
    async with aclosing(bulk(client, ORDERS, grouped=grouped, within_s=30.0)) as orders:
        return [order async for order in orders]


async def test_a_shops_orders_come_whole_grouped_or_not_and_as_many_as_the_pages_list() -> None:
    async with (
        running_shop(seed="history", history=History(orders=200)) as shop,
        client_of(shop, Priority.BACKFILL) as client,
    ):
        loose, grouped = await exported(client, grouped=False), await exported(client, grouped=True)
        page = await client.execute(operation("orders_page"), {"first": 250})
    assert {order.id for order in loose} == {node["id"] for node in page.data["orders"]["nodes"]}
    assert loose == grouped
    assert all(order.of("LineItem") for order in loose)
    returns = [each for order in loose for each in order.of("Return")]
    assert any(each.of("ReturnLineItem") for each in returns)


def stages(shop: RunningShop) -> list[str]:
    return [operation.stage for operation in shop.state.all_of(BulkOperation)]


async def test_an_abandoned_operation_is_cancelled_and_another_process_takes_up_a_forgotten_one() -> None:
    slow = Faults(bulk_delay_s=30.0)
    async with running_shop(faults=slow) as shop, client_of(shop) as client, client_of(shop) as other:
        running: asyncio.Queue[str] = asyncio.Queue()

        def heard(progress: BulkProgress) -> None:
            running.put_nowait(progress.gid)

        async def export() -> int:
            async with aclosing(bulk(client, ORDERS, on_progress=heard)) as orders:
                return len([order async for order in orders])

        task = asyncio.create_task(export())
        await running.get()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stages(shop) == ["CANCELING"]
        shop.faults.bulk_delay_s = 0.0
        gid = await started_and_forgotten(client)
        async with aclosing(bulk(other, ORDERS, operation_gid=gid)) as orders:
            assert len([order async for order in orders]) == 30


async def started_and_forgotten(client: AdminClient) -> str:
    answer = await client.execute(operation("bulk_operation_run_query"), {"query": ORDERS})
    gid = answer.data["bulkOperationRunQuery"]["bulkOperation"]["id"]
    assert isinstance(gid, str)
    return gid


async def test_an_operation_that_fails_half_way_tells_where_the_half_lies() -> None:
    async with running_shop(faults=Faults(bulk_failure=1.0)) as shop, client_of(shop) as client:
        with pytest.raises(BulkFailed) as raised:
            await exported(client, grouped=True)
        assert raised.value.code == "INTERNAL_SERVER_ERROR"
        assert raised.value.partial_url is not None
        half = FinishedBulk("half", 0, 0, raised.value.partial_url)
        read = [order async for order in read_bulk(client.links, half, grouped=True)]
        assert 0 < len(read) < 30


@asynccontextmanager
async def breaking_store(content: bytes, asked: list[Mapping[str, str]]) -> AsyncIterator[str]:
    """Serve ``content`` by ranges, and break each of the first five connections further on in the file."""

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers)
        start = request.http_range.start or 0
        response = web.StreamResponse(status=206 if start else 200, headers={"ETag": '"1"'})
        response.content_length = len(content) - start
        if start:
            response.headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        await response.prepare(request)
        if len(asked) <= 5:
            await response.write(content[start : start + 100_000])
            assert request.transport is not None
            request.transport.close()
        else:
            await response.write(content[start:])
        return response

    app = web.Application()
    app.router.add_get("/result.jsonl", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def test_a_result_is_read_through_broken_connections_each_time_from_where_it_broke() -> None:
    nodes = forest(4000, 3, text="x" * 50)
    content = b"\n".join(line for node in nodes for line in node.lines())
    asked: list[Mapping[str, str]] = []
    async with breaking_store(content, asked) as url:
        links = shop_links(SANDBOX, base_url=url)
        finished = FinishedBulk("1", 0, 0, f"{url}result.jsonl?key=%2F1", len(content))
        assert shape([each async for each in read_bulk(links, finished)]) == shape(nodes)
        await links.close()
    starts = [int(headers["Range"][len("bytes=") : -1]) for headers in asked if "Range" in headers]
    assert len(asked) == 6
    assert starts == sorted(starts)
    assert starts[-1] > 0
    assert not any("X-Shopify-Access-Token" in headers for headers in asked)


async def test_an_allowed_name_that_resolves_to_this_machine_is_not_called() -> None:
    links = shop_links(PeerSettings(max_attempts=1), hosts={"localhost"})
    finished = FinishedBulk("1", 0, 0, "https://localhost/result.jsonl")
    try:
        with pytest.raises(AddressRefused):
            await anext(aiter(read_bulk(links, finished)))
    finally:
        await links.close()
