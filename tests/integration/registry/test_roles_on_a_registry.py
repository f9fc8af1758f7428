"""A role that takes its schemas from a registry, chosen by setting."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import ClassVar

import pytest

from muniment_contracts import Codec, FileResolver
from muniment_contracts.bodies import HookReceived
from muniment_contracts.headers import to_record
from muniment_contracts.registry_client import RegistryAccess, RegistryClient
from muniment_contracts.topics import schemas_folder
from muniment_kit.kafka import KafkaProducer
from muniment_kit.records import OutgoingRecord
from muniment_ops.broker.ports import free_port
from muniment_ops.registry import EmbeddedRegistry, register_schemas
from tests.builders.events import hook_received
from tests.contract.contracts.released_schemas import release
from tests.integration.kit.stage import PUBLISHED, TOPIC, all_records, set_up
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)  # a Java server starts, on a machine that may be busy


@dataclass(frozen=True, slots=True, kw_only=True)
class HookOfTomorrow(HookReceived):
    """A hook as the next release writes it."""

    SCHEMA: ClassVar[str] = "shopify.HookReceived"

    region: str = ""


def tomorrow(tmp_path: Path) -> FileResolver:
    folder = Path(copytree(schemas_folder() / "avro", tmp_path / "avro"))
    newest = FileResolver(folder).newest("shopify.HookReceived")
    schema = json.loads(newest.text)
    schema["fields"].append({"name": "region", "type": "string", "default": ""})
    release(folder, schema, newest.version + 1)
    return FileResolver(folder)


async def test_a_record_of_a_schema_released_meanwhile_is_handled_by_a_role_that_runs(
    kafka: str, topic_prefix: str, tmp_path: Path, empty_registry: EmbeddedRegistry
) -> None:
    settings = await set_up(kafka, topic_prefix)
    client = RegistryClient(RegistryAccess(url=empty_registry.url))
    await asyncio.to_thread(register_schemas, client, FileResolver().released())
    producer = KafkaProducer(settings)
    await producer.start([])
    journal = tmp_path / "journal"
    async with role(journal, kafka, topic_prefix, empty_registry.url):
        await send(producer, topic_prefix, Codec(FileResolver()), hook("today"))
        await eventually(lambda: "ended today" in read(journal), what="today's hook", timeout_s=40)
        new = tomorrow(tmp_path)
        await asyncio.to_thread(register_schemas, client, new.released())
        await send(producer, topic_prefix, Codec(new), hook("tomorrow"))
        await eventually(lambda: "ended tomorrow" in read(journal), what="tomorrow's hook", timeout_s=40)
    await producer.stop()
    assert read(journal).count("begun tomorrow") == 1
    assert len(await all_records(settings, PUBLISHED, group="looking-on")) == 2
    assert await all_records(settings, f"{TOPIC}.dlq.stage", group="looking-on") == []


async def test_a_role_waits_for_its_registry_and_begins_when_it_is_filled(
    kafka: str, topic_prefix: str, tmp_path: Path, empty_registry: EmbeddedRegistry
) -> None:
    settings = await set_up(kafka, topic_prefix)
    producer = KafkaProducer(settings)
    await producer.start([])
    await send(producer, topic_prefix, Codec(FileResolver()), hook("today"))
    await producer.stop()
    journal = tmp_path / "journal"
    async with role(journal, kafka, topic_prefix, empty_registry.url) as log:
        await eventually(
            lambda: "muniment topics apply --registry" in read(log),
            what="it says what is missing",
            timeout_s=40,
        )
        assert read(journal) == ""
        client = RegistryClient(RegistryAccess(url=empty_registry.url))
        await asyncio.to_thread(register_schemas, client, FileResolver().released())
        await eventually(lambda: "ended today" in read(journal), what="today's hook", timeout_s=40)


async def test_a_role_that_waits_for_a_registry_still_ends_when_told(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    await set_up(kafka, topic_prefix)
    url = f"http://127.0.0.1:{free_port()}"
    async with role(tmp_path / "journal", kafka, topic_prefix, url) as log:
        await eventually(
            lambda: "schema registry" in read(log), what="it says what it waits for", timeout_s=40
        )


async def test_a_wrong_address_is_a_wrong_setting(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    process = await start(tmp_path / "journal", tmp_path / "log", kafka, topic_prefix, "registry:8081")
    assert await process.wait() == 2
    assert "http(s)://host" in read(tmp_path / "log")


def hook(name: str) -> HookReceived:
    return hook_received(key="shop/order/1", webhook_id=name).body


async def send(producer: KafkaProducer, prefix: str, codec: Codec, body: HookReceived) -> None:
    event = hook_received(key="shop/order/1", webhook_id=body.webhook_id)
    if codec.written_with(HookReceived).version == 2:
        newer = {name: getattr(body, name) for name in HookReceived.__dataclass_fields__ if name != "SCHEMA"}
        value = codec.encode(HookOfTomorrow(**newer, region="north"))
    else:
        value = codec.encode(body)
    key, _, headers = to_record(event, codec=codec)
    await producer.send([OutgoingRecord(f"{prefix}{TOPIC}", key, value, headers)])


@asynccontextmanager
async def role(journal: Path, kafka: str, prefix: str, url: str) -> AsyncIterator[Path]:
    """Run a role of its own, yield its log, and see that it ends in order."""
    log = journal.with_suffix(".log")
    process = await start(journal, log, kafka, prefix, url)
    try:
        yield log
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def start(journal: Path, log: Path, kafka: str, prefix: str, url: str) -> asyncio.subprocess.Process:
    own = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    env = {
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "MUNIMENT_TOPIC_PREFIX": prefix,
        "MUNIMENT_SCHEMA_REGISTRY_URL": url,
        "MUNIMENT_SESSION_TIMEOUT_S": "6",
        "MUNIMENT_DRAIN_S": "3",
    }
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.integration.kit.role", str(journal)),
            env={**own, **env},
            stdout=output,
            stderr=output,
            cwd=Path(__file__).parents[3],
        )


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
