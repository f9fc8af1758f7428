"""Every released version of a record, and one that a next release might add, read each other's values."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

import fastavro
import pytest

from muniment_contracts import FileResolver, event_from
from muniment_contracts.codec import Codec
from muniment_contracts.errors import UndecodableReason, UndecodableRecord
from muniment_contracts.examples import read_examples
from muniment_contracts.headers import to_record
from muniment_contracts.resolver import ReleasedSchema
from muniment_contracts.topics import Topic, describe
from tests.builders.events import hook_received
from tools.schema_checks.compatibility import version_faults

Schema = dict[str, Any]


def versions(subject: str) -> list[Schema]:
    """Return every released version of the record, and a synthetic next one."""
    released = [json.loads(schema.text) for schema in FileResolver().released() if schema.subject == subject]
    return [*released, next_version(released[-1])]


def next_version(schema: Schema) -> Schema:
    """Return ``schema`` with fields of every sort added, and one with a default taken away."""
    kept = list(schema["fields"])
    droppable = [field for field in kept if "default" in field]
    added = [
        {"name": "added_text", "type": ["null", "string"], "default": None},
        {"name": "added_count", "type": "long", "default": 7},
        {"name": "added_names", "type": {"type": "array", "items": "string"}, "default": []},
    ]
    return {**schema, "fields": [field for field in kept if field not in droppable[-1:]] + added}


def rows(subject: str) -> Iterator[Schema]:
    """Yield the golden examples of the record as its writer's schema tells them."""
    codec = Codec(FileResolver())
    for topic in Topic:
        if describe(topic).value == subject:
            for example in read_examples(topic):
                yield codec.decode_row(codec.encode(example.event.body)).row


SUBJECTS = sorted({describe(topic).value for topic in Topic})


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_version_reads_what_every_other_wrote(subject: str) -> None:
    every = versions(subject)
    assert version_faults(subject, every) == []
    for row, (writer, reader) in itertools.product(rows(subject), itertools.permutations(every, 2)):
        stream = io.BytesIO()
        fastavro.schemaless_writer(stream, fastavro.parse_schema(writer), {**defaults(writer), **row})
        stream.seek(0)
        read: Any = fastavro.schemaless_reader(
            stream, fastavro.parse_schema(writer), fastavro.parse_schema(reader)
        )
        written_by = {field["name"] for field in writer["fields"]}
        for field in reader["fields"]:
            name = field["name"]
            expected = {**defaults(writer), **row}[name] if name in written_by else field["default"]
            assert read[name] == expected, name


def defaults(schema: Schema) -> Schema:
    return {field["name"]: field["default"] for field in schema["fields"] if "default" in field}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_value_can_be_read_without_its_class(subject: str) -> None:
    codec = Codec(FileResolver())
    for topic in Topic:
        if describe(topic).value != subject:
            continue
        for example in read_examples(topic):
            for schema_id, value in example.values.items():
                decoded = codec.decode_row(value)
                assert (decoded.writer.id, decoded.writer.subject) == (schema_id, subject)
                assert decoded.row.keys() == {
                    field["name"] for field in json.loads(decoded.writer.text)["fields"]
                }


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", UndecodableReason.TRUNCATED),
        (b"\x01\0\0\0\x01", UndecodableReason.WRONG_MAGIC),
        (b"\0\0\0\x03\xe7", UndecodableReason.UNKNOWN_SCHEMA),
        (b"\0\0\0\0\x01\x02", UndecodableReason.TRUNCATED),
    ],
)
def test_what_cannot_be_read_without_its_class_says_why(value: bytes, reason: UndecodableReason) -> None:
    with pytest.raises(UndecodableRecord) as undecodable:
        Codec(FileResolver()).decode_row(value)
    assert undecodable.value.reason is reason


class Reformatted:
    """Our schemas as a registry tells them that writes its own JSON."""

    def __init__(self) -> None:
        self._files = FileResolver()

    def by_id(self, schema_id: int) -> ReleasedSchema:
        own = self._files.by_id(schema_id)
        text = json.dumps(json.loads(own.text), separators=(",", ":"))
        return ReleasedSchema(own.id, own.subject, own.version, text, "0" * 64, is_verbatim=False)

    def newest(self, subject: str) -> ReleasedSchema:
        return self._files.newest(subject)


def test_the_fingerprint_in_the_headers_is_compared_with_our_own_files_only() -> None:
    event = hook_received()
    key, value, headers = to_record(event)
    assert event_from(event.topic, key, value, headers, codec=Codec(Reformatted())) == event
    other = [(name, b"nih:sha-256;00" if name == "ce_dataschema" else content) for name, content in headers]
    with pytest.raises(UndecodableRecord, match="ce_dataschema"):
        event_from(event.topic, key, value, other)
