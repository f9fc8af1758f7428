"""Takes bodies in from the network, bounded in size, in time, in number, and in what all hold together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from shopify_ingest.receive.refusals import BROKEN_OFF, OVERLOADED, TOO_LARGE, TOO_SLOW, Refused


class Stream(Protocol):
    """What is read of a request's body: aiohttp's ``StreamReader``."""

    async def readany(self) -> bytes:
        """Return what has arrived, waiting for some; nothing at the end."""

    def is_eof(self) -> bool:
        """Say whether everything has arrived, read or not."""


class BodyRefused(Exception):
    """The body is not taken in."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


@dataclass(slots=True)
class Intake:
    """Reads bodies and counts what is in memory, from a body's first byte until its answer."""

    max_body_bytes: int
    max_waiting_bytes: int
    max_waiting: int
    read_within_s: float
    waiting_bytes: int = 0
    _open: int = 0
    _is_empty: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._is_empty.set()

    @contextmanager
    def body(self, announced_bytes: int | None) -> Iterator[_Body]:
        """Give room for one body, until its answer. Raises ``BodyRefused`` if it is known to be too much."""
        announced_bytes = announced_bytes or 0
        if announced_bytes > self.max_body_bytes:
            raise BodyRefused(TOO_LARGE)
        if self._open >= self.max_waiting or self.waiting_bytes + announced_bytes > self.max_waiting_bytes:
            raise BodyRefused(OVERLOADED)
        body = _Body(self)
        self._open += 1
        self._is_empty.clear()
        try:
            yield body
        finally:
            self.waiting_bytes -= body.size_bytes
            self._open -= 1
            if self._open == 0:
                self._is_empty.set()

    async def emptied(self) -> None:
        """Return as soon as no body is arriving or waiting for its answer."""
        await self._is_empty.wait()


@dataclass(slots=True)
class _Body:
    intake: Intake
    size_bytes: int = 0

    async def read(self, stream: Stream) -> bytes:
        """Return the whole body. Raises ``BodyRefused``."""
        try:
            if stream.is_eof():  # all of it is here, as with most hooks: nothing to wait for
                return await self._rest_of(stream)
            async with asyncio.timeout(self.intake.read_within_s):
                return await self._rest_of(stream)
        except TimeoutError:
            raise BodyRefused(TOO_SLOW) from None
        except (ConnectionError, web.RequestPayloadError):
            raise BodyRefused(BROKEN_OFF) from None

    async def _rest_of(self, stream: Stream) -> bytes:
        chunks = []
        while chunk := await stream.readany():
            self._grow(len(chunk))
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _grow(self, by_bytes: int) -> None:
        self.size_bytes += by_bytes
        self.intake.waiting_bytes += by_bytes
        if self.size_bytes > self.intake.max_body_bytes:
            raise BodyRefused(TOO_LARGE)
        if self.intake.waiting_bytes > self.intake.max_waiting_bytes:
            raise BodyRefused(OVERLOADED)
