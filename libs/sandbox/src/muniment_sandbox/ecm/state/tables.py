"""Where every change goes through: tables of entities, each write told to a journal.

A journal that keeps the writes (in SQLite, say) makes the whole state durable: nothing outside this module
stores an entity. Indexes are derived from the tables and can be rebuilt from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

K = TypeVar("K", bound=int | str)
T = TypeVar("T")


class Journal(Protocol):
    """Hears of every write. ``entity`` is ``None`` for a removal."""

    def record(self, table: str, key: int | str, entity: object | None) -> None:
        """Remember a write of the request at hand."""

    def commit(self) -> None:
        """Make the writes of the request durable; called before its answer leaves."""


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

    def __contains__(self, key: K) -> bool:
        return key in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[K]:
        return iter(self._rows)


class Sequence:
    """Hands out ids that were never used."""

    def __init__(self, journal: Journal, first: int = 10_000) -> None:
        self._rows: Table[str, int] = Table("sequence", journal)
        self._rows.put("next", first)

    def next(self) -> int:
        value = self._rows["next"]
        self._rows.put("next", value + 1)
        return value
