"""One SQLite file of tables whose rows are a key and a value: what the sandboxes keep their state in.

Write-ahead log with ``synchronous=NORMAL``: what a transaction wrote has reached the operating system, so a
process that is killed loses nothing it answered. Only a machine that loses power may lose the last answers,
never the file; a sandbox need not pay a disk flush a request for that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

Key = int | str
_LOCK_TIMEOUT_S = 1.0


class FileKind(NamedTuple):
    """What a file keeps: in words, as a number in the file, and the version of its format."""

    words: str
    number: int
    version: int


class RowFile:
    """The open file. One process at a time has it; tables come into being when they are written first."""

    def __init__(self, path: Path, kind: FileKind, by_number: Collection[str] = ()) -> None:
        """Open or begin the file; ``ValueError`` says why it cannot be used.

        Tables in ``by_number`` have whole numbers as keys and are read in the order of these, others in the
        order in which their rows were written first.
        """
        self._by_number = frozenset(by_number)
        try:
            self._database = _open(path, kind)
        except sqlite3.Error as error:
            message = f"{path} cannot be used as data file: {error}"
            raise ValueError(message) from error
        rows = self._database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        self._known = {str(row[0]) for row in rows}

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(self._known)

    def rows(self, table: str) -> list[tuple[Key, bytes]]:
        """Return the rows of a table in their order; of one that was never written none."""
        if table not in self._known:
            return []
        return self._database.execute(f'SELECT key, value FROM "{table}" ORDER BY rowid').fetchall()  # noqa: S608 - our own table's name

    def value(self, table: str, key: Key) -> bytes | None:
        """Return one value, ``None`` where there is none."""
        if table not in self._known:
            return None
        row = self._database.execute(f'SELECT value FROM "{table}" WHERE key=?', (key,)).fetchone()  # noqa: S608 - our own table's name
        return None if row is None else bytes(row[0])

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        if table not in self._known:
            return 0
        return int(self._database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608 - our own table's name

    def write(self, changes: Mapping[tuple[str, Key], bytes | None]) -> None:
        """Write rows, ``None`` removes one; all of it or nothing."""
        with self._database:
            for (table, key), value in changes.items():
                self._write(table, key, value)

    def close(self) -> None:
        self._database.close()

    def _write(self, table: str, key: Key, value: bytes | None) -> None:
        if table not in self._known:
            number = "INTEGER " if table in self._by_number else ""
            self._database.execute(f'CREATE TABLE "{table}" (key {number}PRIMARY KEY, value BLOB NOT NULL)')
            self._known.add(table)
        if value is None:
            self._database.execute(f'DELETE FROM "{table}" WHERE key=?', (key,))  # noqa: S608 - our own table's name
            return
        self._database.execute(
            f'INSERT INTO "{table}" VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value=excluded.value',  # noqa: S608 - our own table's name
            (key, value),
        )


def _open(path: Path, kind: FileKind) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_LOCK_TIMEOUT_S, check_same_thread=False)
    try:
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        _check(database, path, kind)
        with database:
            database.execute(f"PRAGMA application_id={kind.number}")
            database.execute(f"PRAGMA user_version={kind.version}")
    except BaseException:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection, path: Path, kind: FileKind) -> None:
    """Refuse what another program or another release wrote."""
    number = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if number not in (0, kind.number):
        message = f"{path} does not keep {kind.words} but something else; name another file."
        raise ValueError(message)
    if version not in (0, kind.version):
        message = (
            f"{path} was written by another release (format {version}, this one has {kind.version}); "
            "use that release, or name a new file."
        )
        raise ValueError(message)
