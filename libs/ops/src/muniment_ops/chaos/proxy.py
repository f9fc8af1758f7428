"""A TCP proxy on loopback that a drill can cut, stall, slow down and leave half open.

It knows nothing of what it carries. Connections are accepted, then dialled on; what arrives is passed on in
order, unless the proxy is told to misbehave:

- ``cut`` resets every open connection; new ones are served.
- ``refuse`` resets every open connection and each new one, until ``heal``: the peer is gone.
- ``stall`` passes nothing in either direction, until ``heal``: the network is silent, no connection breaks.
- ``half_open`` passes what clients send and nothing back, until ``heal``: requests act, answers are lost.
- ``slow`` passes every piece ``delay_s`` late, until ``heal``.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

_PIECE_BYTES = 64 * 1024
_DIAL_S = 5.0


class Way(StrEnum):
    """How the proxy treats what it carries."""

    OPEN = "open"
    REFUSED = "refused"
    STALLED = "stalled"
    HALF_OPEN = "half-open"
    SLOW = "slow"


@dataclass(eq=False)
class _Connection:
    """One client's connection and ours to the target."""

    client: asyncio.StreamWriter
    target: asyncio.StreamWriter | None = None
    task: asyncio.Task[None] | None = field(default=None)

    def reset(self) -> None:
        """End both sides and what carries between them."""
        self.close()
        if self.task is not None:
            self.task.cancel()

    def close(self) -> None:
        for writer in (self.client, self.target):
            if writer is not None:
                _reset(writer)


class Proxy:
    """Listens on a free port of loopback and passes connections on to ``target``, once it is set.

    Use it as an async context manager.
    """

    def __init__(self, name: str, target: tuple[str, int] | None = None) -> None:
        self.name = name
        self.target = target
        self.carried = 0
        self._way = Way.OPEN
        self._delay_s = 0.0
        self._open = asyncio.Event()
        self._open.set()
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def way(self) -> Way:
        """How it treats what it carries now."""
        return self._way

    def cut(self) -> int:
        """Reset every open connection and return how many there were."""
        cut = len(self._connections)
        for connection in list(self._connections):
            connection.reset()
        return cut

    def refuse(self) -> None:
        """Reset every connection, open or new, until ``heal``."""
        self._go(Way.REFUSED)
        self.cut()

    def stall(self) -> None:
        """Pass nothing on in either direction until ``heal``."""
        self._go(Way.STALLED)

    def half_open(self) -> None:
        """Pass on what clients send, and nothing that comes back, until ``heal``."""
        self._go(Way.HALF_OPEN)

    def slow(self, delay_s: float) -> None:
        """Pass every piece on ``delay_s`` late until ``heal``."""
        self._delay_s = delay_s
        self._go(Way.SLOW)

    def heal(self) -> None:
        """Pass everything on again, what was held back first."""
        self._go(Way.OPEN)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_PIECE_BYTES)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        tasks = [each.task for each in self._connections if each.task is not None]
        self.cut()
        if tasks:
            await asyncio.wait(tasks)
        if self._server is not None:
            await self._server.wait_closed()

    def _go(self, way: Way) -> None:
        self._way = way
        if way in (Way.STALLED, Way.HALF_OPEN):
            self._open.clear()
        else:
            self._open.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._way is Way.REFUSED or self.target is None:
            _reset(writer)
            return
        connection = _Connection(writer)
        self._connections.add(connection)
        self.carried += 1
        connection.task = asyncio.create_task(self._carry(connection, reader, self.target))

    async def _carry(
        self, connection: _Connection, reader: asyncio.StreamReader, target: tuple[str, int]
    ) -> None:
        try:
            async with asyncio.timeout(_DIAL_S):
                back, connection.target = await asyncio.open_connection(*target, limit=_PIECE_BYTES)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass_on(reader, connection.target, answers=False))
                both.create_task(self._pass_on(back, connection.client, answers=True))
        except (OSError, TimeoutError, ExceptionGroup):
            pass  # one side is gone: the other learns it by a reset
        finally:
            self._connections.discard(connection)
            connection.close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        while piece := await reader.read(_PIECE_BYTES):
            if self._way is Way.SLOW:
                await asyncio.sleep(self._delay_s)
            if self._way is Way.STALLED or answers:
                await self._open.wait()
            writer.write(piece)
            await writer.drain()
        with suppress(OSError):
            if writer.can_write_eof():
                writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection as a crash would: the other side sees a reset, not an end."""
    if not writer.transport.is_closing():
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
