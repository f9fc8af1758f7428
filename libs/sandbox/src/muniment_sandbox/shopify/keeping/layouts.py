"""Which classes a data file knows, and in which order it writes their fields.

The file says of each class where it is and which fields its rows have. So only classes of this sandbox are
ever built from a file, and one whose fields changed since is read by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from importlib import import_module
from typing import Any

import orjson

from muniment_sandbox.shopify.state.kept import Kept

_HOME = "muniment_sandbox.shopify."


class Layout:
    """How one class is written: its name in the file, and its fields in the order of a row."""

    def __init__(self, name: str, kind: type, written: Sequence[str] | None = None) -> None:
        """``written`` are the fields of the file's rows; those of the class unless said otherwise."""
        self.name = name
        self.kind = kind
        derived = kind.derived if issubclass(kind, Kept) else frozenset()
        known = {one.name: one for one in fields(kind)} if is_dataclass(kind) else {}
        self.fields = tuple(name for name in known if name not in derived)
        self._by_place = [one.init and not one.kw_only for one in known.values()]
        self.written = self.fields if written is None else tuple(written)
        self.is_current = self.written == self.fields
        self._defaults = {
            name: _default(one) for name, one in known.items() if name not in self.written or name in derived
        }

    @property
    def is_positional(self) -> bool:
        """Whether an object is made of the values of a row as they stand there."""
        return self.is_current and all(self._by_place)

    def empty(self) -> Kept:
        """Return an object of the class that has no fields yet."""
        if issubclass(self.kind, Kept):
            return self.kind.__new__(self.kind)
        message = f"it has a row of a {self.name}, which changes no more"
        raise ValueError(message)

    def described(self) -> bytes:
        """Return what the file says of the class."""
        where = self.kind.__module__.removeprefix(_HOME)
        return orjson.dumps({"module": where, "class": self.kind.__qualname__, "fields": self.fields})

    def named(self, values: Sequence[object]) -> dict[str, object]:
        """Return the values of a row by field; ``ValueError`` where one is missing that must be there."""
        row = dict(zip(self.written, values, strict=True))
        if not self.is_current:
            row = {name: value for name, value in row.items() if name in self.fields}
        for name, default in self._defaults.items():
            if default is None:
                message = f"it has no {name} for a {self.name}, which this release wants"
                raise ValueError(message)
            row[name] = default()
        return row


class Layouts:
    """The layouts in use: those of the file, and those that were added since."""

    def __init__(self) -> None:
        self._by_name: dict[str, Layout] = {}
        self._by_kind: dict[type, Layout] = {}
        self._added: list[Layout] = []

    def read(self, rows: Iterable[tuple[int | str, bytes]]) -> None:
        """Learn what a file says; ``ValueError`` for a class that this release does not have."""
        for name, described in rows:
            told = orjson.loads(described)
            self._add(Layout(str(name), _class_of(told["module"], told["class"]), told["fields"]))

    @property
    def are_current(self) -> bool:
        """Whether the rows of the file have the fields of the classes as they are now."""
        return all(each.is_current for each in self._by_name.values())

    def renew(self) -> None:
        """From now on write every class as it is now."""
        known, self._by_name, self._by_kind = self._by_name, {}, {}
        self._added = [Layout(each.name, each.kind) for each in known.values()]
        for each in self._added:
            self._add(each)

    def added(self) -> list[Layout]:
        """Return the layouts that the file does not know yet, once."""
        added, self._added = self._added, []
        return added

    def named(self, name: str) -> Layout:
        return self._by_name[name]

    def of(self, kind: type) -> Layout:
        """Return the layout of a class; ``TypeError`` for one that cannot be kept."""
        known = self._by_kind.get(kind)
        if known is None:
            _check(kind)
            name = kind.__name__
            if name in self._by_name:
                name = f"{kind.__module__.removeprefix(_HOME)}.{kind.__qualname__}"
            known = Layout(name, kind)
            self._add(known)
            self._added.append(known)
        return known

    def _add(self, layout: Layout) -> None:
        self._by_name[layout.name] = self._by_kind[layout.kind] = layout


def function_of(module: str, name: str) -> Callable[..., object]:
    """Return a function of a module of the state; ``ValueError`` where there is none."""
    found = getattr(_module("state." + module), name, None)
    if not callable(found) or getattr(found, "__module__", None) != f"{_HOME}state.{module}":
        message = f"it names {module}.{name}, which this release does not have"
        raise ValueError(message)
    return found  # type: ignore[no-any-return] # any function: what it takes was kept with it


def place_of(function: Callable[..., object]) -> tuple[str, str]:
    """Return module and name of a function; ``TypeError`` for one that a file cannot name."""
    module, name = function.__module__, function.__qualname__
    if not module.startswith(f"{_HOME}state.") or "." in name:
        message = f"{module}.{name} cannot be kept in a data file: take a function of a module of the state"
        raise TypeError(message)
    return module.removeprefix(f"{_HOME}state."), name


def _check(kind: type) -> None:
    if not kind.__module__.startswith(_HOME) or "<" in kind.__qualname__:
        message = f"a {kind.__module__}.{kind.__qualname__} cannot be kept in a data file"
        raise TypeError(message)
    if issubclass(kind, Enum) or (is_dataclass(kind) and (issubclass(kind, Kept) or _is_frozen(kind))):
        return
    message = (
        f"a {kind.__qualname__} cannot be kept in a data file: make it a frozen dataclass, "
        "or one derived from Kept if it changes"
    )
    raise TypeError(message)


def _is_frozen(kind: Any) -> bool:
    return bool(kind.__dataclass_params__.frozen)


def _class_of(module: str, name: str) -> type:
    found: object = _module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type) or found.__module__ != _HOME + module:
        message = f"it knows a {module}.{name}, which this release does not have"
        raise ValueError(message)
    return found


def _module(name: str) -> object:
    try:
        return import_module(_HOME + name)
    except ImportError as error:
        message = f"it names a module {name}, which this release does not have"
        raise ValueError(message) from error


def _default(one: Field[Any]) -> Callable[[], object] | None:
    """Return what makes a field's default; None where it has none."""
    if one.default_factory is not MISSING:
        return one.default_factory
    default = one.default
    return None if default is MISSING else lambda: default
