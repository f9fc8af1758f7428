"""A running server, and OpenText's client logged in to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pyxecm.otcs
import pyxecm.otds
from pyxecm import OTCS, OTDS

from muniment_sandbox.ecm.testing import RunningEcm, running_ecm, threaded_ecm
from tests.integration.sandbox_ecm.recorded import Recorder, listed


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
def recorder(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """Notes what is called on OpenText's clients; a test fails that did not call what is listed for it."""
    recorder = Recorder()
    yield recorder
    assert sorted(listed(request.function.__name__) - recorder.called) == []


@pytest.fixture
def log_in(
    server: RunningEcm, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """Log pyxecm in, unchanged but for its waits between attempts: ``log_in(username=…, password=…)``."""
    monkeypatch.setattr(pyxecm.otcs, "REQUEST_RETRY_DELAY", 0.01)
    monkeypatch.setattr(pyxecm.otcs, "REQUEST_RETRY_BACKOFF", 0.01)
    opened: list[Any] = []

    def enter(**how: Any) -> Any:
        client = recorder.watch(OTCS("http", "127.0.0.1", server.port, **how))
        assert client.authenticate()
        opened.append(client)
        return client

    yield enter
    for client in opened:
        client.request_session().close()


@pytest.fixture
def otcs(log_in: Callable[..., Any]) -> Any:
    """pyxecm as the administrator."""
    return log_in(username="admin", password="livelink")


@pytest.fixture
def otds(server: RunningEcm, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Any:
    """pyxecm's client of OTDS as the administrator, with a ticket."""
    monkeypatch.setattr(pyxecm.otds, "REQUEST_RETRY_DELAY", 0.01)
    client = recorder.watch(
        OTDS(
            "http", "127.0.0.1", server.port, username="admin", password="livelink",
            client_id="muniment", client_secret="muniment-secret",
        )
    )  # fmt: skip
    assert client.authenticate(grant_type="password")
    return client
