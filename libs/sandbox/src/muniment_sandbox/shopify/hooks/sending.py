"""Sending one hook over HTTP, with Shopify's time limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import aiohttp

from muniment_sandbox.shopify.hooks.retries import CONNECT_TIMEOUT_S, TOTAL_TIMEOUT_S

_CONNECTIONS = 64


class Sender(Protocol):
    """Who carries a hook to its address."""

    async def send(self, uri: str, body: bytes, headers: Mapping[str, str]) -> int:
        """POST the body; return the status; raise OSError or TimeoutError when no answer came."""

    async def close(self) -> None:
        """Give connections back."""


class HttpSender:
    """Sends with keep-alive; a redirect is an answer like any other, and not followed."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def send(self, uri: str, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            async with self._open().post(uri, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return answer.status
        except TimeoutError:
            raise
        except aiohttp.ClientError as error:
            raise ConnectionError(type(error).__name__) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            limits = aiohttp.ClientTimeout(total=TOTAL_TIMEOUT_S, sock_connect=CONNECT_TIMEOUT_S)
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(timeout=limits, connector=connector)
        return self._session
