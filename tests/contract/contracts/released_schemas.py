"""A folder of released schemas that a test may add to and damage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from muniment_contracts.resolver import read_index

#: A record of its own, with one field of every sort that a version may change.
FIRST: Any = {
    "type": "record",
    "name": "Thing",
    "namespace": "test",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "count", "type": "long"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "note", "type": ["null", "string"], "default": None},
        {
            "name": "parts",
            "default": [],
            "type": {
                "type": "array",
                "items": {"type": "record", "name": "Part", "fields": [{"name": "id", "type": "string"}]},
            },
        },
    ],
}


def rewrite_index(avro_folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    index = json.loads((avro_folder / "index.json").read_text())
    change(index)
    (avro_folder / "index.json").write_text(json.dumps(index))


def release(avro_folder: Path, schema: dict[str, Any], version: int) -> int:
    """Add ``schema`` to the index as a person would, and return its id."""
    subject = f"{schema['namespace']}.{schema['name']}"
    path = avro_folder / subject / f"v{version}.avsc"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(schema))
    entry = {
        "subject": subject,
        "version": version,
        "file": f"{subject}/v{version}.avsc",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    schema_id = len(read_index(avro_folder)) + 1
    rewrite_index(avro_folder, lambda index: index.update({str(schema_id): entry}))
    return schema_id
