"""Where released schemas come from, by id and by subject.

The subject of a schema is the full name of its record (Confluent's RecordNameStrategy), because several
topics share one record.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict

from muniment_contracts.errors import SchemasDamaged, UnknownSchema
from muniment_contracts.topics import schemas_folder


@dataclass(frozen=True, slots=True)
class ReleasedSchema:
    """One released version of a record's schema. It never changes; ``sha256`` is of its exact ``text``.

    ``is_verbatim``: ``text`` is the released file, byte for byte; what a registry tells may be reformatted.
    """

    id: int
    subject: str
    version: int
    text: str
    sha256: str
    is_verbatim: bool = True


class SchemaResolver(Protocol):
    """Finds released schemas. Ids are immutable, so each is asked for at most once per process.

    It must answer at once, for it is asked on the event loop. Errors other than ``UnknownSchema``, such as
    ``SchemaPending`` of a registry that is being asked, pass through the codec.
    """

    def by_id(self, schema_id: int) -> ReleasedSchema:
        """Return the schema with this id; raise ``UnknownSchema`` if there is none."""

    def newest(self, subject: str) -> ReleasedSchema:
        """Return the newest version this code knows; raise ``UnknownSchema`` if there is none."""


class IndexEntry(TypedDict):
    """One line of ``schemas/avro/index.json``: what an id stands for, for ever."""

    subject: str
    version: int
    file: str
    sha256: str


def read_index(avro_folder: Path) -> dict[int, IndexEntry]:
    """Return ``index.json`` of ``avro_folder`` by id."""
    content: dict[str, IndexEntry] = json.loads((avro_folder / "index.json").read_text(encoding="utf-8"))
    return {int(schema_id): entry for schema_id, entry in content.items()}


class FileResolver:
    """The schemas that ship with this package; raises ``SchemasDamaged`` if a file is not as released."""

    def __init__(self, avro_folder: Path | None = None) -> None:
        folder = avro_folder or schemas_folder() / "avro"
        self._by_id = {
            schema_id: _released(folder, schema_id, entry) for schema_id, entry in read_index(folder).items()
        }
        self._newest: dict[str, ReleasedSchema] = {}
        for schema in sorted(self._by_id.values(), key=lambda schema: schema.version):
            self._newest[schema.subject] = schema

    def released(self) -> list[ReleasedSchema]:
        """Return every released schema in the order of ids."""
        return [self._by_id[schema_id] for schema_id in sorted(self._by_id)]

    def by_id(self, schema_id: int) -> ReleasedSchema:
        try:
            return self._by_id[schema_id]
        except KeyError:
            raise UnknownSchema(f"No released schema has the id {schema_id}.") from None

    def newest(self, subject: str) -> ReleasedSchema:
        try:
            return self._newest[subject]
        except KeyError:
            raise UnknownSchema(f"No schema is released for the record {subject}.") from None


def _released(folder: Path, schema_id: int, entry: IndexEntry) -> ReleasedSchema:
    try:
        content = (folder / entry["file"]).read_bytes()
    except FileNotFoundError:
        raise SchemasDamaged(f"Schema {schema_id} is missing: {entry['file']}. Restore the file.") from None
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise SchemasDamaged(
            f"Schema {schema_id} ({entry['file']}) was changed after its release. "
            "Restore the file, and add a new version instead."
        )
    text = content.decode("utf-8")
    return ReleasedSchema(schema_id, entry["subject"], entry["version"], text, entry["sha256"])
