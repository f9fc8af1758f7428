"""A kept object tells its keeper of each change, whichever way it is made; in memory nobody is told."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, is_dataclass
from importlib import import_module
from typing import Any, ClassVar

import pytest

from muniment_sandbox.shopify import state
from muniment_sandbox.shopify.state.kept import Kept, keeping_of, watched


@dataclass(eq=False)
class Thing(Kept):
    derived: ClassVar[frozenset[str]] = frozenset({"sum"})
    name: str = "a"
    items: list[int] = field(default_factory=lambda: [3, 1, 2])
    pairs: dict[str, int] = field(default_factory=lambda: {"a": 1, "b": 2})
    marks: set[str] = field(default_factory=lambda: {"x", "y"})
    sum: int = 0


class Ear:
    """A keeper that counts."""

    def __init__(self) -> None:
        self.heard: list[Kept] = []

    def touched(self, kept: Kept) -> None:
        self.heard.append(kept)

    def let_go(self, kept: Kept) -> None:
        raise AssertionError(kept)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def thing(ear: Ear) -> Thing:
    made = Thing()
    keeping_of(made).keeper = ear
    for name in ("items", "pairs", "marks"):
        object.__setattr__(made, name, watched(getattr(made, name), made))
    return made


def put(name: str, value: object) -> Callable[[Thing], object]:
    return lambda thing: setattr(thing, name, value)


CHANGES: list[Callable[[Thing], object]] = [
    put("name", "b"),
    put("items", [9]),
    lambda thing: thing.items.append(4),
    lambda thing: thing.items.extend([4, 5]),
    lambda thing: thing.items.insert(0, 4),
    lambda thing: thing.items.remove(3),
    lambda thing: thing.items.pop(),
    lambda thing: thing.items.clear(),
    lambda thing: thing.items.sort(),
    lambda thing: thing.items.reverse(),
    lambda thing: thing.items.__setitem__(0, 7),
    lambda thing: thing.items.__setitem__(slice(0, 1), [7, 8]),
    lambda thing: thing.items.__delitem__(0),
    lambda thing: thing.items.__iadd__([4]),
    lambda thing: thing.items.__imul__(2),
    lambda thing: thing.pairs.__setitem__("c", 3),
    lambda thing: thing.pairs.__delitem__("a"),
    lambda thing: thing.pairs.pop("a"),
    lambda thing: thing.pairs.popitem(),
    lambda thing: thing.pairs.clear(),
    lambda thing: thing.pairs.update(c=3),
    lambda thing: thing.pairs.setdefault("c", 3),
    lambda thing: thing.pairs.__ior__({"c": 3}),
    lambda thing: thing.marks.add("z"),
    lambda thing: thing.marks.remove("x"),
    lambda thing: thing.marks.discard("x"),
    lambda thing: thing.marks.pop(),
    lambda thing: thing.marks.clear(),
    lambda thing: thing.marks.update({"z"}),
    lambda thing: thing.marks.__ior__({"z"}),
    lambda thing: thing.marks.__isub__({"x"}),
    lambda thing: thing.marks.__iand__({"x"}),
    lambda thing: thing.marks.__ixor__({"x"}),
    lambda thing: thing.marks.intersection_update({"x"}),
    lambda thing: thing.marks.difference_update({"x"}),
    lambda thing: thing.marks.symmetric_difference_update({"x"}),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_told_and_does_what_it_does(
    change: Callable[[Thing], object], thing: Thing, ear: Ear
) -> None:
    plain = Thing()
    change(plain)
    change(thing)
    assert set(ear.heard) == {thing}
    assert (thing.name, thing.items, thing.pairs) == (plain.name, plain.items, plain.pairs)
    assert len(thing.marks) == len(plain.marks), "which mark a pop takes is left to chance"


def test_no_way_to_change_a_container_is_left_out(thing: Thing) -> None:
    silent: dict[type, set[str]] = {
        list: {"copy", "count", "index"},
        dict: {"copy", "fromkeys", "get", "items", "keys", "values"},
        set: {
            "copy", "difference", "intersection", "isdisjoint", "issubset", "issuperset",
            "symmetric_difference", "union",
        },
    }  # fmt: skip
    changing = {
        "__setitem__",
        "__delitem__",
        "__iadd__",
        "__imul__",
        "__ior__",
        "__iand__",
        "__isub__",
        "__ixor__",
    }
    for held in (thing.items, thing.pairs, thing.marks):
        plain = type(held).__mro__[1]
        methods = {name for name in vars(plain) if not name.startswith("_") or name in changing}
        assert methods - silent[plain] == {name for name in vars(type(held)) if name in methods}


def test_a_container_that_is_put_there_later_tells_too(thing: Thing, ear: Ear) -> None:
    thing.items = [1]
    ear.heard.clear()
    thing.items.append(2)
    assert ear.heard == [thing]


def test_what_is_derived_is_not_told(thing: Thing, ear: Ear) -> None:
    thing.sum = 6
    assert ear.heard == []


def test_in_memory_containers_stay_what_they_are() -> None:
    thing = Thing()
    thing.items = [1]
    assert type(thing.items) is list


def classes_of_the_state() -> Iterator[type]:
    for module in pkgutil.iter_modules(state.__path__):
        found = import_module(f"{state.__name__}.{module.name}")
        yield from (
            kind
            for _, kind in inspect.getmembers(found, inspect.isclass)
            if kind.__module__ == found.__name__
        )


def test_every_class_of_the_state_can_be_kept() -> None:
    """Classes that begin with an underscore are used within one action and never stay."""
    kinds: list[Any] = [kind for kind in classes_of_the_state() if is_dataclass(kind)]
    changing = [kind for kind in kinds if not kind.__dataclass_params__.frozen]
    unheard = {kind.__name__ for kind in changing if not issubclass(kind, Kept)}
    assert {name for name in unheard if not name.startswith("_")} == set(), (
        "derive it from Kept, or freeze it"
    )
    compared = {kind.__name__ for kind in changing if issubclass(kind, Kept) and kind.__dataclass_params__.eq}
    assert compared == set(), "two objects are never one: eq=False"
