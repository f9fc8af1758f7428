"""Indexes over the shop's objects: so that a page costs the same among a hundred orders and among 100,000.

An index is a sorted list of (value, number). It catches up when it is asked: new objects are the last of
their kind, and what is never changed after that costs nothing more. Of values that move (``updated_at``) the
objects tell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar
from weakref import WeakKeyDictionary

from muniment_sandbox.shopify.graphql.paging import Key
from muniment_sandbox.shopify.graphql.search import Bounds
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.kept import moves_of
from muniment_sandbox.shopify.state.ledger import Ledger

E = TypeVar("E", bound=Entity)
Value = int | datetime

_MOVING = frozenset({"updated_at"})
_OFTEN = 200
"""From so many changes on, sorting anew is cheaper than putting each in its place."""


def key_of(entity: Entity, attribute: str) -> Key:
    """Return where an object stands in the order of an attribute; equal ones stand by their ids."""
    return _key(getattr(entity, attribute), entity.number)


class Index:
    """The objects of one kind in the order of one attribute."""

    def __init__(self, kind: type[Entity], attribute: str) -> None:
        self.attribute = attribute
        self.keys: list[Key] = []
        self._values: dict[int, Value] = {}
        self._moves = moves_of(kind) if attribute in _MOVING else None
        self._acts = -1

    def catch_up(self, objects: dict[int, Entity], acts: int) -> None:
        """Take in what is new, forget what is gone, and move what moved."""
        if self._moves is None or self._acts == -1:
            if acts != self._acts or len(objects) != len(self._values):
                self._take_in(list(self._new(objects)))
        else:
            moved, self._moves.objects = self._moves.objects, set()
            self._take_in(
                [each for each in moved if isinstance(each, Entity) and objects.get(each.number) is each]
            )
        if len(self._values) != len(objects):
            self._forget(objects)
        self._acts = acts

    def between(self, bounds: Bounds | None) -> tuple[int, int]:
        """Return the positions that hold every value within the bounds, and perhaps a few beside them."""
        if bounds is None:
            return 0, len(self.keys)
        low = bisect_left(self.keys, _key(bounds.low, 0)[:1]) if bounds.low is not None else 0
        high = len(self.keys)
        if bounds.high is not None:
            high = bisect_right(self.keys, (*_key(bounds.high, 0)[:1], float("inf")))
        return low, max(low, high)

    def _new(self, objects: dict[int, Entity]) -> Iterator[Entity]:
        for number in reversed(objects):
            if number in self._values:
                return
            yield objects[number]

    def _take_in(self, entities: list[Entity]) -> None:
        gone = {
            _key(self._values[each.number], each.number) for each in entities if each.number in self._values
        }
        for entity in entities:
            self._values[entity.number] = getattr(entity, self.attribute)
        if len(entities) >= _OFTEN:
            self.keys = [key for key in self.keys if key not in gone] if gone else self.keys
            self.keys += [key_of(each, self.attribute) for each in entities]
            self.keys.sort()
            return
        for key in gone:
            del self.keys[bisect_left(self.keys, key)]
        for entity in entities:
            insort(self.keys, key_of(entity, self.attribute))

    def _forget(self, objects: dict[int, Entity]) -> None:
        for number in [number for number in self._values if number not in objects]:
            del self.keys[bisect_left(self.keys, _key(self._values.pop(number), number))]


_INDEXES: WeakKeyDictionary[Ledger, dict[tuple[str, str], Index]] = WeakKeyDictionary()


def index_of(shop: Ledger, kind: type[Entity], attribute: str) -> Index:
    """Return the index of a kind by an attribute, up to date."""
    indexes = _INDEXES.setdefault(shop, {})
    index = indexes.get((kind.gid_type, attribute))
    if index is None:
        index = indexes[kind.gid_type, attribute] = Index(kind, attribute)
    index.catch_up(shop.numbered(kind), shop.acts)
    return index


def _key(value: Value, number: int) -> Key:
    if isinstance(value, datetime):
        return (int(value.timestamp()), number)
    return (value,)
