"""Entities as JSON and back: dataclasses of plain values, enums, lists, tuples, sets and mappings."""

from __future__ import annotations

import types
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

_Convert = Callable[[Any], Any]


def encode(entity: object) -> bytes:
    """Return the JSON of an entity; every field by its name."""
    return orjson.dumps(entity, option=orjson.OPT_NON_STR_KEYS, default=_as_list)


def decoder(kind: Any) -> Callable[[bytes], Any]:
    """Return what makes an entity of type ``kind`` from its JSON.

    A field that the JSON lacks gets its default, one that the type lacks is left out: a file of an older or
    newer release can be read. ``TypeError`` for a type that cannot be rebuilt.
    """
    convert = _converter(kind)
    if convert is None:
        return orjson.loads
    return lambda text: convert(orjson.loads(text))


def _as_list(value: object) -> list[object]:
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    message = f"a {type(value).__name__} cannot be kept"
    raise TypeError(message)


@lru_cache(maxsize=256)
def _converter(kind: Any) -> _Convert | None:
    """What turns decoded JSON into ``kind``; ``None`` when JSON has it already."""
    if kind in (str, int, float, bool, object, type(None), Any):
        return None
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _of_union([one for one in get_args(kind) if one is not type(None)])
    if origin in (list, set, frozenset, tuple):
        return _of_many(origin, get_args(kind)[0])
    if origin is dict:
        return _of_mapping(*get_args(kind))
    if isinstance(kind, type) and (issubclass(kind, Enum) or is_dataclass(kind)):
        return kind if issubclass(kind, Enum) else _of_dataclass(kind)
    message = f"an entity of type {kind} cannot be rebuilt"
    raise TypeError(message)


def _of_many(origin: Callable[[Any], Any], item: Any) -> _Convert | None:
    convert = _converter(item)
    if convert is not None:
        inner = convert
        return lambda values: origin(inner(one) for one in values)
    return None if origin is list else origin


def _of_mapping(key: Any, value: Any) -> _Convert | None:
    convert = _converter(value)
    if convert is not None:
        inner = convert
        if key is int:
            return lambda values: {int(one): inner(other) for one, other in values.items()}
        return lambda values: {one: inner(other) for one, other in values.items()}
    return (lambda values: {int(one): other for one, other in values.items()}) if key is int else None


def _of_union(kinds: list[Any]) -> _Convert | None:
    """One type or ``None``; of several dataclasses the one whose fields fit best."""
    converters = [_converter(kind) for kind in kinds]
    if len(kinds) == 1:
        convert = converters[0]
        return None if convert is None else lambda value: None if value is None else convert(value)
    if all(convert is None for convert in converters):
        return None
    names = [_field_names(kind) for kind in kinds]

    def choose(value: Any) -> Any:
        best = max(range(len(kinds)), key=lambda one: _likeness(names[one], value))
        convert = converters[best]
        return value if convert is None else convert(value)

    return choose


def _of_dataclass(kind: Any) -> _Convert:
    hints = get_type_hints(kind, localns={"Json": object})
    converters = {one.name: _converter(hints[one.name]) for one in fields(kind)}
    needed = [(name, convert) for name, convert in converters.items() if convert is not None]
    known = frozenset(converters)
    optional = {one.name for one in fields(kind) if one.default is not MISSING}

    def build(row: dict[str, Any]) -> Any:
        for name, convert in needed:
            value = row.get(name)
            if value is not None or (name in row and name not in optional):
                row[name] = convert(value)
        if row.keys() <= known:
            return kind(**row)
        return kind(**{name: value for name, value in row.items() if name in known})

    return build


def _field_names(kind: Any) -> frozenset[str]:
    return frozenset(one.name for one in fields(kind)) if is_dataclass(kind) else frozenset()


def _likeness(names: Collection[str], value: Any) -> int:
    if not isinstance(value, dict):
        return 0 if names else 1
    return len(value.keys() & names) - len(value.keys() ^ names)
