"""A real Apache Kafka of our own: started on loopback, killed and restarted at will, nothing left behind."""

from __future__ import annotations

import asyncio
import base64
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from muniment_kit.errors import MunimentError
from muniment_ops.broker.configuration import fetch_kafka, format_command, server_command, write_configuration
from muniment_ops.broker.folders import ThrowawayFolder
from muniment_ops.broker.ports import free_port, is_free
from muniment_ops.broker.probe import NoBroker, ask
from muniment_ops.jars import ADVANCE
from muniment_ops.processes import GuardedProcess

_PORT_ATTEMPTS = 5
_STOP_GRACE_S = 15.0
_POLL_S = 0.05
_ENDED_POLL_S = 5.0
_SHOWN_LOG_LINES = 6


class BrokerFailed(MunimentError):
    """The broker did not start or did not answer; the message says why, with the last lines of its log."""


class _PortTaken(Exception):
    pass


class EmbeddedBroker:
    """One Kafka broker and controller in a process of its own.

    ``data`` keeps records in that folder; without it they live in a temporary folder that ``stop`` removes,
    and so does the end of this process, however it comes. ``port`` 0 takes a free one. ``settings`` add to
    or replace lines of ``server.properties``. Not tied to an event loop: each method may be awaited in
    another one.

    ::

        async with EmbeddedBroker() as broker:
            connect(broker.bootstrap_servers)
            await broker.kill()       # SIGKILL
            await broker.restart()    # same data, same port
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        port: int = 0,
        settings: Mapping[str, object] | None = None,
        start_timeout_s: float = 60.0,
    ) -> None:
        self._data = data
        self._fixed_port = port
        self._settings = dict(settings or {})
        self._start_timeout_s = start_timeout_s
        self._throwaway: ThrowawayFolder | None = None
        self._process: GuardedProcess | None = None
        self._ports: tuple[int, int] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """The address clients connect to, as ``host:port``."""
        if self._ports is None:
            raise BrokerFailed("The broker has no address before it was started; await start() first.")
        return f"127.0.0.1:{self._ports[0]}"

    @property
    def pid(self) -> int | None:
        """The process id of the Java process, or ``None`` while the broker is down."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def log(self) -> Path:
        """The file with the broker's own log."""
        return self._folder / "broker.log"

    async def start(self, *, advance: ADVANCE | None = None) -> Self:
        """Start and wait until a metadata request is answered.

        Raises ``BrokerFailed`` or ``JarsUnavailable``.
        """
        jars = await asyncio.to_thread(fetch_kafka, advance=advance)
        await asyncio.to_thread(self._prepare_folder)
        try:
            await self._start_on_some_port(jars)
        except BaseException:
            await self.stop()
            raise
        return self

    async def kill(self) -> None:
        """End the broker at once (SIGKILL), as a crash would. Data and address stay for ``restart``."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait(_STOP_GRACE_S)
            self._process.close()
            self._process = None

    async def restart(self) -> None:
        """Start again on the same data and the same port, after ``kill`` or while running."""
        if self._ports is None:
            raise BrokerFailed("The broker was never started; await start() first.")
        await self.kill()
        try:
            await self._launch(await asyncio.to_thread(fetch_kafka))
        except _PortTaken:
            raise BrokerFailed(f"Port {self._ports[0]} was taken while the broker was down.") from None

    async def ended(self) -> None:
        """Return when the broker's process ended by itself."""
        while self._process is not None and await self._process.wait(_ENDED_POLL_S) is None:
            continue

    async def stop(self) -> None:
        """End the broker: in order if its data are kept, else at once, with its data. May be repeated."""
        if self._process is not None and self._throwaway is None:
            await self._process.stop(_STOP_GRACE_S)
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
            raise BrokerFailed("The broker has no folder before it was started; await start() first.")
        return self._data

    def _prepare_folder(self) -> None:
        if self._data is None:
            self._throwaway = self._throwaway or ThrowawayFolder()
            return
        self._data = self._data.expanduser().resolve()
        try:
            self._data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BrokerFailed(f"The data folder {self._data} cannot be used: {error.strerror}.") from error

    async def _start_on_some_port(self, jars: list[Path]) -> None:
        """Free ports are only free until someone takes them: try others when that happens."""
        for _ in range(_PORT_ATTEMPTS):
            port = self._fixed_port or free_port()
            if not is_free(port):
                raise BrokerFailed(
                    f"Port {port} of 127.0.0.1 is taken; stop what listens there or choose another."
                )
            self._ports = (port, free_port(taken={port}))
            try:
                return await self._launch(jars)
            except _PortTaken:
                continue
        raise BrokerFailed(f"The broker found no free port in {_PORT_ATTEMPTS} attempts.{self._log_tail()}")

    async def _launch(self, jars: list[Path]) -> None:
        assert self._ports is not None
        folder = self._folder
        write_configuration(
            folder, port=self._ports[0], controller_port=self._ports[1], settings=self._settings
        )
        cluster_id = await self._format(jars)
        self.log.write_bytes(b"")
        self._process = await asyncio.to_thread(self._spawn, server_command(folder, jars))
        await self._wait_until_ready(cluster_id)

    async def _format(self, jars: list[Path]) -> str:
        """Prepare an empty data folder; return the id of the cluster that the folder belongs to."""
        stamp = self._folder / "data" / "meta.properties"
        if not stamp.exists():
            chosen = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
            process = await asyncio.to_thread(self._spawn, format_command(self._folder, jars, chosen))
            if await process.wait(self._start_timeout_s) != 0:
                process.close()
                raise BrokerFailed(
                    f"Kafka could not prepare its data folder {self._folder}.{self._log_tail()}"
                )
        lines = stamp.read_text(encoding="utf-8").splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith("cluster.id="))

    def _spawn(self, command: list[str]) -> GuardedProcess:
        throwaway = None if self._throwaway is None else self._throwaway.path
        with self.log.open("ab") as output:
            return GuardedProcess(command, output=output, throwaway=throwaway, grace_s=_STOP_GRACE_S)

    async def _wait_until_ready(self, cluster_id: str) -> None:
        assert self._process is not None
        assert self._ports is not None
        deadline = time.monotonic() + self._start_timeout_s
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                if "Address already in use" in self.log.read_text(encoding="utf-8", errors="replace"):
                    raise _PortTaken
                raise BrokerFailed(f"Kafka ended while it started.{self._log_tail()}")
            try:
                answer = await ask("127.0.0.1", self._ports[0])
            except NoBroker:
                await asyncio.sleep(_POLL_S)
                continue
            if answer.is_ready and answer.cluster_id == cluster_id:
                return
            await asyncio.sleep(_POLL_S)
        raise BrokerFailed(f"Kafka did not answer within {self._start_timeout_s:.0f} s.{self._log_tail()}")

    def _log_tail(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        telling = [line for line in lines if line.strip() and not line.lstrip().startswith(("at ", "... "))]
        shown = "\n".join(f"  {line[:300]}" for line in telling[-_SHOWN_LOG_LINES:])
        return f" Its log ends with:\n{shown}" if shown else ""
