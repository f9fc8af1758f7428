"""``muniment up``: a real role on a real broker, supervised."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from muniment_contracts.topics import Topic
from muniment_kit.kafka.topics import create_topics, plan_topics
from muniment_kit.settings import KitSettings
from tests.processes import is_alive
from tests.waiting import eventually


@pytest.fixture
async def environment(kafka: str, topic_prefix: str) -> dict[str, str]:
    """The settings of a receiver on a broker that has its topics."""
    kit = KitSettings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix)
    await create_topics(kit, plan_topics([Topic.SHOPIFY_HOOKS], prefix=topic_prefix))
    return {
        "PATH": os.environ["PATH"],
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "MUNIMENT_TOPIC_PREFIX": topic_prefix,
        "SHOPIFY_INGEST_SHOP": "northwind.myshopify.com",
        "SHOPIFY_INGEST_WEBHOOK_SECRETS": "secret",
        "SHOPIFY_INGEST_PORT": "0",
    }


async def test_a_role_that_crashes_comes_back_and_ctrl_c_ends_all(
    environment: dict[str, str], tmp_path: Path
) -> None:
    async with up(tmp_path, environment, "receive", "--json") as process:
        changes = Changes(process)
        pid = await changes.until("started")
        await changes.until("ready")
        os.kill(pid, signal.SIGKILL)
        await changes.until("ended")
        second = await changes.until("started")
        assert second != pid
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
        assert not is_alive(second)


async def test_missing_settings_of_one_role_end_it_with_its_own_words(
    environment: dict[str, str], tmp_path: Path
) -> None:
    del environment["SHOPIFY_INGEST_WEBHOOK_SECRETS"]
    async with up(tmp_path, environment, "receive") as process:
        out, err = await process.communicate()
        assert process.returncode == 2
        assert b"receive cannot run" in err
        assert b"SHOPIFY_INGEST_WEBHOOK_SECRETS" in err
        assert "receive │".encode() in out


async def test_roles_end_when_the_command_is_killed(environment: dict[str, str], tmp_path: Path) -> None:
    async with up(tmp_path, environment, "receive", "--json") as process:
        pid = await Changes(process).until("started")
        process.kill()
        await eventually(lambda: not is_alive(pid), what="the role is gone", timeout_s=20)


class Changes:
    """Reads what ``up --json`` says of its roles."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        self._lines = process.stdout

    async def until(self, change: str) -> int:
        """Wait for the next such change; return the process id it names, or 0."""
        async with asyncio.timeout(30):
            async for line in self._lines:
                said = json.loads(line)
                if said["change"] == change:
                    return int(said["detail"].rpartition(" ")[2]) if change == "started" else 0
        raise AssertionError(f"the command ended before it said {change}")


@asynccontextmanager
async def up(
    logs: Path, env: Mapping[str, str], *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the command; end it if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muniment_ops", "up", *arguments, "--logs", str(logs)),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
