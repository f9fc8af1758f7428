"""One SQLite file that keeps the state: written at every commit, read once at the start.

The journal of each table is a table of rows (key, JSON); bytes of versions lie beside them and are read when
they are asked for. Write-ahead log with ``synchronous=NORMAL``: what a commit wrote has reached the operating
system, so a process that is killed loses nothing it answered. Only a machine that loses power may lose the
last answers, never the file; a sandbox need not pay a disk flush a request for that.
"""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path
from typing import Any, get_args

from muniment_sandbox.ecm.state.entity_codec import decoder, encode
from muniment_sandbox.ecm.state.tables import Ledger, Table

FORMAT = 1
CONTENTS, NOTES = "contents", "notes"
_LOCK_TIMEOUT_S = 1.0


class DataFile:
    """The journal of a state that outlives the process. One process at a time has the file."""

    def __init__(self, path: Path) -> None:
        """Open or begin the file; ``ValueError`` says why it cannot be used."""
        self._pending: dict[tuple[str, int | str], object | None] = {}
        try:
            self._database = _open(path)
        except sqlite3.Error as error:
            message = f"{path} cannot be used as data file: {error}"
            raise ValueError(message) from error
        self._known = {
            str(row[0]) for row in self._database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        }
        self.contents = StoredContents(self)
        self.session_key = bytes.fromhex(self.note("session_key") or self._new_session_key())

    def record(self, table: str, key: int | str, entity: object | None) -> None:
        self._pending[table, key] = entity

    def commit(self) -> None:
        """Write what was recorded since the last commit, all of it or nothing."""
        if not self._pending:
            return
        with self._database:
            for (table, key), entity in self._pending.items():
                self._write(table, key, entity)
        self._pending.clear()

    def load(self, ledger: Ledger) -> bool:
        """Fill the tables with what the file keeps; ``False`` when it keeps nothing yet."""
        if self.note("seed") is None:
            return False
        self._pending.clear()
        for name, table in ledger.tables.items():
            if name in self._known:
                table.load(self._rows(name, table))
        return True

    def note(self, name: str) -> str | None:
        """A word about the whole file, ``None`` when it was never written."""
        row = self._database.execute(f"SELECT value FROM {NOTES} WHERE key=?", (name,)).fetchone()  # noqa: S608 - a constant
        return None if row is None else bytes(row[0]).decode()

    def write_note(self, name: str, value: str) -> None:
        """Keep a word with the next commit."""
        self.record(NOTES, name, value.encode())

    def content(self, key: int) -> bytes:
        pending = self._pending.get((CONTENTS, key))
        if isinstance(pending, bytes):
            return pending
        row = self._database.execute(f"SELECT value FROM {CONTENTS} WHERE key=?", (key,)).fetchone()  # noqa: S608 - a constant
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def content_count(self) -> int:
        return int(self._database.execute(f"SELECT count(*) FROM {CONTENTS}").fetchone()[0])  # noqa: S608 - a constant

    def close(self) -> None:
        self._database.close()

    def _write(self, table: str, key: int | str, entity: object | None) -> None:
        if table not in self._known:
            self._database.execute(f'CREATE TABLE "{table}" (key PRIMARY KEY, value BLOB NOT NULL)')
            self._known.add(table)
        if entity is None:
            self._database.execute(f'DELETE FROM "{table}" WHERE key=?', (key,))  # noqa: S608 - our own table's name
            return
        value = entity if isinstance(entity, bytes) else encode(entity)
        self._database.execute(
            f'INSERT INTO "{table}" VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value=excluded.value',  # noqa: S608 - our own table's name
            (key, value),
        )

    def _rows(self, name: str, table: Table[Any, Any]) -> dict[Any, Any]:
        decode = decoder(entity_type(table))
        rows = self._database.execute(f'SELECT key, value FROM "{name}" ORDER BY rowid')  # noqa: S608 - our own table's name
        return {key: decode(value) for key, value in rows}

    def _new_session_key(self) -> str:
        """Tickets outlive the process as they do on a real server."""
        key = secrets.token_hex(32)
        self.write_note("session_key", key)
        return key


class StoredContents:
    """The bytes of all versions, in the file."""

    def __init__(self, data_file: DataFile) -> None:
        self._file = data_file
        self._count = data_file.content_count()

    def put(self, key: int, entity: bytes) -> bytes:
        self._file.record(CONTENTS, key, entity)
        self._count += 1
        return entity

    def remove(self, key: int) -> None:
        self._file.record(CONTENTS, key, None)
        self._count -= 1

    def __getitem__(self, key: int) -> bytes:
        return self._file.content(key)

    def __len__(self) -> int:
        return self._count


def entity_type(table: Table[Any, Any]) -> Any:
    """The type of a table's entities, as it was said where the table was made: ``Table[int, Node](…)``."""
    arguments = get_args(getattr(table, "__orig_class__", None))
    if len(arguments) != 2:
        message = f"the table {table.name} was made without the types of its keys and entities"
        raise TypeError(message)
    return arguments[1]


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_LOCK_TIMEOUT_S, check_same_thread=False)
    try:
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, FORMAT):
            message = f"{path} was written by another release (format {version}, this one has {FORMAT})."
            raise ValueError(message)
        with database:
            database.execute(f"PRAGMA user_version={FORMAT}")
            for name, kind in ((CONTENTS, "INTEGER"), (NOTES, "TEXT")):
                database.execute(
                    f"CREATE TABLE IF NOT EXISTS {name} (key {kind} PRIMARY KEY, value BLOB NOT NULL)"
                )
    except BaseException:
        database.close()
        raise
    return database
