"""What was released before is still there and unchanged, as git remembers it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from muniment_contracts.resolver import IndexEntry, read_index

_INDEX = "schemas/avro/index.json"


def history_faults(repository: Path) -> list[str]:
    """Compare the index and every released file with the commit this work started from.

    That is the merge base with ``origin/main``, or the commit before the last one where there is no other.
    Without git or without history there is nothing to compare, and no fault.
    """
    base = _base(repository)
    earlier = _show(repository, base, _INDEX) if base else None
    if base is None or earlier is None:
        return []
    now = read_index(repository / "schemas" / "avro")
    faults = []
    entries: dict[str, IndexEntry] = json.loads(earlier)
    for schema_id, entry in entries.items():
        if now.get(int(schema_id)) != entry:
            faults.append(
                f"Schema {schema_id} was changed or removed in {_INDEX}: released ids stay as they are."
            )
        released = _show(repository, base, f"schemas/avro/{entry['file']}")
        path = repository / "schemas" / "avro" / entry["file"]
        if released is not None and (not path.exists() or path.read_bytes() != released):
            faults.append(
                f"schemas/avro/{entry['file']} was changed or removed after its release: restore it."
            )
    return faults


def _base(repository: Path) -> str | None:
    head = _git(repository, "rev-parse", "HEAD")
    shared = _git(repository, "merge-base", "HEAD", "origin/main")
    if shared is not None and shared != head:
        return shared.decode().strip()
    before = _git(repository, "rev-parse", "--verify", "--quiet", "HEAD~1")
    return before.decode().strip() if before else None


def _show(repository: Path, commit: str, file: str) -> bytes | None:
    return _git(repository, "show", f"{commit}:{file}")


def _git(repository: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(repository), *arguments],  # noqa: S607  # the developer's own git, wherever it is
            capture_output=True,
            timeout=20,
            check=False,
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
