"""A connection on which a test decides itself when which bytes go out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from tests.builders.deliveries import Delivery


@dataclass(slots=True)
class RawConnection:
    """Sends what it is told, reads answers one by one."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, content: bytes) -> None:
        """Write and flush."""
        self.writer.write(content)
        await self.writer.drain()

    async def answer(self, *, within_s: float = 10.0) -> tuple[int, bytes]:
        """Return status and body of the next answer."""
        async with asyncio.timeout(within_s):
            head = await self.reader.readuntil(b"\r\n\r\n")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            length = int(lengths[0].partition(b":")[2]) if lengths else 0
            return int(head.split(b" ", 2)[1]), await self.reader.readexactly(length)

    async def ended(self, *, within_s: float = 10.0) -> None:
        """Return when the server has closed the connection; what it still sent is read and dropped."""
        async with asyncio.timeout(within_s):
            while await self.reader.read(65536):
                pass


def head_of(delivery: Delivery, *, path: str = "/hooks/shopify", length: int | None = None) -> bytes:
    """Return the request's head; it announces the body's length, or another ``length``."""
    announced = len(delivery.body) if length is None else length
    lines = [f"{name}: {text}" for name, text in delivery.headers.items()]
    request = [f"POST {path} HTTP/1.1", "Host: receiver", f"Content-Length: {announced}", *lines]
    return "\r\n".join([*request, "", ""]).encode("latin-1")


@asynccontextmanager
async def raw_connection(host: str, port: int) -> AsyncIterator[RawConnection]:
    """Open a connection, and close it at the end."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield RawConnection(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):  # the server was faster, or the test broke it off
            await writer.wait_closed()
