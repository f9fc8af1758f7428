"""Yesterday's writer and today's reader, and the other way, where a registry tells what one does not ship."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import ClassVar

import pytest

from muniment_contracts import Codec, FileResolver, SchemaPending
from muniment_contracts.bodies import BODIES, DocumentFiled
from muniment_contracts.errors import UndecodableReason, UndecodableRecord
from muniment_contracts.examples import read_examples
from muniment_contracts.headers import event_from, to_record
from muniment_contracts.registry_client import RegistryAccess, RegistryClient
from muniment_contracts.registry_resolver import RegistryResolver
from muniment_contracts.topics import Topic, schemas_folder
from muniment_ops.registry import EmbeddedRegistry, register_schemas
from tests.builders.events import document_filed
from tests.contract.contracts.released_schemas import release
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)  # a Java server starts, on a machine that may be busy


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedDocumentFiled(DocumentFiled):
    """Tomorrow's receipt."""

    SCHEMA: ClassVar[str] = "archive.DocumentFiled"

    sealed: bool = False


@pytest.fixture
def tomorrow(tmp_path: Path) -> FileResolver:
    """What a release with one more version of a record ships."""
    folder = Path(copytree(schemas_folder() / "avro", tmp_path / "avro"))
    schema = json.loads((folder / "archive.DocumentFiled" / "v1.avsc").read_text())
    schema["fields"].append({"name": "sealed", "type": "boolean", "default": False})
    release(folder, schema, 2)
    return FileResolver(folder)


@pytest.fixture
def resolver(filled_registry: str) -> Iterator[RegistryResolver]:
    """Today's resolver, before anybody released more."""
    made = RegistryResolver(RegistryClient(RegistryAccess(url=filled_registry)))
    made.load()
    yield made
    made.close()


@pytest.mark.parametrize("topic", list(Topic))
def test_every_released_version_is_read_by_way_of_the_registry(
    topic: Topic, resolver: RegistryResolver
) -> None:
    codec = Codec(resolver)
    for example in read_examples(topic):
        for value in example.values.values():
            assert codec.decode(value, type(example.event.body)) == example.event.body


async def test_a_new_version_is_registered_learned_beside_the_loop_and_read_both_ways(
    empty_registry: EmbeddedRegistry, tomorrow: FileResolver
) -> None:
    client = RegistryClient(RegistryAccess(url=empty_registry.url))
    await asyncio.to_thread(register_schemas, client, FileResolver().released())
    today = RegistryResolver(client)
    await asyncio.to_thread(today.load)
    await asyncio.to_thread(register_schemas, client, tomorrow.released())

    receipt = document_filed()
    newer = SealedDocumentFiled(**{name: getattr(receipt.body, name) for name in _fields()}, sealed=True)
    new_writer, old_reader = Codec(tomorrow), Codec(today)
    value = new_writer.encode(newer)

    with pytest.raises(SchemaPending) as pending:
        old_reader.decode(value, DocumentFiled)
    assert pending.value.schema_id == tomorrow.newest("archive.DocumentFiled").id
    await eventually(lambda: _is_known(today, pending.value.schema_id), what="the registry has answered")
    assert old_reader.decode(value, DocumentFiled) == receipt.body
    key, _, headers = to_record(receipt, codec=new_writer)
    assert event_from(receipt.topic, key, value, headers, codec=old_reader).body == receipt.body

    old_value = old_reader.encode(receipt.body)
    assert old_reader.written_with(DocumentFiled).version == 1
    assert new_writer.decode(old_value, SealedDocumentFiled).sealed is False
    await asyncio.to_thread(today.close)


async def test_the_newest_versions_are_known_from_the_start(
    empty_registry: EmbeddedRegistry, tomorrow: FileResolver
) -> None:
    client = RegistryClient(RegistryAccess(url=empty_registry.url))
    await asyncio.to_thread(register_schemas, client, tomorrow.released())
    today = RegistryResolver(client)
    await asyncio.to_thread(today.load)
    newest = tomorrow.newest("archive.DocumentFiled")
    assert today.by_id(newest.id).version == 2
    assert today.newest("archive.DocumentFiled").version == 1
    await asyncio.to_thread(today.close)


def test_an_id_nobody_released_is_undecodable_once_the_registry_said_so(filled_registry: str) -> None:
    patient = RegistryResolver(RegistryClient(RegistryAccess(url=filled_registry)), wait_s=10)
    with pytest.raises(UndecodableRecord) as undecodable:
        Codec(patient).decode(b"\0\0\0\x03\xe7rest", BODIES["archive.DocumentFiled"])
    assert undecodable.value.reason is UndecodableReason.UNKNOWN_SCHEMA
    patient.close()


def _fields() -> list[str]:
    return [name for name in DocumentFiled.__dataclass_fields__ if name != "SCHEMA"]


def _is_known(resolver: RegistryResolver, schema_id: int) -> bool:
    try:
        resolver.by_id(schema_id)
    except SchemaPending:
        return False
    return True
