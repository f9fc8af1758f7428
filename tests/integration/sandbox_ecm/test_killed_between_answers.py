"""A server that is killed, however suddenly, has kept all that it answered."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.waiting import eventually

pytestmark = pytest.mark.connected
TIMEOUT = aiohttp.ClientTimeout(total=20)
ROUNDS = 3


class Server:
    """A sandbox process of its own on a data file."""

    def __init__(
        self, process: asyncio.subprocess.Process, url: str, ticket: str, http: aiohttp.ClientSession
    ):
        self.process = process
        self._url = url
        self._http = http
        self.ticket = ticket

    async def call(self, method: str, path: str, form: dict[str, str] | None = None) -> bytes:
        headers = {"OTCSTicket": self.ticket}
        async with self._http.request(method, self._url + path, data=form, headers=headers) as answer:
            content = await answer.read()
            assert answer.status == 200, content
            return content

    async def folder(self, parent: int, name: str) -> int:
        body = json.dumps({"type": 0, "parent_id": parent, "name": name})
        answer = json.loads(await self.call("POST", "/api/v2/nodes", {"body": body}))
        return int(answer["results"]["data"]["properties"]["id"])

    async def document(self, parent: int, name: str, content: bytes) -> int:
        form = aiohttp.FormData()
        form.add_field("body", json.dumps({"type": 144, "parent_id": parent, "name": name}))
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        url, headers = f"{self._url}/api/v2/nodes", {"OTCSTicket": self.ticket}
        async with self._http.post(url, data=form, headers=headers) as answer:
            return int((await answer.json())["results"]["data"]["properties"]["id"])

    async def content(self, node: int) -> bytes:
        return await self.call("GET", f"/api/v2/nodes/{node}/content")

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)


@asynccontextmanager
async def running(data: Path, ticket: str | None = None) -> AsyncIterator[Server]:
    command = [
        sys.executable,
        "-m",
        "muniment_ops",
        "sandbox",
        "ecm",
        "--port",
        "0",
        "--data",
        str(data),
        "--json",
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        async with aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as http:
            if ticket is None:
                form = {"username": ready["username"], "password": ready["password"]}
                async with http.post(f"{ready['url']}/api/v1/auth", data=form) as answer:
                    ticket = (await answer.json())["ticket"]
            yield Server(process, ready["url"], ticket, http)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_nothing_that_was_answered_is_lost(tmp_path: Path) -> None:
    """Several clients write while the process is killed; each answer must be there afterwards."""
    data = tmp_path / "ecm.sqlite"
    answered: dict[int, bytes] = {}
    ticket: str | None = None
    for number in range(ROUNDS):
        async with running(data, ticket) as server:
            ticket = server.ticket
            for node, content in answered.items():
                assert await server.content(node) == content
            folder = await server.folder(2000, f"round {number}")
            killed = asyncio.Event()
            clients = [asyncio.create_task(_write(server, folder, one, answered, killed)) for one in range(4)]
            goal = len(answered) + 40
            await eventually(lambda: len(answered) >= goal, what="enough answers", timeout_s=20)  # noqa: B023 - awaited at once
            killed.set()
            server.kill()
            await asyncio.gather(*clients)
    async with running(data, ticket) as server:
        for node, content in answered.items():
            assert await server.content(node) == content
        listed = json.loads(await server.call("GET", "/api/v2/volumes/141/nodes?limit=100"))
        names = {one["data"]["properties"]["name"] for one in listed["results"]}
        assert {f"round {number}" for number in range(ROUNDS)} <= names


async def _write(
    server: Server, folder: int, client: int, answered: dict[int, bytes], killed: asyncio.Event
) -> None:
    number = 0
    while True:
        number += 1
        content = f"{folder} {client} {number}".encode() * 50
        try:
            node = await server.document(folder, f"{client}-{number}.bin", content)
        except (aiohttp.ClientError, ConnectionError):
            assert killed.is_set()
            return
        answered[node] = content
