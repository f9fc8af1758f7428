"""Dataclass ↔ row (a dict of plain values), as functions planned ahead from the class's type hints.

Fields may be of leaf types, nested dataclasses, lists of either, and any of them or ``None``. Leaves travel
as they are unless ``leaves`` has a conversion for their type.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")
Row = dict[str, Any]  # each value is of the type its field says, or of its conversion
Convert = Callable[[Any], Any]
Leaves = Mapping[type, Convert]


def row_maker(of: type[T], leaves: Leaves) -> Callable[[T], Row]:
    """Return the function that turns an instance of the dataclass ``of`` into a row.

    A ``TypeError`` of a conversion comes out with the name of its field in front.
    """
    names = tuple(field.name for field in fields(of))  # type: ignore[arg-type]  # of is a dataclass
    read = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    conversions = _conversions(of, lambda inner: row_maker(inner, leaves), leaves)

    def to_row(value: T) -> Row:
        row = dict(zip(names, read(value), strict=True))
        for name, convert in conversions:
            try:
                row[name] = convert(row[name])
            except TypeError as error:
                raise TypeError(f"{name} {error}") from None
        return row

    return to_row


def instance_maker(of: type[T], leaves: Leaves) -> Callable[[Row], T]:
    """Return the function that turns a row of exactly ``of``'s fields into an instance, using it up."""
    conversions = _conversions(of, lambda inner: instance_maker(inner, leaves), leaves)
    build = _builder(of)

    def from_row(row: Row) -> T:
        for name, convert in conversions:
            row[name] = convert(row[name])
        return build(row)

    return from_row if conversions else build


def optional_type(hint: Any) -> Any:
    """Return ``X`` of ``X | None``, or ``None`` if ``hint`` is no such union."""
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return None
    return next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)


def item_type(hint: Any) -> Any:
    """Return ``X`` of ``list[X]``, or ``None`` if ``hint`` is no list."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is list else None


def _builder(of: type[T]) -> Callable[[Row], T]:
    """Return what makes an instance of a row.

    The ``__init__`` of a frozen dataclass goes a long way round to set each field. Where it would do nothing
    but set slots, they are set directly, in half the time; this happens to every record.
    """
    names = [field.name for field in fields(of)]  # type: ignore[arg-type]  # of is a dataclass
    if "__slots__" not in vars(of) or hasattr(of, "__post_init__"):
        return lambda row: of(**row)
    setters = [(name, getattr(of, name).__set__) for name in names]

    def build(row: Row) -> T:
        made = of.__new__(of)
        for name, set_slot in setters:
            set_slot(made, row[name])
        return made

    return build


def _conversions(
    of: type[Any], nested: Callable[[type[Any]], Convert], leaves: Leaves
) -> tuple[tuple[str, Convert], ...]:
    def choose(hint: Any) -> Convert | None:
        if (inner := optional_type(hint)) is not None:
            return _unless_none(choose(inner))
        if (item := item_type(hint)) is not None:
            return _each(choose(item))
        return nested(hint) if is_dataclass(hint) else leaves.get(hint)  # type: ignore[arg-type]  # a class

    hints = typing.get_type_hints(of)
    chosen = ((field.name, choose(hints[field.name])) for field in fields(of))
    return tuple((name, convert) for name, convert in chosen if convert is not None)


def _unless_none(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _each(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda values: [convert(value) for value in values]
