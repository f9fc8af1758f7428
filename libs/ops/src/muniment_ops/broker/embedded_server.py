"""A server of ours in a process of its own: on loopback, in a folder, with a log; nothing left behind."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from muniment_kit.errors import MunimentError
from muniment_ops.broker.folders import ThrowawayFolder
from muniment_ops.broker.ports import free_port, is_free
from muniment_ops.jars import ADVANCE
from muniment_ops.processes import GuardedProcess

STOP_GRACE_S = 15.0
_PORT_ATTEMPTS = 5
_POLL_S = 0.05
_ENDED_POLL_S = 5.0
_SHOWN_LOG_LINES = 6


class PortTaken(Exception):
    """Somebody else took the port between our looking and the server's binding."""


class EmbeddedServer(ABC):
    """What our Kafka and our schema registry have in common.

    ``data`` keeps everything in that folder; without it, it lies in a temporary folder that ``stop`` removes,
    and so does the end of this process, however it comes. Not tied to an event loop: each method may be
    awaited in another one. Failures are raised as the subclass's ``failure``.
    """

    name: ClassVar[str]
    """How sentences begin: "The broker"."""
    failure: ClassVar[type[MunimentError]]
    log_name: ClassVar[str]
    says_port_taken: ClassVar[tuple[str, ...]]

    def __init__(self, *, data: Path | None, port: int, start_timeout_s: float) -> None:
        self._data = data
        self._fixed_port = port
        self._start_timeout_s = start_timeout_s
        self._throwaway: ThrowawayFolder | None = None
        self._process: GuardedProcess | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the Java process, or ``None`` while it is down."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def log(self) -> Path:
        """The file with the server's own log."""
        return self._folder / self.log_name

    @abstractmethod
    async def start(self, *, advance: ADVANCE | None = None) -> Self:
        """Start, and wait until it answers. Raises ``failure`` or ``JarsUnavailable``."""

    async def kill(self) -> None:
        """End the server at once (SIGKILL), as a crash would. Data and address stay."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.wait(STOP_GRACE_S)
            process.close()

    async def ended(self) -> None:
        """Return when the server's process ended by itself."""
        while self._process is not None and await self._process.wait(_ENDED_POLL_S) is None:
            continue

    async def stop(self) -> None:
        """End the server: in order if its data are kept, else at once, with its data. May be repeated."""
        if self._process is not None and self._throwaway is None:
            await self._process.stop(STOP_GRACE_S)
            self._process = None
        await self.kill()
        if self._throwaway is not None:
            await asyncio.to_thread(self._throwaway.remove)
            self._throwaway = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def _folder(self) -> Path:
        if self._throwaway is not None:
            return self._throwaway.path
        if self._data is None:
            raise self.failure(f"{self.name} has no folder before it was started; await start() first.")
        return self._data

    def _prepare_folder(self, prefix: str) -> None:
        if self._data is None:
            self._throwaway = self._throwaway or ThrowawayFolder(prefix)
            return
        self._data = self._data.expanduser().resolve()
        try:
            self._data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.failure(f"The data folder {self._data} cannot be used: {error.strerror}.") from error

    async def _start_on_some_port(self, launch: Callable[[int], Awaitable[None]]) -> None:
        """Launch, and stop what began when that fails. Free ports are only free until someone takes them: try
        others when that happens.
        """
        try:
            for _ in range(_PORT_ATTEMPTS):
                port = self._fixed_port or free_port()
                if not is_free(port):
                    raise self.failure(
                        f"Port {port} of 127.0.0.1 is taken; stop what listens there or choose another."
                    )
                try:
                    return await launch(port)
                except PortTaken:
                    await self.kill()
            raise self.failure(
                f"{self.name} found no free port in {_PORT_ATTEMPTS} attempts.{self._log_tail()}"
            )
        except BaseException:
            await self.stop()
            raise

    def _spawn(self, command: list[str]) -> GuardedProcess:
        """Start a process that adds to the log."""
        throwaway = None if self._throwaway is None else self._throwaway.path
        with self.log.open("ab") as output:
            return GuardedProcess(command, output=output, throwaway=throwaway, grace_s=STOP_GRACE_S)

    async def _serve(self, command: list[str], answers: Callable[[], Awaitable[bool]]) -> None:
        """Run the server with a new log until it answers; raises ``PortTaken`` or ``failure``."""
        self.log.write_bytes(b"")
        self._process = process = await asyncio.to_thread(self._spawn, command)
        deadline = time.monotonic() + self._start_timeout_s
        while time.monotonic() < deadline:
            if process.poll() is not None:
                if any(words in self._log_text() for words in self.says_port_taken):
                    raise PortTaken
                raise self.failure(f"{self.name} ended while it started.{self._log_tail()}")
            if await answers():
                return
            await asyncio.sleep(_POLL_S)
        raise self.failure(
            f"{self.name} did not answer within {self._start_timeout_s:.0f} s.{self._log_tail()}"
        )

    def _log_text(self) -> str:
        try:
            return self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _log_tail(self) -> str:
        lines = [line for line in self._log_text().splitlines() if line.strip()]
        telling = [line for line in lines if not line.lstrip().startswith(("at ", "... "))]
        shown = "\n".join(f"  {line[:300]}" for line in telling[-_SHOWN_LOG_LINES:])
        return f" Its log ends with:\n{shown}" if shown else ""
