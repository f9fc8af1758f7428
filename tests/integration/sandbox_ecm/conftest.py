"""A running server, and OpenText's client logged in to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pyxecm.otcs
from pyxecm import OTCS

from muniment_sandbox.ecm.testing import RunningEcm, running_ecm, threaded_ecm


@pytest.fixture
async def ecm() -> AsyncIterator[RunningEcm]:
    """A server on the test's own loop."""
    async with running_ecm() as server:
        yield server


@pytest.fixture
def server() -> Iterator[RunningEcm]:
    """A server on a thread of its own, for clients that block."""
    with threaded_ecm() as running:
        yield running


@pytest.fixture
def otcs(server: RunningEcm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """pyxecm, unchanged but for its waits between attempts, logged in as the administrator."""
    monkeypatch.setattr(pyxecm.otcs, "REQUEST_RETRY_DELAY", 0.01)
    monkeypatch.setattr(pyxecm.otcs, "REQUEST_RETRY_BACKOFF", 0.01)
    client = OTCS("http", "127.0.0.1", server.port, username="admin", password="livelink")
    assert client.authenticate()
    yield client
    client.request_session().close()
