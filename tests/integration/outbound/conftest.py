"""A server that misbehaves on demand, and peers that call it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from muniment_kit.http import Answer, Peer, PeerObserver, PeerSettings, is_transient_status
from tests.integration.outbound.faulty_server import FaultyServer

PeerOf = Callable[..., Peer]


@pytest.fixture
async def server() -> AsyncIterator[FaultyServer]:
    server = FaultyServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def peer_of() -> AsyncIterator[PeerOf]:
    """Makes peers that wait little between attempts, and closes them."""
    async with AsyncExitStack() as stack:

        def make(
            url: str,
            *,
            observer: PeerObserver | None = None,
            is_transient: Callable[[Answer], bool] = is_transient_status,
            **settings: Any,
        ) -> Peer:
            quick = {"allow_private": True, "backoff_base_s": 0.001, "backoff_cap_s": 0.01, "timeout_s": 5.0}
            peer = Peer(
                "peer",
                url,
                PeerSettings(**{**quick, **settings}),
                observer=observer,
                is_transient=is_transient,
            )
            stack.push_async_callback(peer.close)
            return peer

        yield make
