"""What differs, field by field: decoded with the schema that wrote each side, personal data masked.

A field is shown only if ``open_fields.txt`` names it as one that identifies no person. Any other is told by
its size alone. New fields are therefore hidden until somebody decides otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson

from muniment_contracts.events import Event
from muniment_kit.records import Record

_FIELDS_SHOWN = 40
_TEXT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field with its value then and now, as text; ``None`` where the field is not there."""

    field: str
    then: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs of one answer, or why a record has none to compare; ``what`` is a sentence or its
    beginning.
    """

    topic: str
    partition: int
    offset: int
    event_id: str
    answer: str
    what: str
    fields: tuple[FieldDifference, ...] = ()

    @classmethod
    def of(
        cls, record: Record, answer: str, what: str, fields: tuple[FieldDifference, ...] = ()
    ) -> Difference:
        """Return a difference found at ``record``, about an answer on the topic ``answer``."""
        ids = [content for name, content in record.headers if name == "ce_id"]
        event_id = ids[0].decode("utf-8", "replace")[:64] if ids else ""
        return cls(record.topic, record.partition, record.offset, event_id, str(answer), what, fields)

    def line(self) -> bytes:
        """Return the difference as a line of JSON."""
        return orjson.dumps(asdict(self), option=orjson.OPT_APPEND_NEWLINE)


def field_differences(
    then: Event[Any] | None, now: Event[Any] | None, *, show_personal: bool
) -> tuple[FieldDifference, ...]:
    """Return the fields in which two events differ, in the order of their schema; one may be missing."""
    before, after = _flat(then), _flat(now)
    found: list[FieldDifference] = []
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) == after.get(name) or name == "traceparent":
            continue
        if isinstance(before.get(name), bytes) and isinstance(after.get(name), bytes):
            found.extend(_bytes_differ(name, before[name], after[name], show_personal))
        else:
            found.append(
                FieldDifference(
                    name,
                    _told(name, before[name], show_personal) if name in before else None,
                    _told(name, after[name], show_personal) if name in after else None,
                )
            )
    return tuple(found[:_FIELDS_SHOWN])


def _flat(event: Event[Any] | None) -> dict[str, Any]:  # values are of every type a schema has
    return dict(_leaves("", _as_mapping(event))) if event is not None else {}


def _as_mapping(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    return value


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    value = _as_mapping(value)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else str(name), inner)
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _leaves(f"{path}[{at}]", inner)
    else:
        yield path, value


def _bytes_differ(name: str, then: bytes, now: bytes, show_personal: bool) -> Iterator[FieldDifference]:
    """Tell JSON by its members, anything else by size, hash and the first byte that differs."""
    trees = _json(then), _json(now)
    if trees[0] is not None and trees[1] is not None:
        before, after = dict(_leaves(name, trees[0])), dict(_leaves(name, trees[1]))
        different = [path for path in dict.fromkeys([*before, *after]) if before.get(path) != after.get(path)]
        for path in different:
            yield FieldDifference(
                path,
                _told(path, before[path], show_personal) if path in before else None,
                _told(path, after[path], show_personal) if path in after else None,
            )
        if different:
            return
    pairs = enumerate(zip(then, now, strict=False))
    first = next((at for at, (a, b) in pairs if a != b), min(len(then), len(now)))
    at = f", first different byte {first:,}"
    yield FieldDifference(name, _size(then) + at, _size(now) + at)


def _json(content: bytes) -> Mapping[str, Any] | None:
    try:
        tree = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return tree if isinstance(tree, dict) else None


def _told(path: str, value: object, show_personal: bool) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bytes):
        return _size(value)
    text = str(value)
    leaf = path.rsplit(".", 1)[-1].partition("[")[0]
    pair = ".".join(path.split(".")[-2:])
    if show_personal or leaf in open_fields() or pair in open_fields() or isinstance(value, bool):
        return text if len(text) <= _TEXT_SHOWN else f"{text[:_TEXT_SHOWN]}…"
    return f"hidden ({len(text)} characters)"


def _size(content: bytes) -> str:
    return f"{len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()[:16]}…"


@cache
def open_fields() -> frozenset[str]:
    """Return the names of fields that are shown."""
    text = resources.files("muniment_ops.replay").joinpath("open_fields.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))
