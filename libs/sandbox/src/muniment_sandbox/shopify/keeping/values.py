"""Values of the state as JSON, and back.

Plain values are themselves. Anything else is a list that begins with what it is: ``["time", "2026-…"]``,
``["list", …]``, ``["ref", 17]`` for an object that has a row of its own, ``["Money", 1200, "EUR"]`` for a
frozen dataclass. So the type of a value is the one it had, whatever a field is annotated with.
"""

from __future__ import annotations

import base64
import types
from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any, Protocol

from muniment_sandbox.shopify.keeping.layouts import Layout, Layouts, function_of, place_of
from muniment_sandbox.shopify.state.kept import Kept, WatchedDict, WatchedList, WatchedSet
from muniment_sandbox.shopify.state.ledger import Ledger

PLAIN = frozenset({str, int, bool, float, types.NoneType})
Write = Callable[[Any], object]
Read = Callable[[list[Any]], object]


class References(Protocol):
    """Who knows which row an object has."""

    def row_of(self, kept: Kept) -> int:
        """Return the row of an object; one that has none gets it."""

    def kept_in(self, row: int) -> Kept:
        """Return the object of a row of the file."""


class Values:
    """Writes and reads values; ``books`` is the shop they belong to."""

    def __init__(self, layouts: Layouts, references: References) -> None:
        self.books: Ledger | None = None
        self._layouts = layouts
        self._references = references
        self._writers: dict[type, Write] = self._simple_writers()
        self._readers: dict[str, Read] = self._simple_readers()

    def encode(self, value: object) -> object:
        """Return the value as JSON knows it; ``TypeError`` for one that cannot be kept."""
        kind = value.__class__
        if kind in PLAIN:
            return value
        write = self._writers.get(kind)
        if write is None:
            write = self._writers[kind] = self._writer(kind)
        return write(value)

    def decode(self, told: Any) -> Any:
        """Return the value that was encoded; ``ValueError`` for what this release does not know."""
        if told.__class__ is not list:
            return told
        read = self._readers.get(told[0])
        if read is None:
            read = self._readers[told[0]] = self._reader(self._layouts.named(told[0]))
        return read(told)

    def many(self, told: list[Any]) -> list[Any]:
        """Return the values of a list, whose first element says what it is."""
        return [one if one.__class__ is not list else self.decode(one) for one in told[1:]]

    def _simple_writers(self) -> dict[type, Write]:
        def many(name: str) -> Write:
            return lambda values: [name, *map(self.encode, values)]

        def pairs(values: dict[object, object]) -> object:
            return ["dict", *([self.encode(key), self.encode(value)] for key, value in values.items())]

        return {
            list: many("list"),
            WatchedList: many("list"),
            tuple: many("tuple"),
            set: lambda values: ["set", *map(self.encode, sorted(values))],
            WatchedSet: lambda values: ["set", *map(self.encode, sorted(values))],
            frozenset: lambda values: ["frozenset", *map(self.encode, sorted(values))],
            dict: pairs,
            WatchedDict: pairs,
            datetime: lambda moment: ["time", moment.isoformat()],
            date: lambda day: ["day", day.isoformat()],
            timedelta: lambda span: ["span_s", span.total_seconds()],
            Decimal: lambda number: ["decimal", str(number)],
            bytes: lambda content: ["bytes", base64.b64encode(content).decode()],
            types.FunctionType: lambda function: ["function", *place_of(function)],
        }

    def _simple_readers(self) -> dict[str, Read]:
        return {
            "list": self.many,
            "tuple": lambda told: tuple(self.many(told)),
            "set": lambda told: set(self.many(told)),
            "frozenset": lambda told: frozenset(self.many(told)),
            "dict": lambda told: {self.decode(key): self.decode(value) for key, value in told[1:]},
            "time": lambda told: datetime.fromisoformat(told[1]),
            "day": lambda told: date.fromisoformat(told[1]),
            "span_s": lambda told: timedelta(seconds=told[1]),
            "decimal": lambda told: Decimal(told[1]),
            "bytes": lambda told: base64.b64decode(told[1]),
            "function": lambda told: function_of(told[1], told[2]),
            "ref": lambda told: self._references.kept_in(told[1]),
            "shop": lambda _told: self.books,
        }

    def _writer(self, kind: type) -> Write:
        if issubclass(kind, Kept):
            return lambda kept: ["ref", self._references.row_of(kept)]
        if issubclass(kind, Ledger):
            return lambda _books: ["shop"]
        layout = self._layouts.of(kind)
        name = layout.name
        if issubclass(kind, Enum):
            return lambda member: [name, member.value]
        return self._of_fields(layout)

    def _of_fields(self, layout: Layout) -> Write:
        name, encode = layout.name, self.encode
        if len(layout.fields) < 2:
            return lambda value: [name, *(encode(getattr(value, one)) for one in layout.fields)]
        read = attrgetter(*layout.fields)
        return lambda value: [name, *(one if one.__class__ in PLAIN else encode(one) for one in read(value))]

    def _reader(self, layout: Layout) -> Read:
        kind, many = layout.kind, self.many
        if issubclass(kind, Enum):
            return lambda told: kind(told[1])
        if not is_dataclass(kind):
            message = f"it knows a {layout.name} that this release cannot build"
            raise ValueError(message)
        if layout.is_positional:
            return lambda told: kind(*many(told))
        return lambda told: kind(**layout.named(many(told)))
