"""What changes in the shop, and who hears of it: the base of all that may have to outlive the process.

In memory nobody listens, and nothing here costs more than a look into a dictionary. A keeper that has taken
an object hears of each change to it: of attributes through ``__setattr__``, of lists, dictionaries and sets
through the watched ones it put in their place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, TypeVar
from weakref import WeakSet

T = TypeVar("T")


class Keeper(Protocol):
    """Who keeps objects beyond the process."""

    def touched(self, kept: Kept) -> None:
        """Hear that a kept object is about to change."""

    def let_go(self, kept: Kept) -> None:
        """Hear that nothing needs the object any more."""


class Moves:
    """The objects of one kind whose ``updated_at`` was set since somebody last looked."""

    __slots__ = ("__weakref__", "objects")

    def __init__(self) -> None:
        self.objects: set[Kept] = set()


class Keeping:
    """By whom an object is kept, in which row, and at which place of the list of what can be found; None each
    where it is not.
    """

    __slots__ = ("keeper", "place", "row")

    def __init__(self) -> None:
        self.keeper: Keeper | None = None
        self.row: int | None = None
        self.place: int | None = None


class Kept:
    """Anything that changes and belongs to the shop's state.

    ``derived`` names the attributes that follow from others: they are neither kept nor heard of. Values
    inside an object are frozen dataclasses, other ``Kept`` objects, plain values, and lists, dictionaries or
    sets of them; a container within a container is replaced, not changed in place. ``moves`` are those who
    follow when the objects of a kind were last changed.
    """

    derived: ClassVar[frozenset[str]] = frozenset()
    moves: ClassVar[WeakSet[Moves] | None] = None
    keeping: Keeping | None = None

    def __setattr__(self, name: str, value: object) -> None:
        if self.keeping is not None and name not in self.derived:
            self.changes()
            value = watched(value, self)
        if name == "updated_at" and self.moves is not None:
            for each in self.moves:
                each.objects.add(self)
        object.__setattr__(self, name, value)

    def changes(self) -> None:
        """Tell the keeper, if there is one, that the object is about to change."""
        if self.keeping is not None and self.keeping.keeper is not None:
            self.keeping.keeper.touched(self)


def moves_of(kind: type[Kept]) -> Moves:
    """Return the moves of the objects of a kind from now on, for as long as the caller holds them."""
    moves = Moves()
    if kind.moves is None:
        kind.moves = WeakSet()
    kind.moves.add(moves)
    return moves


def keeping_of(kept: Kept) -> Keeping:
    """Return by whom an object is kept, ready to be written to."""
    keeping = kept.keeping
    if keeping is None:
        keeping = Keeping()
        object.__setattr__(kept, "keeping", keeping)
    return keeping


def let_go(kept: Kept) -> None:
    """Say that nothing needs the object any more: its keeper may forget it."""
    if kept.keeping is not None and kept.keeping.keeper is not None:
        kept.keeping.keeper.let_go(kept)


class WatchedList(list[T]):
    """A list that tells its owner before each change."""

    __slots__ = ("owner",)
    owner: Kept


class WatchedDict(dict[Any, Any]):
    """A dictionary that tells its owner before each change."""

    __slots__ = ("owner",)
    owner: Kept


class WatchedSet(set[T]):
    """A set that tells its owner before each change."""

    __slots__ = ("owner",)
    owner: Kept


_WATCHED: dict[type, Callable[[Any], Any]] = {
    kind: watching
    for plain, watching in ((list, WatchedList), (dict, WatchedDict), (set, WatchedSet))
    for kind in (plain, watching)
}


def watched(value: Any, owner: Kept) -> Any:
    """Return the container that tells ``owner`` of its changes; any other value as it is."""
    watch = _WATCHED.get(value.__class__)
    if watch is None or (value.__class__ is watch and value.owner is owner):
        return value
    held = watch(value)
    held.owner = owner
    return held


def _telling(change: Callable[..., Any]) -> Callable[..., Any]:
    def tell_and_change(self: Any, *args: Any, **named: Any) -> Any:
        self.owner.changes()
        return change(self, *args, **named)

    return tell_and_change


for _watched, _names in (
    (
        WatchedList,
        "append extend insert remove pop clear sort reverse __setitem__ __delitem__ __iadd__ __imul__",
    ),
    (WatchedDict, "pop popitem clear update setdefault __setitem__ __delitem__ __ior__"),
    (
        WatchedSet,
        "add remove discard pop clear update intersection_update difference_update "
        "symmetric_difference_update __ior__ __iand__ __isub__ __ixor__",
    ),
):
    for _name in _names.split():
        setattr(_watched, _name, _telling(getattr(_watched.__mro__[1], _name)))
