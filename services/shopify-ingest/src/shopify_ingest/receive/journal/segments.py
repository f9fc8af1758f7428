"""The journal's folder: a lock, and segment files that are only ever appended to, cut at a torn end, removed.

Everything here blocks; the journal calls it on a thread of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from muniment_kit.log import logger
from shopify_ingest.receive.journal.entries import HEAD_BYTES, MAGIC, announced_bytes, entries_in, framed
from shopify_ingest.receive.journal.errors import JournalInUse

_log = logger(__name__)

_SUFFIX = ".journal"


class Position(NamedTuple):
    """A place between two entries."""

    segment: int
    offset: int


class Found(NamedTuple):
    """A segment of before, as it was found: whole entries only, whatever the crash left."""

    number: int
    size_bytes: int
    entries: int


@dataclass(slots=True)
class Segments:
    """The files of one journal. One process at a time holds them."""

    folder: Path
    segment_bytes: int
    _lock: int = -1
    _file: int = -1
    _number: int = 0
    _size_bytes: int = 0

    def open(self) -> Sequence[Found]:
        """Lock the folder and return the segments in it, oldest first, each cut to its whole entries.

        Raises ``JournalInUse``, or ``OSError`` when the folder cannot be used.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = -1
            raise JournalInUse(self.folder) from None
        numbers = sorted(int(path.stem) for path in self.folder.glob(f"*{_SUFFIX}") if path.stem.isdecimal())
        found = [self._mend(number, is_last=number == numbers[-1]) for number in numbers]
        self._number = numbers[-1] if numbers else 0
        return [segment for segment in found if segment.entries]

    def write(self, content: bytes) -> Position:
        """Append whole entries, wait until the disk has them, and return where they end.

        Raises ``OSError``: none of them counts as written then, and the next go to a new segment.
        """
        if self._file < 0 or self._size_bytes >= self.segment_bytes:
            self._begin()
        try:
            _write_all(self._file, content)
            os.fdatasync(self._file)
        except OSError:
            self._cut()
            raise
        self._size_bytes += len(content)
        return Position(self._number, self._size_bytes)

    def read(self, start: Position, end: int, max_bytes: int) -> tuple[Sequence[bytes], int]:
        """Return entries between ``start`` and ``end`` of a segment, about ``max_bytes`` and at least one,
        and where they end; none if what is there is not what was written.
        """
        file = os.open(self._path(start.segment), os.O_RDONLY | os.O_CLOEXEC)
        try:
            content = os.pread(file, min(max_bytes, end - start.offset), start.offset)
            first = announced_bytes(content)
            if first is not None and HEAD_BYTES + first > len(content):
                content = os.pread(file, min(HEAD_BYTES + first, end - start.offset), start.offset)
        finally:
            os.close(file)
        found = list(entries_in(content))
        return [payload for payload, _ in found], start.offset + (found[-1][1] if found else 0)

    def set_aside(self, start: Position) -> None:
        """Keep what lies behind ``start``, and is no entry, in a file of its own for a person to look at."""
        path = self._path(start.segment)
        with path.open("rb") as segment:
            segment.seek(start.offset)
            rest = segment.read()
        aside = path.with_suffix(f".{start.offset}.damaged")
        aside.write_bytes(rest)
        _log.error(
            "a part of the journal is damaged and was set aside", file=aside.name, size_bytes=len(rest)
        )

    def keep_apart(self, payload: bytes) -> None:
        """Keep one entry that can go nowhere in a file of its own for a person to look at."""
        content = MAGIC + framed(payload)
        apart = self.folder / f"{hashlib.sha256(payload).hexdigest()[:20]}.refused"
        with apart.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self.folder)
        _log.error("an entry of the journal was set aside", file=apart.name, size_bytes=len(content))

    def remove(self, numbers: Sequence[int]) -> None:
        """Remove these segments; the one that is written to is closed before."""
        if self._number in numbers:
            self._end()
        for number in numbers:
            self._path(number).unlink(missing_ok=True)

    def close(self) -> None:
        """Give the folder back."""
        self._end()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _begin(self) -> None:
        self._end()
        number = self._number + 1
        file = os.open(self._path(number), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._file, self._number, self._size_bytes = file, number, len(MAGIC)
        try:
            _write_all(file, MAGIC)
            _sync_folder(self.folder)
        except OSError:
            self._cut()
            raise

    def _cut(self) -> None:
        """Take back what was written of entries that do not count, and end the segment.

        One without an entry goes, or a full disk would get a file more with every hook that it does not take.
        """
        try:
            if self._size_bytes == len(MAGIC):
                self._path(self._number).unlink()
            else:
                os.ftruncate(self._file, self._size_bytes)
        except OSError as error:
            _log.warning("a failed write to the journal was not taken back", error=type(error).__name__)
        self._end()

    def _end(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _mend(self, number: int, *, is_last: bool) -> Found:
        path = self._path(number)
        content = path.read_bytes()
        size_bytes = entries = 0
        if content.startswith(MAGIC):
            size_bytes = len(MAGIC)
            for _, end in entries_in(content[len(MAGIC) :]):
                size_bytes, entries = len(MAGIC) + end, entries + 1
        if size_bytes < len(content):
            if not is_last:  # a later one was begun, so this one was written to its end
                self.set_aside(Position(number, size_bytes))
            else:
                _log.warning(
                    "the journal ended in a torn entry", file=path.name, cut_bytes=len(content) - size_bytes
                )
            os.truncate(path, size_bytes)
        if not entries:
            path.unlink()
        return Found(number, size_bytes, entries)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:020d}{_SUFFIX}"


def _write_all(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
