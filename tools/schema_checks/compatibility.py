"""Every version of a record can be read by every other: FULL_TRANSITIVE, and no value changes its meaning."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import avro.schema
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from muniment_contracts.resolver import read_index

Schema = Any  # a schema as JSON: a name, an object, or a list


def compatibility_faults(avro_folder: Path) -> list[str]:
    """Check all released versions of each record in ``avro_folder``."""
    versions: dict[str, list[Schema]] = {}
    for entry in read_index(avro_folder).values():
        text = (avro_folder / entry["file"]).read_text(encoding="utf-8")
        versions.setdefault(entry["subject"], []).append(json.loads(text))
    return [
        fault for subject, of_subject in versions.items() for fault in version_faults(subject, of_subject)
    ]


def version_faults(subject: str, versions: Sequence[Schema]) -> list[str]:
    """Check the versions of one record, oldest first."""
    faults = [
        f"{subject} v{number}: the items of the array {path} take no bytes, so a short value could "
        "claim billions of them; give them a field."
        for number, schema in enumerate(versions, 1)
        for path in _weightless_arrays(schema)
    ]
    for (old, older), (new, newer) in itertools.combinations(enumerate(versions, 1), 2):
        for reader, writer, one, other in ((older, newer, old, new), (newer, older, new, old)):
            faults += [f"{subject} v{one} cannot read v{other}: {why}" for why in _unreadable(reader, writer)]
        faults += [f"{subject} v{new} against v{old}: {why}" for why in _changed_meanings(older, newer)]
    return faults


def _unreadable(reader: Schema, writer: Schema) -> list[str]:
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]  # avro leaves it unannotated
    result = checker.get_compatibility(
        avro.schema.parse(json.dumps(reader)), avro.schema.parse(json.dumps(writer))
    )
    if result.compatibility is SchemaCompatibilityType.compatible:
        return []
    return sorted(str(message).rstrip(".") + "." for message in result.messages) or ["they are incompatible."]


def _changed_meanings(older: Schema, newer: Schema) -> list[str]:
    before, after = dict(_logical_types(older)), dict(_logical_types(newer))
    return [
        f"the logical type of {path} was {before[path]} and is {after[path]}: its bytes change meaning."
        for path in before.keys() & after.keys()
        if before[path] != after[path]
    ]


def _logical_types(schema: Schema, path: str = "") -> Iterator[tuple[str, str | None]]:
    """Yield the path and logical type of every leaf."""
    if isinstance(schema, list):
        for branch in schema:
            if branch != "null":
                yield from _logical_types(branch, path)
    elif isinstance(schema, str):
        yield path, None
    elif schema["type"] == "record":
        for field in schema["fields"]:
            yield from _logical_types(field["type"], f"{path}.{field['name']}".lstrip("."))
    elif schema["type"] in ("array", "map"):
        yield from _logical_types(schema["items" if schema["type"] == "array" else "values"], f"{path}[]")
    else:
        yield path, schema.get("logicalType")


def _weightless_arrays(schema: Schema, path: str = "") -> Iterator[str]:
    if isinstance(schema, list):
        for branch in schema:
            yield from _weightless_arrays(branch, path)
    elif isinstance(schema, dict) and schema["type"] == "record":
        for field in schema["fields"]:
            yield from _weightless_arrays(field["type"], f"{path}.{field['name']}".lstrip("."))
    elif isinstance(schema, dict) and schema["type"] == "map":
        yield from _weightless_arrays(schema["values"], f"{path}[]")
    elif isinstance(schema, dict) and schema["type"] == "array":
        if _is_weightless(schema["items"]):
            yield path
        yield from _weightless_arrays(schema["items"], f"{path}[]")


def _is_weightless(schema: Schema) -> bool:
    if isinstance(schema, dict) and schema["type"] == "record":
        return all(_is_weightless(field["type"]) for field in schema["fields"])
    if isinstance(schema, dict) and schema["type"] == "fixed":
        return bool(schema["size"] == 0)
    return schema in ("null", {"type": "null"})
