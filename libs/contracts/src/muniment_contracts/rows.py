"""Dataclass ↔ row (the dict an Avro library works on), as functions planned ahead.

Only what an Avro library would get wrong or not know is converted here: nested dataclasses, and values it
would silently bend (a naive time taken as local, a float cut to an integer, a time cut to its date).
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")
Row = dict[str, Any]  # the values are whatever Avro can carry; each field's own type is checked at its place
Convert = Callable[[Any], Any]


def row_maker(of: type[T]) -> Callable[[T], Row]:
    """Return the function that turns an instance of the dataclass ``of`` into a row.

    That function raises ``TypeError`` or ``ValueError`` whose message names the field at fault.
    """
    names = tuple(field.name for field in fields(of))  # type: ignore[arg-type]  # of is a dataclass
    read = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    conversions = _conversions(of, _into_row)

    def to_row(value: T) -> Row:
        row = dict(zip(names, read(value), strict=True))
        for name, convert in conversions:
            try:
                row[name] = convert(row[name])
            except TypeError as error:
                raise TypeError(f"{name} {error}") from None
        return row

    return to_row


def instance_maker(of: type[T]) -> Callable[[Row], T]:
    """Return the function that turns a row, with exactly the fields of ``of``, into an instance."""
    conversions = _conversions(of, _from_row)

    def from_row(row: Row) -> T:
        for name, convert in conversions:
            row[name] = convert(row[name])
        return of(**row)

    return from_row


def _conversions(of: type[Any], choose: Callable[[Any], Convert | None]) -> tuple[tuple[str, Convert], ...]:
    hints = typing.get_type_hints(of)
    chosen = ((field.name, choose(hints[field.name])) for field in fields(of))
    return tuple((name, convert) for name, convert in chosen if convert is not None)


def _into_row(hint: Any) -> Convert | None:
    if (inner := _optional(hint)) is not None:
        return _unless_none(_into_row(inner))
    if (item := _list_item(hint)) is not None:
        return _each(_into_row(item))
    if is_dataclass(hint):
        return row_maker(typing.cast("type[Any]", hint))
    return _EXACT.get(hint)


def _from_row(hint: Any) -> Convert | None:
    if (inner := _optional(hint)) is not None:
        return _unless_none(_from_row(inner))
    if (item := _list_item(hint)) is not None:
        return _each(_from_row(item))
    if is_dataclass(hint):
        return instance_maker(typing.cast("type[Any]", hint))
    return None


def _optional(hint: Any) -> Any:
    """Return ``X`` of ``X | None``, or ``None`` if ``hint`` is no such union."""
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return None
    return next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)


def _list_item(hint: Any) -> Any:
    return typing.get_args(hint)[0] if typing.get_origin(hint) is list else None


def _unless_none(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _each(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda values: [convert(value) for value in values]


def _aware(value: object) -> object:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise TypeError("must be a datetime with a time zone.")
    return value


def _exactly(kind: type) -> Convert:
    def check(value: object) -> object:
        if type(value) is not kind:
            raise TypeError(f"must be of type {kind.__name__}.")
        return value

    return check


_EXACT: dict[Any, Convert] = {datetime: _aware, **{kind: _exactly(kind) for kind in (date, int, bool)}}
