"""What is kept of an object that holds the state: its attributes, and its collections item by item.

A dictionary or list that an attribute holds is replaced by one that remembers which of its items changed:
adding an order to a shop of many writes one row of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from muniment_sandbox.row_file import Key, RowFile
from muniment_sandbox.shopify.keeping.values import Values

Changes = dict[tuple[str, Key], bytes | None]
_UNSEEN = object()


@dataclass(frozen=True, slots=True)
class Holder:
    """An object of which some attributes are kept, under a name."""

    name: str
    held: object
    attributes: tuple[str, ...]


class HeldDict(dict[Any, Any]):
    """A dictionary that remembers which keys changed."""

    def __init__(self, values: Mapping[Any, Any], hear: Callable[[], None]) -> None:
        super().__init__(values)
        self.changed: dict[Any, None] = {}
        self._hear = hear

    def __setitem__(self, key: Any, value: Any) -> None:
        self._note(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        self._note(key)
        super().__delitem__(key)

    def pop(self, key: Any, *default: Any) -> Any:
        self._note(key)
        return super().pop(key, *default)

    def popitem(self) -> tuple[Any, Any]:
        key, value = super().popitem()
        self._note(key)
        return key, value

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *others: Any, **named: Any) -> None:
        for key, value in dict(*others, **named).items():
            self[key] = value

    def __ior__(self, other: Any) -> HeldDict:  # type: ignore[misc] # narrower than dict's, as update
        self.update(other)
        return self

    def clear(self) -> None:
        self.changed.update(dict.fromkeys(self))
        super().clear()
        self._hear()

    def _note(self, key: Any) -> None:
        self.changed[key] = None
        self._hear()


class HeldList(list[Any]):
    """A list that remembers from which place on it changed, and how many items the file has of it."""

    def __init__(self, values: Iterable[Any], written: int, hear: Callable[[], None]) -> None:
        super().__init__(values)
        self.written = written
        self.changed_from = written
        self._hear = hear

    def append(self, value: Any) -> None:
        self.changes(len(self))
        super().append(value)

    def extend(self, values: Iterable[Any]) -> None:
        self.changes(len(self))
        super().extend(values)

    def changes(self, place: int = 0) -> None:
        """Note that items change from ``place`` on."""
        self.changed_from = min(self.changed_from, place)
        self._hear()


def _changing_all(change: Callable[..., Any]) -> Callable[..., Any]:
    def note_and_change(self: HeldList, *args: Any, **named: Any) -> Any:
        self.changes()
        return change(self, *args, **named)

    return note_and_change


_CHANGES = "insert remove pop clear sort reverse __setitem__ __delitem__ __iadd__ __imul__"
for _name in _CHANGES.split():
    setattr(HeldList, _name, _changing_all(getattr(list, _name)))


class Holding:
    """The kept attributes of one holder, in a file. ``hear`` is called when something changes."""

    def __init__(self, holder: Holder, values: Values, hear: Callable[[], None]) -> None:
        self._name, self._held, self._attributes = holder.name, holder.held, holder.attributes
        self._values = values
        self._hear = hear
        self._seen: dict[str, object] = {}

    def load(self, rows: RowFile) -> None:
        """Give the holder what the file has of it; what the file does not know stays as it is."""
        for key, row in rows.rows(self._name):
            attribute, told = str(key), orjson.loads(row)
            if attribute in self._attributes:
                value = self._read(rows, attribute, told)
                setattr(self._held, attribute, value)
                self._seen[attribute] = value

    def changes(self) -> Changes:
        """Return the rows that changed since they were asked for last."""
        changes: Changes = {}
        for attribute in self._attributes:
            value = getattr(self._held, attribute)
            if value is not self._seen.get(attribute, _UNSEEN):
                value = self._take(attribute, value)
                changes[self._name, attribute] = orjson.dumps(self._told(value))
            if value.__class__ is HeldDict:
                changes.update(self._of_dict(self._table(attribute), value))
            elif value.__class__ is HeldList:
                changes.update(self._of_list(self._table(attribute), value))
        return changes

    def _take(self, attribute: str, value: Any) -> Any:
        """Begin to keep a value that was put there since; a collection is replaced by one that remembers."""
        seen = self._seen.get(attribute)
        if value.__class__ in (dict, HeldDict):
            value = HeldDict(value, self._hear)
            value.changed = dict.fromkeys([*(seen if isinstance(seen, HeldDict) else ()), *value])
            setattr(self._held, attribute, value)
        elif value.__class__ in (list, HeldList):
            value = HeldList(value, seen.written if isinstance(seen, HeldList) else 0, self._hear)
            value.changed_from = 0
            setattr(self._held, attribute, value)
        self._seen[attribute] = value
        return value

    def _told(self, value: object) -> object:
        return _COLLECTIONS.get(value.__class__) or self._values.encode(value)

    def _read(self, rows: RowFile, attribute: str, told: object) -> object:
        table, decode = self._table(attribute), self._values.decode
        if told == _COLLECTIONS[HeldDict]:
            return HeldDict({key: decode(orjson.loads(row)) for key, row in rows.rows(table)}, self._hear)
        if told == _COLLECTIONS[HeldList]:
            items = sorted((int(place), row) for place, row in rows.rows(table))
            return HeldList([decode(orjson.loads(row)) for _, row in items], len(items), self._hear)
        return decode(told)

    def _of_dict(self, table: str, held: HeldDict) -> Iterator[tuple[tuple[str, Key], bytes | None]]:
        changed, held.changed = held.changed, {}
        for key in changed:
            yield (table, key), orjson.dumps(self._values.encode(held[key])) if key in held else None

    def _of_list(self, table: str, held: HeldList) -> Iterator[tuple[tuple[str, Key], bytes | None]]:
        for place in range(held.changed_from, len(held)):
            yield (table, place), orjson.dumps(self._values.encode(held[place]))
        for place in range(len(held), held.written):
            yield (table, place), None
        held.written = held.changed_from = len(held)

    def _table(self, attribute: str) -> str:
        return f"{self._name}.{attribute}"


_COLLECTIONS: dict[type, list[str]] = {HeldDict: ["collection", "dict"], HeldList: ["collection", "list"]}
