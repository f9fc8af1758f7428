"""The server's own description is served; bytes of any kind on its socket break nothing."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress

import aiohttp
import schemathesis

from muniment_sandbox.ecm.routes.table import build_router
from muniment_sandbox.ecm.testing import RunningEcm

DESCRIPTION = "/_sandbox/openapi.json"
ROUNDS = 60
_STARTS = (
    b"",
    b"POST /cs/cs/api/v2/nodes HTTP/1.1\r\nHost: x\r\nOTCSTicket: x\r\n",
    b"POST /cs/cs/api/v2/nodes HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n",
    b"POST /cs/cs/api/v1/auth HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n",
)


async def test_the_description_names_every_route_and_how_to_log_in(ecm: RunningEcm) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{ecm.origin}{DESCRIPTION}") as answer:
        assert answer.status == 200
        document = await answer.json()
    served = {(route.method, route.path) for route in build_router().routes}
    operations = {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method != "servers"
    }
    assert operations == served
    schemathesis.openapi.from_dict(document).validate()
    create = document["paths"]["/v2/nodes"]["post"]["requestBody"]["content"]
    assert set(create) == {"application/x-www-form-urlencoded", "multipart/form-data"}
    assert create["multipart/form-data"]["schema"]["properties"]["file"]["format"] == "binary"
    assert document["paths"]["/v1/auth"]["post"]["security"] == []


async def test_bytes_of_any_kind_end_in_an_answer_or_a_closed_connection(ecm: RunningEcm) -> None:
    chance = random.Random(5)
    for number in range(ROUNDS):
        noise = _STARTS[number % len(_STARTS)] + chance.randbytes(chance.randrange(200))
        reader, writer = await asyncio.open_connection("127.0.0.1", ecm.port)
        with suppress(ConnectionError):
            writer.write(noise)
            writer.write_eof()
            heard = await asyncio.wait_for(reader.read(), 10)
            assert not heard.startswith(b"HTTP/1.1 500"), noise
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    async with aiohttp.ClientSession() as session:
        form = {"username": "admin", "password": "livelink"}
        async with session.post(f"{ecm.url}/api/v1/auth", data=form) as answer:
            assert answer.status == 200
            assert json.loads(await answer.read())["ticket"]


async def test_forms_of_the_pages_take_any_bytes(ecm: RunningEcm) -> None:
    chance = random.Random(6)
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", "")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        signed_in = {"name": "rivera", "password": "rivera-secret"}
        async with session.post(f"{ecm.origin}/sign-in", data=signed_in) as answer:
            assert answer.status == 200
        for number in range(ROUNDS):
            path = ("/sign-in", "/sign-out", "/tasks/1/1", "/tasks/999999999999/999999")[number % 4]
            noise = b"--b\r\n" + chance.randbytes(chance.randrange(120))
            headers = {"Content-Type": kinds[number // 4 % 4]}
            async with session.post(f"{ecm.origin}{path}", data=noise, headers=headers) as answer:
                assert answer.status in (200, 400, 401, 404), (path, headers, noise)
        async with session.get(f"{ecm.origin}/") as answer:
            assert answer.status == 200
