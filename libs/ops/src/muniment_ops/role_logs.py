"""Log files of roles: written by the roles themselves, followed and kept small by us."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

_LONGEST_LINE_BYTES = 1 << 20


class LogTail:
    """Reads a growing log file line by line, from where it stands when this is made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = path.stat().st_size if path.exists() else 0
        self._rest = b""

    def lines(self) -> Iterator[str]:
        """Yield the complete lines added since the last call. A file cut short is read from its start."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return
        if size < self._at:
            self._at, self._rest = 0, b""
        if size == self._at:
            return
        with self._path.open("rb") as file:
            file.seek(self._at)
            added = file.read(size - self._at)
        self._at += len(added)
        *whole, rest = (self._rest + added).split(b"\n")
        self._rest = rest[-_LONGEST_LINE_BYTES:]
        yield from (line.decode(errors="replace").rstrip("\r") for line in whole)


def last_lines(path: Path, count: int) -> list[str]:
    """Return the last ``count`` lines that are not blank; none if there is no such file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 64 * 1024))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return [line for line in lines if line.strip()][-count:]


def keep_small(path: Path, *, limit_bytes: int) -> None:
    """Move a log that grew beyond ``limit_bytes`` to ``<name>.1`` and empty it; its writer appends on."""
    if path.exists() and path.stat().st_size > limit_bytes:
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)
