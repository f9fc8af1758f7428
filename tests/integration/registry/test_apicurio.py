"""Our schemas in a real Confluent-API registry: ids, order, compatibility, refusals."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from muniment_contracts import (
    Codec,
    FileResolver,
    RegistryDiffers,
    RegistryRefused,
    RegistryUnavailable,
    UnknownSchema,
)
from muniment_contracts.registry_client import (
    FULL_TRANSITIVE,
    RegistryAccess,
    RegistryClient,
)
from muniment_contracts.registry_resolver import RegistryResolver, is_same_schema
from muniment_ops.broker.ports import free_port
from muniment_ops.registry import EmbeddedRegistry, RegistryFailed, RegistryUnusable, register_schemas
from tests.builders.events import document_filed, document_produced, hook_received, order_change
from tests.contract.contracts.released_schemas import FIRST
from tests.processes import is_alive

pytestmark = pytest.mark.timeout(240)  # a Java server starts, on a machine that may be busy


FILES = FileResolver()
EVENTS = (hook_received(), order_change(), document_produced(), document_filed())


def client_of(url: str) -> RegistryClient:
    return RegistryClient(RegistryAccess(url=url))


def test_ids_are_equal_in_files_and_registry(filled_registry: str) -> None:
    client = client_of(filled_registry)
    for schema in FILES.released():
        assert is_same_schema(client.schema(schema.id), schema.text)
        assert client.version_of(schema.subject, schema.id) == schema.version
        assert client.compatibility(schema.subject) == FULL_TRANSITIVE


def test_registering_again_changes_nothing(filled_registry: str) -> None:
    again = register_schemas(client_of(filled_registry), FILES.released())
    assert again.is_complete
    assert len(again.present) == len(FILES.released())


def test_codec_on_a_registry_writes_and_reads_the_same_bytes(filled_registry: str) -> None:
    resolver = RegistryResolver(client_of(filled_registry))
    resolver.load()
    by_registry, by_files = Codec(resolver), Codec(FILES)
    for event in EVENTS:
        value = by_files.encode(event.body)
        assert by_registry.encode(event.body) == value
        assert by_registry.decode(value, type(event.body)) == event.body
    resolver.close()


async def test_an_empty_registry_is_refused_with_the_remedy(empty_registry: EmbeddedRegistry) -> None:
    resolver = RegistryResolver(client_of(empty_registry.url))
    with pytest.raises(RegistryDiffers, match="muniment topics apply --registry"):
        await asyncio.to_thread(resolver.load)
    resolver.close()


async def test_a_registry_whose_ids_are_taken_is_refused_and_left_alone(
    empty_registry: EmbeddedRegistry,
) -> None:
    client = client_of(empty_registry.url)
    await asyncio.to_thread(client.register, "test.Thing", json.dumps(FIRST))
    with pytest.raises(RegistryUnusable, match=r"another schema under the id 1.*shopify\.HookReceived v1"):
        await asyncio.to_thread(register_schemas, client, FILES.released())
    assert await asyncio.to_thread(client.subjects) == ["test.Thing"]


async def test_a_registry_that_gives_another_id_is_refused(empty_registry: EmbeddedRegistry) -> None:
    client = client_of(empty_registry.url)
    with pytest.raises(RegistryUnusable, match="numbers schemas itself and was not empty"):
        await asyncio.to_thread(register_schemas, client, FILES.released()[1:])


def test_incompatible_version_is_refused_by_the_registry_itself(filled_registry: str) -> None:
    client = client_of(filled_registry)
    schema = json.loads(FILES.newest("archive.DocumentFiled").text)
    schema["fields"].append(
        {"name": "sealed", "type": "boolean"}
    )  # no default: older readers' values lack it
    with pytest.raises(RegistryRefused) as refused:
        client.register("archive.DocumentFiled", json.dumps(schema))
    assert refused.value.status == 409


def test_what_is_not_there_is_unknown(filled_registry: str) -> None:
    client = client_of(filled_registry)
    with pytest.raises(UnknownSchema, match="id 999"):
        client.schema(999)
    with pytest.raises(UnknownSchema, match=r"test\.Nothing"):
        client.newest("test.Nothing")
    assert client.versions("test.Nothing") == []


def test_address_that_is_no_registry_says_so(filled_registry: str) -> None:
    root = filled_registry.partition("/apis/")[0]
    with pytest.raises((RegistryUnavailable, RegistryRefused)):
        client_of(root).subjects()


def test_nobody_listening_is_unavailable() -> None:
    with pytest.raises(RegistryUnavailable, match="does not answer"):
        client_of(f"http://127.0.0.1:{free_port()}").subjects()


async def test_schemas_are_kept_in_a_folder_and_nothing_else_is_left(tmp_path: Path) -> None:
    async with EmbeddedRegistry(data=tmp_path / "kept") as registry:
        pid = registry.pid
        await asyncio.to_thread(register_schemas, client_of(registry.url), FILES.released())
    assert not is_alive(pid)
    async with EmbeddedRegistry(data=tmp_path / "kept") as registry:
        done = await asyncio.to_thread(register_schemas, client_of(registry.url), FILES.released())
    assert done.is_complete


async def test_a_taken_port_is_named(empty_registry: EmbeddedRegistry) -> None:
    port = int(empty_registry.url.split(":")[2].partition("/")[0])
    with pytest.raises(RegistryFailed, match=rf"Port {port} of 127\.0\.0\.1 is taken"):
        await EmbeddedRegistry(port=port).start()


async def test_topics_apply_fills_the_registry_from_the_command_line(
    kafka: str, topic_prefix: str, empty_registry: EmbeddedRegistry
) -> None:
    env = {
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "MUNIMENT_TOPIC_PREFIX": topic_prefix,
        "MUNIMENT_SCHEMA_REGISTRY_URL": empty_registry.url,
    }
    code, before = await muniment("topics", "plan", "--registry", "--json", env=env)
    assert (code, len(before["schemas"]["missing"])) == (1, len(FILES.released()))
    code, applied = await muniment("topics", "apply", "--registry", "--json", env=env)
    assert (code, applied["schemas"]["missing"]) == (0, before["schemas"]["missing"])
    code, after = await muniment("topics", "plan", "--registry", "--json", env=env)
    assert (code, after["schemas"]["missing"], after["schemas"]["compatibility"]) == (0, [], [])
    code, refused = await muniment(
        "topics", "apply", "--registry", "--json", env={**env, "MUNIMENT_SCHEMA_REGISTRY_URL": ""}
    )
    assert (code, "MUNIMENT_SCHEMA_REGISTRY_URL" in refused["error"]) == (2, True)


async def muniment(*arguments: str, env: dict[str, str]) -> tuple[int | None, Any]:
    own = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "MUNIMENT_CACHE"}}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muniment_ops", *arguments),
        env={**own, **env},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return process.returncode, json.loads(out)
