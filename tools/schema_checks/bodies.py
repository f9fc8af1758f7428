"""Each body's dataclass says the same as the newest schema of its record: fields, types, defaults."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from muniment_contracts.bodies import BODIES, Body
from muniment_contracts.resolver import FileResolver, SchemaResolver
from muniment_contracts.rows import item_type, optional_type

Schema = Any  # a schema as JSON: a name, an object, or a list

_LEAVES: dict[Any, Schema] = {
    str: "string",
    bytes: "bytes",
    bool: "boolean",
    int: "long",
    datetime: {"type": "long", "logicalType": "timestamp-millis"},
    date: {"type": "int", "logicalType": "date"},
    dict[str, str]: {"type": "map", "values": "string"},
    dict[str, int]: {"type": "map", "values": "long"},
}


def body_faults(
    bodies: Iterable[type[Body]] = tuple(BODIES.values()), resolver: SchemaResolver | None = None
) -> list[str]:
    """Compare every class in ``bodies`` with the newest schema of its record."""
    resolver = resolver or FileResolver()
    faults = []
    for body in bodies:
        released = json.loads(resolver.newest(body.SCHEMA).text)
        expected = record_of(body, body.SCHEMA.rpartition(".")[2])
        faults += [f"{body.__name__} and {body.SCHEMA}: {why}" for why in _differences(expected, released)]
    return faults


def record_of(of: type[Any], name: str) -> Schema:
    """Return the Avro record, without documentation, that the dataclass ``of`` stands for."""
    hints = typing.get_type_hints(of)
    members = [
        {"name": field.name, "type": _type_of(hints[field.name])} | _default_of(field, hints[field.name])
        for field in dataclasses.fields(of)
    ]
    return {"type": "record", "name": name, "fields": members}


def _type_of(hint: Any) -> Schema:
    if (inner := optional_type(hint)) is not None:
        return ["null", _type_of(inner)]
    if (item := item_type(hint)) is not None:
        return {"type": "array", "items": _type_of(item)}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return record_of(hint, hint.__name__)
    return _LEAVES[hint]


def _default_of(field: dataclasses.Field[Any], hint: Any) -> Schema:
    """A field that may be ``None`` defaults to null on the wire, also where the class insists on a value."""
    if field.default_factory is not dataclasses.MISSING:
        return {"default": field.default_factory()}
    if field.default is not dataclasses.MISSING:
        return {"default": field.default}
    return {"default": None} if optional_type(hint) is not None else {}


def _differences(expected: Schema, released: Schema) -> list[str]:
    said = {field["name"]: field for field in _without_documentation(released)["fields"]}
    wanted = {field["name"]: field for field in expected["fields"]}
    return (
        [f"the schema has no field {name}." for name in wanted.keys() - said.keys()]
        + [f"the class has no field {name}." for name in said.keys() - wanted.keys()]
        + [
            f"{name} is {json.dumps(wanted[name])} in the class and {json.dumps(said[name])} in the schema."
            for name in wanted.keys() & said.keys()
            if wanted[name] != said[name]
        ]
    )


def _without_documentation(schema: Schema) -> Schema:
    if isinstance(schema, dict):
        return {
            key: _without_documentation(value)
            for key, value in schema.items()
            if key not in ("doc", "namespace")
        }
    if isinstance(schema, list):
        return [_without_documentation(item) for item in schema]
    return schema
