"""A Content Server inside the test's own process: on the test's event loop, or on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from aiohttp import web

from muniment_sandbox.ecm.faults import Faults
from muniment_sandbox.ecm.seed import Credentials, seeded
from muniment_sandbox.ecm.server import bound_port, build_app
from muniment_sandbox.ecm.state import EcmState

HOST = "127.0.0.1"
_START_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class RunningEcm:
    """A server to talk to: its addresses, a service account, and its inside (``state``, ``faults``).

    ``state`` may be read and changed at any time from the server's own event loop.
    """

    origin: str
    credentials: Credentials
    state: EcmState
    faults: Faults

    @property
    def url(self) -> str:
        """The base with the cgi path of a container: ``…/cs/cs``."""
        return f"{self.origin}/cs/cs"

    @property
    def windows_url(self) -> str:
        """The same server under the cgi path of Windows: ``…/otcs/cs.exe``."""
        return f"{self.origin}/otcs/cs.exe"

    @property
    def otds_url(self) -> str:
        return f"{self.origin}/otdsws"

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])


@asynccontextmanager
async def running_ecm(
    seed: str = "demo", *, state: EcmState | None = None, faults: Faults | None = None
) -> AsyncIterator[RunningEcm]:
    """Run a seeded server on a free port of the loopback for the time of the ``with`` block."""
    filled, credentials = seeded(seed, state)
    switches = faults if faults is not None else Faults()
    runner = web.AppRunner(build_app(filled, switches), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        yield RunningEcm(f"http://{HOST}:{bound_port(runner)}", credentials, filled, switches)
    finally:
        await runner.cleanup()


@contextmanager
def threaded_ecm(seed: str = "demo") -> Iterator[RunningEcm]:
    """Run the same server on a thread of its own, for clients that block.

    Between requests ``state`` and ``faults`` may be read and changed from the test; the server is idle then.
    """
    started: Future[tuple[RunningEcm, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def run() -> None:
        stopped = asyncio.Event()
        async with running_ecm(seed) as ecm:
            started.set_result((ecm, asyncio.get_running_loop(), stopped))
            await stopped.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), name="ecm-sandbox", daemon=True)
    thread.start()
    ecm, loop, stopped = started.result(_START_TIMEOUT_S)
    try:
        yield ecm
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(_START_TIMEOUT_S)
