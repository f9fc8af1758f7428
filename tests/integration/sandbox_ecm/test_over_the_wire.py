"""HTTP as it is: troubles on request, cut connections, heads, ranges, the ready line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from muniment_sandbox.ecm import serve
from muniment_sandbox.ecm.testing import RunningEcm


class Caller:
    """Raw requests with the service account's ticket."""

    def __init__(self, session: aiohttp.ClientSession, ecm: RunningEcm) -> None:
        self.session = session
        self.ecm = ecm
        self.headers: dict[str, str] = {}

    async def log_in(self) -> None:
        form = {"username": self.ecm.credentials.username, "password": self.ecm.credentials.password}
        async with self.session.post(f"{self.ecm.url}/api/v1/auth", data=form) as response:
            self.headers = {"OTCSTicket": (await response.json())["ticket"]}

    async def call(self, method: str, path: str, fault: str = "", **sent: Any) -> tuple[int, Any]:
        headers = self.headers | ({"X-Sandbox-Fault": fault} if fault else {})
        async with self.session.request(
            method, f"{self.ecm.url}/api{path}", headers=headers, **sent
        ) as response:
            is_json = response.content_type == "application/json"
            return response.status, await (response.json() if is_json else response.read())

    async def folder(self, name: str, fault: str = "") -> tuple[int, Any]:
        form = {"type": "0", "parent_id": "2000", "name": name}
        return await self.call("POST", "/v2/nodes", fault, data=form)


@pytest.fixture
async def caller(ecm: RunningEcm) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        caller = Caller(session, ecm)
        await caller.log_in()
        yield caller


async def test_an_answer_is_lost_after_the_change_was_made(caller: Caller, ecm: RunningEcm) -> None:
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await caller.folder("lost", "cut-after")
    assert ecm.state.tree.child_named(2000, "lost") is not None
    status, answer = await caller.folder("lost")
    assert (status, answer["error"]) == (500, "An item with the name 'lost' already exists.")


async def test_a_connection_is_cut_before_anything_happened(caller: Caller, ecm: RunningEcm) -> None:
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await caller.folder("never", "cut")
    assert ecm.state.tree.child_named(2000, "never") is None


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("html=500", 500, b"Error Processing Request"),
        ("status=502", 502, b"Bad Gateway"),
        ("status=503", 503, b"Service Temporarily Unavailable"),
    ],
)
async def test_a_page_comes_instead_of_json(caller: Caller, fault: str, status: int, words: bytes) -> None:
    got, answer = await caller.folder("f", fault)
    assert got == status
    assert words in answer


async def test_throttling_says_when_to_come_back(caller: Caller) -> None:
    headers = caller.headers | {"X-Sandbox-Fault": "status=429;retry_after=7"}
    async with caller.session.get(f"{caller.ecm.url}/api/v2/nodes/2000", headers=headers) as response:
        assert response.status == 429
        assert response.headers["Retry-After"] == "7"


async def test_switches_are_set_listed_and_cleared_over_http(caller: Caller) -> None:
    switches = f"{caller.ecm.origin}/_sandbox/faults"
    wanted = {"faults": ["status=500;times=1;method=POST", {"kind": "expire-tickets", "times": 1, "skip": 1}]}
    async with caller.session.put(switches, json=wanted) as response:
        assert len((await response.json())["faults"]) == 2
    assert (await caller.folder("f"))[0] == 500
    assert (await caller.folder("f")) == (401, {"error": "Authentication Required"})
    await caller.log_in()
    assert (await caller.folder("f"))[0] == 200
    async with caller.session.get(switches) as response:
        assert [one["acted"] for one in (await response.json())["faults"]] == [1, 1]
    async with caller.session.delete(switches) as response:
        assert await response.json() == {"faults": []}


async def test_switches_that_make_no_sense_are_refused_in_words(caller: Caller) -> None:
    for sent in (b"{", b'{"faults":["nonsense"]}', b'["status=abc"]', b"[1]"):
        async with caller.session.put(f"{caller.ecm.origin}/_sandbox/faults", data=sent) as response:
            assert response.status == 400
            assert "could not be read" in (await response.json())["error"]
    assert (await caller.folder("f", "nonsense"))[0] == 400


async def test_latency_and_stall_delay_the_answer(caller: Caller) -> None:
    started = time.monotonic()
    assert (await caller.folder("f", "latency=60, stall=0.1"))[0] == 200
    assert time.monotonic() - started >= 0.16


async def test_half_a_content_is_noticed_by_its_length(caller: Caller) -> None:
    form = aiohttp.FormData({"type": "144", "parent_id": "2000", "name": "d"})
    form.add_field("file", b"x" * 10_000, filename="d.bin", content_type="application/x-d")
    _, made = await caller.call("POST", "/v2/nodes", data=form)
    node = made["results"]["data"]["properties"]["id"]
    with pytest.raises(aiohttp.ClientPayloadError):
        await caller.call("GET", f"/v2/nodes/{node}/content", "truncate")
    assert await caller.call("GET", f"/v2/nodes/{node}/content", "slow-body=0.1") == (200, b"x" * 10_000)


async def test_a_head_has_the_length_and_no_body(caller: Caller) -> None:
    async with caller.session.head(f"{caller.ecm.url}/api/v1/auth", headers=caller.headers) as response:
        assert response.status == 200
        assert response.headers["OTCSTicket"]
        assert await response.read() == b""


async def test_of_many_creators_of_one_workspace_one_wins(caller: Caller, ecm: RunningEcm) -> None:
    body = '{"ext_system_id":"SHOPIFY","bo_type":"order","bo_id":"shop.1","name":"#1001"}'
    calls = [caller.call("POST", "/v2/businessworkspaces", data={"body": body}) for _ in range(10)]
    statuses = [status for status, _ in await asyncio.gather(*calls)]
    assert sorted(statuses) == [200] + [500] * 9
    assert ecm.state.workspaces.count() == 1


async def test_serving_says_once_how_to_log_in() -> None:
    heard: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    task = asyncio.create_task(serve("127.0.0.1", 0, "demo", ["latency=1"], heard.put_nowait))
    try:
        line = await asyncio.wait_for(heard.get(), 5)
        assert set(line) == {
            "ready", "url", "otds_url", "username", "password", "client_id", "client_secret",
        }  # fmt: skip
        form = {"username": str(line["username"]), "password": str(line["password"])}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{line['url']}/api/v1/auth", data=form) as got,
        ):
            assert got.status == 200
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
