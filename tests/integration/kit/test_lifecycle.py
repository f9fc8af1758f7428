"""A role as a process: started, watched over HTTP, told to end, and killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from muniment_kit.kafka import KafkaBroker
from muniment_kit.settings import KitSettings
from tests.builders.events import hook_received
from tests.integration.kit.stage import left_over, set_up, tell
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]


class RoleProcess:
    """The process of ``tests.integration.kit.role``, its log lines and its journal."""

    def __init__(self, process: asyncio.subprocess.Process, journal: Path) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self._journal = journal
        self.reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]

    @property
    def url(self) -> str:
        (line,) = self.said("health server listening")
        return f"http://127.0.0.1:{line['port']}"

    def noted(self, what: str) -> list[str]:
        if not self._journal.exists():
            return []
        lines = (line.split(" ", 1) for line in self._journal.read_text().splitlines())
        return [name for kind, name in lines if kind == what]

    async def ends(self) -> int:
        return await asyncio.wait_for(self.process.wait(), 20)


@asynccontextmanager
async def role(settings: KitSettings, journal: Path, **more: str) -> AsyncIterator[RoleProcess]:
    environment = {
        "PATH": os.environ["PATH"],
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "MUNIMENT_TOPIC_PREFIX": settings.topic_prefix,
        "MUNIMENT_SESSION_TIMEOUT_S": "40" if "MUNIMENT_DRAIN_S" in more else "6",
        "MUNIMENT_DRAIN_S": "3",
        "MUNIMENT_REQUEST_TIMEOUT_S": "5",
        **more,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.kit.role", str(journal),
        env=environment, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    running = RoleProcess(process, journal)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await running.reading


async def answer(url: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        if response.content_type == "application/json":
            return response.status, await response.json()
        return response.status, await response.text()


async def ready(running: RoleProcess) -> None:
    await eventually(lambda: bool(running.said("partitions assigned")), what="an assignment")


async def put(settings: KitSettings, count: int) -> None:
    producer = KafkaBroker(settings).producer()
    await producer.start([])
    events = [hook_received(key=f"key-{number % 10}", webhook_id=f"{number}") for number in range(count)]
    await tell(producer, settings, *events)
    await producer.stop()


async def test_a_role_says_where_its_health_is_works_and_ends_with_0_after_draining(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = await set_up(kafka, topic_prefix)
    await put(settings, 100)
    async with role(settings, tmp_path / "journal") as running:
        await ready(running)
        await eventually(lambda: len(running.noted("ended")) > 20, what="20 handled events", timeout_s=30)
        assert await answer(f"{running.url}/readyz") == (200, {"ready": True, "reasons": []})
        assert await answer(f"{running.url}/livez") == (200, {"alive": True, "reasons": []})
        status, text = await answer(f"{running.url}/metrics")
        assert status == 200
        assert 'muniment_attempts_total{outcome="done",topic="shopify.hooks"}' in text
        running.process.send_signal(signal.SIGTERM)
        assert await running.ends() == 0
        assert running.said("service stopped")
    assert (tmp_path / "journal.beside").read_text() == "left"
    assert (tmp_path / "journal.closed").exists()
    done = set(running.noted("ended"))
    rest = await left_over(settings)
    assert set(running.noted("begun")) == done, "what was begun was finished"
    assert len(done) + len(rest) <= 100 + 40, "what was finished is committed but for what lies behind a gap"


async def test_a_role_killed_without_a_word_loses_nothing(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = await set_up(kafka, topic_prefix)
    await put(settings, 300)
    everything = {str(number) for number in range(300)}
    async with role(settings, tmp_path / "journal") as first:
        await eventually(lambda: len(first.noted("ended")) > 50, what="50 handled events", timeout_s=30)
        first.process.kill()
        assert await first.ends() == -signal.SIGKILL
    async with role(settings, tmp_path / "journal") as second:
        await eventually(
            lambda: set(second.noted("ended")) == everything, what="every event to be handled", timeout_s=30
        )
        second.process.send_signal(signal.SIGINT)
        assert await second.ends() == 0
    assert await left_over(settings) == []


async def test_a_second_signal_ends_the_process_without_waiting_for_handlers(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = await set_up(kafka, topic_prefix)
    await put(settings, 1)
    async with role(settings, tmp_path / "journal", ROLE_HANDLER_S="60", MUNIMENT_DRAIN_S="20") as running:
        await eventually(lambda: running.noted("begun") == ["0"], what="the handler", timeout_s=30)
        running.process.send_signal(signal.SIGTERM)
        await eventually(lambda: bool(running.said("service stopping")), what="the drain")
        url = running.url
        status, body = await answer(f"{url}/readyz")
        assert (status, body["reasons"][0]) == (503, "The process is ending.")
        running.process.send_signal(signal.SIGINT)
        assert await running.ends() == 128 + signal.SIGINT
        assert running.noted("ended") == []


async def test_sighup_is_no_reason_to_end_and_lets_a_stopped_partition_begin_again(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = await set_up(kafka, topic_prefix)
    await put(settings, 10)
    fault = tmp_path / "fault"
    fault.touch()
    async with role(settings, tmp_path / "journal", ROLE_FAULT_WHILE=str(fault)) as running:
        await eventually(
            lambda: bool(
                running.said("partition stopped; see to the cause, then send SIGHUP to this process")
            ),
            what="a stopped partition",
            timeout_s=30,
        )
        status, body = await answer(f"{running.url}/readyz")
        assert status == 503
        assert "is stopped: a fault of the handler (RuntimeError)." in str(body["reasons"])
        fault.unlink()
        running.process.send_signal(signal.SIGHUP)
        await eventually(lambda: len(running.noted("ended")) == 10, what="all events", timeout_s=30)
        assert (await answer(f"{running.url}/readyz"))[0] == 200
        running.process.send_signal(signal.SIGTERM)
        assert await running.ends() == 0
    assert await left_over(settings) == []


async def test_a_port_in_use_ends_the_process_with_1_and_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        nowhere = KitSettings(kafka_bootstrap_servers="127.0.0.1:1", topic_prefix="x.")
        async with role(nowhere, tmp_path / "journal", MUNIMENT_HEALTH_PORT=str(port)) as running:
            assert await running.ends() == 1
            await running.reading
            (line,) = running.said("service failed")
            assert "address already in use" in line["reason"]


async def test_a_broker_away_at_start_is_said_once_and_waited_for(tmp_path: Path) -> None:
    nowhere = KitSettings(kafka_bootstrap_servers="127.0.0.1:1", topic_prefix="x.")
    async with role(nowhere, tmp_path / "journal") as running:
        await eventually(
            lambda: bool(running.said("cannot start, trying again until it works")),
            what="the warning",
            timeout_s=30,
        )
        await asyncio.sleep(1)
        assert len(running.said("cannot start, trying again until it works")) == 1
        status, body = await answer(f"{running.url}/readyz")
        assert status == 503
        assert "Kafka does not answer (KafkaConnectionError)." in body["reasons"]
        assert (await answer(f"{running.url}/livez"))[0] == 200
        running.process.send_signal(signal.SIGTERM)
        assert await running.ends() == 0


async def test_missing_settings_are_named_one_a_line_and_the_exit_code_is_2(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.kit.role", str(tmp_path / "journal"),
        env={"PATH": os.environ["PATH"], "MUNIMENT_HEALTH_PORT": "seventy"},
        cwd=ROOT, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode().splitlines() == [
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS is missing: set it in the environment.",
        "MUNIMENT_HEALTH_PORT is wrong: input should be a valid integer, "
        "unable to parse string as an integer.",
    ]
