"""A Content Server inside the test's own process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from muniment_sandbox.ecm.faults import Faults
from muniment_sandbox.ecm.seed import Credentials, seeded
from muniment_sandbox.ecm.server import bound_port, build_app
from muniment_sandbox.ecm.state import EcmState

HOST = "127.0.0.1"


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
