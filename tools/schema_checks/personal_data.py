"""Every field of every released schema is said to be plain or personal, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from muniment_contracts.personal_data import PERSONAL, PLAIN, Classes, read_personal_data
from muniment_contracts.resolver import read_index

Schema = Any  # a schema as JSON: a name, an object, or a list

_FILE = "schemas/personal-data.yaml"


def personal_data_faults(schemas: Path) -> list[str]:
    """Compare ``personal-data.yaml`` in the folder ``schemas`` with all released versions."""
    said = read_personal_data(schemas / "personal-data.yaml").records
    fields: dict[str, dict[str, bool]] = {}
    for entry in read_index(schemas / "avro").values():
        schema = json.loads((schemas / "avro" / entry["file"]).read_text(encoding="utf-8"))
        fields.setdefault(entry["subject"], {}).update(_fields(schema))
    faults = [
        f"{_FILE} names {record}, which is no released record." for record in said.keys() - fields.keys()
    ]
    for record, of_record in fields.items():
        faults += [f"{_FILE}: {record}.{fault}" for fault in _faults(of_record, said.get(record, {}))]
    return sorted(faults)


def _faults(fields: dict[str, bool], said: Classes) -> Iterator[str]:
    for path in fields.keys() - said.keys():
        yield f"{path} is not classified: say whether it is {PLAIN} or {PERSONAL}."
    for path in said.keys() - fields.keys():
        yield f"{path} is no field of a released version."
    for path in said.keys() & fields.keys():
        value = said[path]
        if fields[path] and not (value in (PLAIN, PERSONAL) or _names_plain_keys(value)):
            yield f"{path} must be {PLAIN}, {PERSONAL}, or name its {PLAIN} keys."
        if not fields[path] and value not in (PLAIN, PERSONAL):
            yield f"{path} must be {PLAIN} or {PERSONAL}."


def _names_plain_keys(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {PLAIN} and isinstance(value[PLAIN], list)


def _fields(schema: Schema, outer: str = "") -> dict[str, bool]:
    """Return the path of every leaf, and whether it is a map."""
    found: dict[str, bool] = {}
    for field in schema["fields"]:
        path = f"{outer}{field['name']}"
        inner = _inner(field["type"])
        if isinstance(inner, dict) and inner["type"] == "record":
            found |= _fields(inner, f"{path}.")
        else:
            found[path] = isinstance(inner, dict) and inner["type"] == "map"
    return found


def _inner(schema: Schema) -> Schema:
    """Return what an optional field or a list holds."""
    if isinstance(schema, list):
        return _inner(next(branch for branch in schema if branch != "null"))
    if isinstance(schema, dict) and schema["type"] == "array":
        return _inner(schema["items"])
    return schema
