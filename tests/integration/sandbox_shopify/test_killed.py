"""A shop that is killed, however suddenly, has kept all that it answered, and still sends its hooks."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from muniment_sandbox.shopify.chance import dice
from tests.integration.sandbox_shopify.listening import Ear, listening
from tests.waiting import eventually

ROUNDS, CLIENTS = 3, 4
UPDATE = """mutation Update($input: OrderInput!) {
  orderUpdate(input: $input) { order { id } userErrors { message } } }"""
REFUND = """mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { message } } }"""
ORDER = "query Order($id: ID!) { order(id: $id) { note tags refunds { id } } }"


@dataclass
class Running:
    """A shop process of its own on a data file."""

    process: asyncio.subprocess.Process
    ready: dict[str, str]
    http: aiohttp.ClientSession

    async def post(self, path: str, wish: object = None) -> Any:
        async with self.http.post(self.ready["url"] + path, json=wish or {}) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def ask(self, query: str, **variables: object) -> Any:
        headers = {"X-Shopify-Access-Token": self.ready["access_token"]}
        asked = {"query": query, "variables": variables}
        async with self.http.post(self.ready["graphql_url"], json=asked, headers=headers) as answer:
            told = await answer.json()
            assert "errors" not in told, told
            return told["data"]

    async def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def running(data: Path, ear: Ear) -> AsyncIterator[Running]:
    command = (
        f"-m muniment_ops sandbox shopify --seed empty --port 0 --json --data {data} --hooks-to {ear.url} "
        "--points-per-second 100000 --time-scale 0.001"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command.split(), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
            yield Running(process, ready, http)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@dataclass
class Answered:
    """What the shop told its clients: per order the last note, and which refund a key gave."""

    notes: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, tuple[str, str]] = field(default_factory=dict)
    count: int = 0


async def test_nothing_that_was_answered_is_lost(tmp_path: Path) -> None:
    """Clients write while the process is killed at any moment; what they were told is there afterwards."""
    data, told, chance = tmp_path / "shop.sqlite", Answered(), dice(os.urandom(4).hex())
    async with listening() as ear:
        for number in range(ROUNDS):
            async with running(data, ear) as shop:
                await all_is_there(shop, told)
                goal = told.count + chance.randint(20, 60)
                clients = [
                    asyncio.create_task(write(shop, told, f"{number}-{one}")) for one in range(CLIENTS)
                ]
                await eventually(lambda: told.count >= goal, what="enough answers", timeout_s=20)  # noqa: B023 - awaited at once
                await asyncio.sleep(chance.random() * 0.01)
                ear.statuses = [503] * chance.randint(0, 20)
                await shop.kill()
                await asyncio.gather(*clients)
        async with running(data, ear) as shop:
            await all_is_there(shop, told)
            await eventually(lambda: set(told.notes) <= set(created(ear)), what="a hook for each order")
            assert all(len(ids) == 1 for ids in created(ear).values()), "a hook sent again has its old id"


async def write(shop: Running, told: Answered, name: str) -> None:
    """Place, note and refund until the shop is gone."""
    number = 0
    try:
        while True:
            number += 1
            order = (await shop.post("/_sandbox/orders"))["id"]
            told.notes[order] = ""
            note = f"{name}-{number}"
            await shop.ask(UPDATE, input={"id": order, "note": note, "tags": [note]})
            told.notes[order] = note
            refund = {"orderId": order, "note": note}
            made = await shop.ask(REFUND, input=refund, key=note)
            told.refunds[note] = order, made["refundCreate"]["refund"]["id"]
            told.count += 3
    except (aiohttp.ClientError, ConnectionError):
        assert shop.process.returncode is not None or number


async def all_is_there(shop: Running, told: Answered) -> None:
    """Check every order: what was told is there, what was not told is there wholly or not at all."""
    refunds = dict(told.refunds.values())
    for order, note in told.notes.items():
        found = (await shop.ask(ORDER, id=order))["order"]
        assert found["tags"] == ([found["note"]] if found["note"] else [])
        if note:
            assert found["note"] == note
        assert len(found["refunds"]) <= 1
        if order in refunds:
            assert found["refunds"] == [{"id": refunds[order]}]
    for note, (order, refund) in list(told.refunds.items())[-3:]:
        again = await shop.ask(REFUND, input={"orderId": order, "note": note}, key=note)
        assert again["refundCreate"]["refund"]["id"] == refund


def created(ear: Ear) -> dict[str, set[str]]:
    """Return the webhook ids under which each order's creation was heard of."""
    ids: dict[str, set[str]] = defaultdict(set)
    for heard in ear.heard:
        if heard.topic == "orders/create":
            ids[json.loads(heard.body)["admin_graphql_api_id"]].add(heard.webhook_id)
    return ids
