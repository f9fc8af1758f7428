"""A real Apache Kafka of our own: started on loopback, killed and restarted at will, nothing left behind."""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from muniment_kit.errors import MunimentError
from muniment_ops.broker.configuration import fetch_kafka, format_command, server_command, write_configuration
from muniment_ops.broker.embedded_server import EmbeddedServer, PortTaken
from muniment_ops.broker.ports import free_port
from muniment_ops.broker.probe import NoBroker, ask
from muniment_ops.jars import ADVANCE


class BrokerFailed(MunimentError):
    """The broker did not start or did not answer; the message says why, with the last lines of its log."""


class EmbeddedBroker(EmbeddedServer):
    """One Kafka broker and controller in a process of its own.

    ``port`` 0 takes a free one. ``settings`` add to or replace lines of ``server.properties``.

    ::

        async with EmbeddedBroker() as broker:
            connect(broker.bootstrap_servers)
            await broker.kill()       # SIGKILL
            await broker.restart()    # same data, same port
    """

    name = "The broker"
    failure = BrokerFailed
    log_name = "broker.log"
    says_port_taken = ("Address already in use",)

    def __init__(
        self,
        *,
        data: Path | None = None,
        port: int = 0,
        settings: Mapping[str, object] | None = None,
        start_timeout_s: float = 60.0,
    ) -> None:
        super().__init__(data=data, port=port, start_timeout_s=start_timeout_s)
        self._settings = dict(settings or {})
        self._ports: tuple[int, int] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """The address clients connect to, as ``host:port``."""
        return f"127.0.0.1:{self._known_ports[0]}"

    async def start(self, *, advance: ADVANCE | None = None) -> Self:
        """Start and wait until a metadata request is answered.

        Raises ``BrokerFailed`` or ``JarsUnavailable``.
        """
        jars = await asyncio.to_thread(fetch_kafka, advance=advance)
        await asyncio.to_thread(self._prepare_folder, "kafka")

        async def launch(port: int) -> None:
            self._ports = (port, free_port(taken={port}))
            await self._launch(jars)

        await self._start_on_some_port(launch)
        return self

    async def restart(self) -> None:
        """Start again on the same data and the same port, after ``kill`` or while running."""
        port = self._known_ports[0]
        await self.kill()
        try:
            await self._launch(await asyncio.to_thread(fetch_kafka))
        except PortTaken:
            raise BrokerFailed(f"Port {port} was taken while the broker was down.") from None

    @property
    def _known_ports(self) -> tuple[int, int]:
        if self._ports is None:
            raise BrokerFailed("The broker has no address before it was started; await start() first.")
        return self._ports

    async def _launch(self, jars: list[Path]) -> None:
        folder, (port, controller_port) = self._folder, self._known_ports
        write_configuration(folder, port=port, controller_port=controller_port, settings=self._settings)
        cluster_id = await self._format(jars)

        async def answers() -> bool:
            try:
                answer = await ask("127.0.0.1", port)
            except NoBroker:
                return False
            return answer.is_ready and answer.cluster_id == cluster_id

        await self._serve(server_command(folder, jars), answers)

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
