"""What changes in the shop, and who hears of it: the base of all that may have to outlive the process.

In memory nobody listens, and nothing here costs more than a look into a dictionary. A keeper that has taken
an object hears of each change to it: of attributes through ``__setattr__``, of lists, dictionaries and sets
through the watched ones it put in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Protocol, TypeVar

KEEPER, ROW = "_keeper", "_row"
"""Where an object that is kept notes its keeper and the row it is kept in."""

T = TypeVar("T")


class Keeper(Protocol):
    """Who keeps objects beyond the process."""

    def touched(self, kept: Kept) -> None:
        """Hear that a kept object is about to change."""

    def let_go(self, kept: Kept) -> None:
        """Hear that nothing needs the object any more."""


class Kept:
    """Anything that changes and belongs to the shop's state.

    ``derived`` names the attributes that follow from others: they are neither kept nor heard of. Values
    inside an object are frozen dataclasses, other ``Kept`` objects, plain values, and lists, dictionaries or
    sets of them; a container within a container is replaced, not changed in place.
    """

    derived: ClassVar[frozenset[str]] = frozenset()

    def __setattr__(self, name: str, value: object) -> None:
        keeper = self.__dict__.get(KEEPER)
        if keeper is not None and name not in self.derived:
            keeper.touched(self)
            value = watched(value, self)
        object.__setattr__(self, name, value)

    def changes(self) -> None:
        """Tell the keeper that the object is about to change."""
        keeper = self.__dict__.get(KEEPER)
        if keeper is not None:
            keeper.touched(self)


def let_go(kept: Kept) -> None:
    """Say that nothing needs the object any more: its keeper may forget it."""
    keeper = kept.__dict__.get(KEEPER)
    if keeper is not None:
        keeper.let_go(kept)


class WatchedList(list[T]):
    """A list that tells its owner before each change."""

    __slots__ = ("owner",)

    def __init__(self, values: Iterable[T], owner: Kept) -> None:
        super().__init__(values)
        self.owner = owner


class WatchedDict(dict[Any, Any]):
    """A dictionary that tells its owner before each change."""

    __slots__ = ("owner",)

    def __init__(self, values: dict[Any, Any], owner: Kept) -> None:
        super().__init__(values)
        self.owner = owner


class WatchedSet(set[T]):
    """A set that tells its owner before each change."""

    __slots__ = ("owner",)

    def __init__(self, values: Iterable[T], owner: Kept) -> None:
        super().__init__(values)
        self.owner = owner


_WATCHED: dict[type, Callable[[Any, Kept], object]] = {
    list: WatchedList,
    dict: WatchedDict,
    set: WatchedSet,
}


def watched(value: object, owner: Kept) -> object:
    """Return the container that tells ``owner`` of its changes; any other value as it is."""
    kind = value.__class__
    if kind in (WatchedList, WatchedDict, WatchedSet):
        if value.owner is owner:  # type: ignore[attr-defined] # each of the three has one
            return value
        kind = kind.__mro__[1]
    wrap = _WATCHED.get(kind)
    return value if wrap is None else wrap(value, owner)


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
