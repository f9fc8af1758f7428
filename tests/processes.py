"""Looking at processes from outside, on Linux."""

from __future__ import annotations

from pathlib import Path


def is_alive(pid: int | None) -> bool:
    """Say whether the process still runs; one that ended but was not reaped does not."""
    assert pid is not None
    fields = _fields(pid)
    return fields is not None and fields[0] != "Z"


def parent_of(pid: int) -> int:
    """Return the id of the process that started it."""
    fields = _fields(pid)
    assert fields is not None
    return int(fields[1])


def _fields(pid: int) -> list[str] | None:
    """Return what /proc says after the command's name (proc(5)): state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
