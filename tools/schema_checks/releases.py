"""The index of released schemas is complete, in order, and tells the truth about every file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from muniment_contracts.resolver import IndexEntry, read_index


def release_faults(avro_folder: Path) -> list[str]:
    """Check ``index.json`` and every schema file of ``avro_folder``."""
    index = read_index(avro_folder)
    faults = _order_faults(index)
    for schema_id, entry in index.items():
        faults += [
            f"Schema {schema_id} ({entry['file']}): {fault}" for fault in _file_faults(avro_folder, entry)
        ]
    listed = {entry["file"] for entry in index.values()}
    present = {path.relative_to(avro_folder).as_posix() for path in avro_folder.rglob("*.avsc")}
    faults += [f"{file} is not in index.json: give it the next id." for file in sorted(present - listed)]
    return faults


def _order_faults(index: dict[int, IndexEntry]) -> list[str]:
    faults = []
    if list(index) != list(range(1, len(index) + 1)):
        faults.append("The ids in index.json must be 1, 2, 3 … in order: ids are only ever added at the end.")
    versions: dict[str, int] = {}
    for schema_id, entry in index.items():
        subject, version = entry["subject"], entry["version"]
        versions[subject] = versions.get(subject, 0) + 1
        if version != versions[subject]:
            faults.append(
                f"Schema {schema_id} must be version {versions[subject]} of {subject}, not {version}."
            )
    return faults


def _file_faults(avro_folder: Path, entry: IndexEntry) -> list[str]:
    expected_file = f"{entry['subject']}/v{entry['version']}.avsc"
    if entry["file"] != expected_file:
        return [f"the file must be called {expected_file}."]
    try:
        content = (avro_folder / entry["file"]).read_bytes()
    except FileNotFoundError:
        return ["the file is missing; restore it."]
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        return ["the file is not as released; restore it and add a new version instead."]
    schema = json.loads(content)
    if f"{schema.get('namespace')}.{schema.get('name')}" != entry["subject"]:
        return [f"the record in it is not {entry['subject']}."]
    return []
