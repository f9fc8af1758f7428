"""A shop in a file: every object that changes has a row, written when a step that changed it ends.

A step is whatever runs without waiting: a GraphQL request, a click on a page, an hour that strikes. All it
changed is written in one transaction, so after a sudden end a step is there wholly or not at all. What a step
costs depends on what it touched, not on the size of the shop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from muniment_sandbox.collector import collector_at_rest
from muniment_sandbox.row_file import FileKind, RowFile
from muniment_sandbox.shopify.keeping.holders import Changes, Holder, Holding
from muniment_sandbox.shopify.keeping.layouts import Layout, Layouts
from muniment_sandbox.shopify.keeping.values import PLAIN, Values
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.kept import Kept, keeping_of, watched
from muniment_sandbox.shopify.state.ledger import Ledger

_KIND = FileKind("a shop", 0x53484F50, 1)
_NOTES, _LAYOUTS, _OBJECTS, _REGISTER = "notes", "layouts", "objects", "register"


class DataFile:
    """The file of one shop. Use it in the thread of the shop."""

    def __init__(self, path: Path) -> None:
        """Open or begin the file; ``ValueError`` says why it cannot be used."""
        self._path = path
        self._rows = RowFile(path, _KIND, by_number=(_OBJECTS, _REGISTER))
        self._layouts = Layouts()
        self._objects = _Objects(self._rows, self._layouts)
        self._values = Values(self._layouts, self)
        self._holdings: list[Holding] = []
        self._dirty: dict[int, Kept] = {}
        self._fresh: dict[int, Entity] = {}
        self._unwritten: Changes = {}
        self._next_row = self._next_place = 1
        self._is_awaited = False

    @property
    def starts(self) -> int:
        """How often a shop was opened from this file."""
        return int(self._rows.value(_NOTES, "starts") or 0)

    def open(self, books: Ledger, holders: Sequence[Holder]) -> None:
        """Give the shop and the other holders what the file keeps, or begin to keep what they have.

        ``ValueError`` for a file that this release cannot read.
        """
        self._values.books = books
        self._holdings = [Holding(holder, self._values, self._await_commit) for holder in holders]
        with collector_at_rest():
            if self.starts:
                self._load(books)
            else:
                for entity in books.registered():
                    self.registered(entity)
            books.registrar = self
            self._unwritten[_NOTES, "starts"] = str(self.starts + 1).encode()
            self.commit()
        books.derive()

    def commit(self) -> None:
        """Write what changed since the last commit, all of it or nothing."""
        self._is_awaited = False
        for holding in self._holdings:
            self._unwritten.update(holding.changes())
        for place, entity in self._fresh.items():
            self._unwritten[_REGISTER, place] = str(self.row_of(entity)).encode()
        self._fresh.clear()
        while self._dirty:
            for row, kept in list(self._dirty.items()):
                self._unwritten[_OBJECTS, row] = self._written(kept)
                del self._dirty[row]
        for layout in self._layouts.added():
            self._unwritten[_LAYOUTS, layout.name] = layout.described()
        if self._unwritten:
            self._rows.write(self._unwritten)
            self._unwritten.clear()

    def close(self) -> None:
        """Close the file; commit before, if what is open is to stay."""
        self._rows.close()

    # what the state tells -----------------------------------------------------------------------------------

    def touched(self, kept: Kept) -> None:
        self._dirty[self.row_of(kept)] = kept
        self._await_commit()

    def let_go(self, kept: Kept) -> None:
        keeping = keeping_of(kept)
        row = self.row_of(kept)
        keeping.keeper = keeping.row = None
        self._dirty.pop(row, None)
        self._unwritten[_OBJECTS, row] = None
        self._await_commit()

    def registered(self, entity: Entity) -> None:
        """Hear that an entity can be found by its global id from now on."""
        keeping = keeping_of(entity)
        if keeping.place is None:
            keeping.place, self._next_place = self._next_place, self._next_place + 1
            self._fresh[keeping.place] = entity
            self._await_commit()

    def forgotten(self, entity: Entity) -> None:
        """Hear that an entity cannot be found any more. Its row stays while something may refer to it."""
        keeping = keeping_of(entity)
        if keeping.place is not None and self._fresh.pop(keeping.place, None) is None:
            self._unwritten[_REGISTER, keeping.place] = None
            self._await_commit()
        keeping.place = None

    # rows ---------------------------------------------------------------------------------------------------

    def row_of(self, kept: Kept) -> int:
        if kept.keeping is not None and kept.keeping.row is not None:
            return kept.keeping.row
        row, self._next_row = self._next_row, self._next_row + 1
        self._take(kept, row)
        self._dirty[row] = kept
        return row

    def kept_in(self, row: int) -> Kept:
        return self._objects.at(row)

    def _take(self, kept: Kept, row: int) -> None:
        keeping = keeping_of(kept)
        keeping.keeper, keeping.row = self, row
        for name in self._layouts.of(kept.__class__).fields:
            value = getattr(kept, name)
            if value.__class__ not in PLAIN and (held := watched(value, kept)) is not value:
                object.__setattr__(kept, name, held)

    def _written(self, kept: Kept) -> bytes:
        layout = self._layouts.of(kept.__class__)
        return orjson.dumps(
            [layout.name, *(self._values.encode(getattr(kept, one)) for one in layout.fields)]
        )

    def _await_commit(self) -> None:
        """Commit when the step that runs now has ended, before any other begins."""
        if self._is_awaited:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._is_awaited = True
        loop.call_soon(self._commit_after_step)

    def _commit_after_step(self) -> None:
        if self._is_awaited:
            self.commit()

    # reading ------------------------------------------------------------------------------------------------

    def _load(self, books: Ledger) -> None:
        try:
            register = self._read()
        except (KeyError, ValueError) as error:
            message = f"{self._path} was written by another release: {error}. Use that one, or a new file."
            raise ValueError(message) from error
        found = self._objects.found
        self._next_place = max(register, default=0) + 1
        self._next_row = self._objects.last + 1
        for row, kept in found.items():
            self._take(kept, row)
        self._unwritten.update({(_OBJECTS, row): None for row in self._objects.unreached})
        books.restock([kept for kept in map(found.get, register.values()) if isinstance(kept, Entity)])
        if not self._layouts.are_current:
            self._layouts.renew()
            self._dirty.update(found)
        self._objects = _Objects(self._rows, self._layouts)

    def _read(self) -> dict[int, int]:
        """Read everything; return the row of each place in the list of what can be found."""
        self._layouts.read(self._rows.rows(_LAYOUTS))
        self._objects.read()
        register = {int(place): int(row) for place, row in self._rows.rows(_REGISTER)}
        for place, row in register.items():
            keeping_of(self.kept_in(row)).place = place
            self._objects.fill(self._values)
        for holding in self._holdings:
            holding.load(self._rows)
        self._objects.fill(self._values)
        return register


@dataclass
class _Filling:
    kept: Kept
    layout: Layout
    told: list[Any]


class _Objects:
    """The objects of a file while it is being read. Each is made when something first refers to it, and
    filled later, so that they may refer to one another in circles.
    """

    def __init__(self, rows: RowFile, layouts: Layouts) -> None:
        self.found: dict[int, Kept] = {}
        self.last = 0
        self._rows = rows
        self._layouts = layouts
        self._left: dict[int, bytes] = {}
        self._empty: list[_Filling] = []

    @property
    def unreached(self) -> list[int]:
        """The rows that nothing refers to."""
        return list(self._left)

    def read(self) -> None:
        self._left = {int(row): told for row, told in self._rows.rows(_OBJECTS)}
        self.last = max(self._left, default=0)

    def at(self, row: int) -> Kept:
        kept = self.found.get(row)
        if kept is None:
            told = orjson.loads(self._left.pop(row))
            layout = self._layouts.named(told[0])
            kept = self.found[row] = layout.empty()
            self._empty.append(_Filling(kept, layout, told))
        return kept

    def fill(self, values: Values) -> None:
        """Give every object its fields, also those that come to light by it."""
        while self._empty:
            one = self._empty.pop()
            for name, value in one.layout.named(values.many(one.told)).items():
                object.__setattr__(one.kept, name, value)
