from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from muniment_ops.chaos.proxy import Proxy, Way
from tests.waiting import until

pytestmark = pytest.mark.asyncio


class Echo:
    """A server that answers each line with itself, and remembers what arrived."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                self.heard.append(line)
                writer.write(line)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def echo_behind_proxy() -> AsyncIterator[tuple[Proxy, Echo]]:
    echo = Echo()
    server = await asyncio.start_server(echo.answer, "127.0.0.1", 0, limit=1 << 20)
    async with Proxy("echo", server.sockets[0].getsockname()[:2]) as proxy:
        yield proxy, echo
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def connected(proxy: Proxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def is_silent(reading: asyncio.Task[bytes]) -> bool:
    done, _ = await asyncio.wait([reading], timeout=0.2)
    return not done


async def test_what_is_sent_arrives_and_what_is_answered_comes_back() -> None:
    async with echo_behind_proxy() as (proxy, _), connected(proxy) as (reader, writer):
        body = b"x" * 300_000 + b"\n"
        writer.write(b"one\n" + body)
        assert await reader.readline() == b"one\n"
        assert await reader.readexactly(len(body)) == body


async def test_a_cut_resets_open_connections_and_serves_new_ones() -> None:
    async with echo_behind_proxy() as (proxy, _):
        async with connected(proxy) as (reader, writer):
            writer.write(b"one\n")
            await reader.readline()
            assert proxy.cut() == 1
            with pytest.raises(ConnectionError):
                await reader.readexactly(1)
        async with connected(proxy) as (reader, writer):
            writer.write(b"two\n")
            assert await reader.readline() == b"two\n"


async def test_a_stall_holds_everything_back_and_breaks_nothing() -> None:
    async with echo_behind_proxy() as (proxy, echo), connected(proxy) as (reader, writer):
        writer.write(b"one\n")
        await reader.readline()
        proxy.stall()
        writer.write(b"two\n")
        reading = asyncio.create_task(reader.readline())
        assert await is_silent(reading)
        assert echo.heard == [b"one\n"]
        proxy.heal()
        assert await reading == b"two\n"


async def test_half_open_lets_requests_act_and_loses_no_answer_when_healed() -> None:
    async with echo_behind_proxy() as (proxy, echo), connected(proxy) as (reader, writer):
        proxy.half_open()
        writer.write(b"one\n")

        async def acted() -> bool:
            return echo.heard == [b"one\n"]

        await until(acted, what="the request acted", timeout_s=5)
        reading = asyncio.create_task(reader.readline())
        assert await is_silent(reading)
        proxy.heal()
        assert await reading == b"one\n"


async def test_refusing_resets_old_and_new_connections_until_healed() -> None:
    async with echo_behind_proxy() as (proxy, echo):
        async with connected(proxy) as (reader, _writer):
            proxy.refuse()
            with pytest.raises(ConnectionError):
                await reader.readexactly(1)
        async with connected(proxy) as (reader, writer):
            writer.write(b"one\n")
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
        assert echo.heard == []
        proxy.heal()
        assert proxy.way is Way.OPEN
        async with connected(proxy) as (reader, writer):
            writer.write(b"two\n")
            assert await reader.readline() == b"two\n"


async def test_slow_passes_on_late_and_in_order() -> None:
    async with echo_behind_proxy() as (proxy, _), connected(proxy) as (reader, writer):
        proxy.slow(0.1)
        began = time.monotonic()
        writer.write(b"one\ntwo\n")
        assert [await reader.readline(), await reader.readline()] == [b"one\n", b"two\n"]
        assert time.monotonic() - began >= 0.2


async def test_a_target_that_is_not_there_is_a_reset_not_a_hang() -> None:
    async with Proxy("nobody", ("127.0.0.1", 9)) as proxy, connected(proxy) as (reader, _):
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 10)


async def test_one_side_may_finish_sending_before_the_other() -> None:
    async with echo_behind_proxy() as (proxy, _), connected(proxy) as (reader, writer):
        writer.write(b"one\n")
        writer.write_eof()
        assert await reader.read() == b"one\n"
