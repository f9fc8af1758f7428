"""One SQLite file that keeps the state: written at every commit, read once at the start.

The journal of each table is a table of rows (key, JSON); bytes of versions lie beside them and are read when
they are asked for.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, get_args

from muniment_sandbox.ecm.state.entity_codec import decoder, encode
from muniment_sandbox.ecm.state.tables import Ledger, Table
from muniment_sandbox.row_file import FileKind, RowFile

CONTENTS, NOTES = "contents", "notes"
_KIND = FileKind("a Content Server", 0x45434D31, 1)


class DataFile:
    """The journal of a state that outlives the process. One process at a time has the file."""

    def __init__(self, path: Path) -> None:
        """Open or begin the file; ``ValueError`` says why it cannot be used."""
        self._pending: dict[tuple[str, int | str], object | None] = {}
        self._rows = RowFile(path, _KIND, by_number=(CONTENTS,))
        self.contents = StoredContents(self)
        self.session_key = bytes.fromhex(self.note("session_key") or self._new_session_key())

    def record(self, table: str, key: int | str, entity: object | None) -> None:
        self._pending[table, key] = entity

    def commit(self) -> None:
        """Write what was recorded since the last commit, all of it or nothing."""
        if not self._pending:
            return
        self._rows.write({place: _as_row(entity) for place, entity in self._pending.items()})
        self._pending.clear()

    def load(self, ledger: Ledger) -> bool:
        """Fill the tables with what the file keeps; ``False`` when it keeps nothing yet."""
        if self.note("seed") is None:
            return False
        self._pending.clear()
        for name, table in ledger.tables.items():
            if name in self._rows.tables:
                decode = decoder(entity_type(table))
                table.load({key: decode(value) for key, value in self._rows.rows(name)})
        return True

    def note(self, name: str) -> str | None:
        """A word about the whole file, ``None`` when it was never written."""
        value = self._rows.value(NOTES, name)
        return None if value is None else value.decode()

    def write_note(self, name: str, value: str) -> None:
        """Keep a word with the next commit."""
        self.record(NOTES, name, value.encode())

    def content(self, key: int) -> bytes:
        pending = self._pending.get((CONTENTS, key))
        if isinstance(pending, bytes):
            return pending
        value = self._rows.value(CONTENTS, key)
        if value is None:
            raise KeyError(key)
        return value

    def content_count(self) -> int:
        return self._rows.count(CONTENTS)

    def close(self) -> None:
        self._rows.close()

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


def _as_row(entity: object | None) -> bytes | None:
    return entity if entity is None or isinstance(entity, bytes) else encode(entity)
