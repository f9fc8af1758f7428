"""Which code and which schemas a report was made with."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from muniment_contracts.errors import UnknownSchema
from muniment_contracts.events import body_type
from muniment_contracts.resolver import SchemaResolver
from muniment_contracts.topics import Topic

_PACKAGES = (
    "muniment-ops",
    "muniment-kit",
    "muniment-contracts",
    "shopify-ingest",
    "document-renderer",
    "ecm-archiver",
)
_GIT_TIMEOUT_S = 10.0


@cache
def code() -> Mapping[str, object]:
    """Return the versions of what ran. ``git_sha`` is ``None`` outside a checkout, ``dirty`` then unknown."""
    sha = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return {
        "git_sha": sha or None,
        "dirty": None if changed is None else bool(changed),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
    }


def schemas(
    resolver: SchemaResolver, seen: Mapping[str, int], answers: Sequence[Topic]
) -> list[dict[str, object]]:
    """Return the fingerprint of every schema that wrote a record of the window, and of those of the
    answers.
    """
    found: list[dict[str, object]] = []
    for name, records in sorted(seen.items()):
        try:
            released = resolver.by_id(int(name))
        except (UnknownSchema, ValueError):
            found.append({"id": name, "subject": None, "records": records})
            continue
        found.append(
            {
                "id": released.id,
                "subject": released.subject,
                "version": released.version,
                "sha256": released.sha256,
                "records": records,
            }
        )
    for subject in sorted({body_type(topic).SCHEMA for topic in answers}):
        newest = resolver.newest(subject)
        found.append(
            {"id": newest.id, "subject": subject, "version": newest.version, "sha256": newest.sha256}
        )
    return found


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), *arguments],  # noqa: S607 - whichever git is on the path
            capture_output=True,
            text=True,
            timeout=_GIT_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
