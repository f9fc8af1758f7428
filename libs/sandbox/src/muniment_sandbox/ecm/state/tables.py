"""Where every change goes through: tables of entities, each write told to a journal.

A journal that keeps the writes (in SQLite, say) makes the whole state durable: nothing outside this module
stores an entity. Indexes are derived from the tables and can be rebuilt from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

K = TypeVar("K", bound=int | str)
T = TypeVar("T")


class Journal(Protocol):
    """Hears of every write. ``entity`` is ``None`` for a removal."""

    def record(self, table: str, key: int | str, entity: object | None) -> None:
        """Remember a write of the request at hand."""

    def commit(self) -> None:
        """Make the writes of the request durable; called before its answer leaves."""


class Ledger:
    """The journal that all tables of one state write to, and the list of these tables by name.

    ``watch`` hears of every write of one table at once, before the commit: indexes live on it.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._watchers: dict[str, Callable[[int | str], None]] = {}
        self.tables: dict[str, Table[Any, Any]] = {}

    def enrol(self, table: Table[Any, Any]) -> None:
        self.tables[table.name] = table

    def watch(self, table: str, watcher: Callable[[int | str], None]) -> None:
        self._watchers[table] = watcher

    def record(self, table: str, key: int | str, entity: object | None) -> None:
        self._journal.record(table, key, entity)
        watcher = self._watchers.get(table)
        if watcher is not None:
            watcher(key)

    def commit(self) -> None:
        self._journal.commit()


class ForgetfulJournal:
    """Keeps nothing: the state lives in memory only."""

    def record(self, table: str, key: int | str, entity: object | None) -> None:
        """Do nothing."""

    def commit(self) -> None:
        """Do nothing."""


class Table(Generic[K, T]):
    """Entities of one sort by key. An entity changed in place is put again."""

    def __init__(self, name: str, journal: Journal) -> None:
        self.name = name
        self._journal = journal
        self._rows: dict[K, T] = {}
        if isinstance(journal, Ledger):
            journal.enrol(self)

    def load(self, rows: dict[K, T]) -> None:
        """Hold what a file kept; the journal does not hear of it."""
        self._rows = rows

    def items(self) -> Iterable[tuple[K, T]]:
        return self._rows.items()

    def put(self, key: K, entity: T) -> T:
        self._rows[key] = entity
        self._journal.record(self.name, key, entity)
        return entity

    def remove(self, key: K) -> None:
        if self._rows.pop(key, None) is not None:
            self._journal.record(self.name, key, None)

    def get(self, key: K) -> T | None:
        return self._rows.get(key)

    def values(self) -> Iterable[T]:
        return self._rows.values()

    def __getitem__(self, key: K) -> T:
        return self._rows[key]

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[K]:
        return iter(self._rows)


class Sequence:
    """Hands out ids that were never used."""

    def __init__(self, journal: Journal, first: int = 10_000) -> None:
        self._rows = Table[str, int]("sequence", journal)
        self._rows.put("next", first)

    def next(self) -> int:
        value = self._rows["next"]
        self._rows.put("next", value + 1)
        return value


@runtime_checkable
class Indexed(Protocol):
    """A part of the state that derives something from its tables."""

    def rebuild(self) -> None:
        """Derive it again, after the tables were loaded from a file."""


class Contents(Protocol):
    """Bytes by number: in memory, or in the file that keeps the state."""

    def put(self, key: int, entity: bytes) -> bytes:
        """Keep the bytes."""

    def remove(self, key: int) -> None:
        """Forget them."""

    def __getitem__(self, key: int) -> bytes: ...

    def __len__(self) -> int: ...
