"""One row of a listing: which object, as of when, and how it looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from muniment_shopify.gids import number_in
from muniment_shopify.listings.kinds import ListingKind

LOOKS_BYTES = 8
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as the shop lists it.

    ``id`` is the numeric id as text. ``updated_at`` is the object's own time of change if ``is_dated``, else
    that of what it belongs to, or when it began: then only ``looks`` tells one state from another, eight
    bytes that stand for the fields compared. Without any such field ``looks`` is ``None``.
    """

    id: str
    updated_at: datetime
    created_at: datetime | None
    looks: bytes | None
    is_dated: bool = True


def rows_of(kind: ListingKind, node: Node, nested: Sequence[Node] | None = None) -> Iterator[Listed]:
    """Yield the rows that one node of a listing gives; ``nested`` stands in for its own nested nodes."""
    if kind.nested is None:
        within = [node]
    else:
        within = list(nested if nested is not None else node[kind.nested]["nodes"])
    for each in within:
        if kind.needs and not any(_at(each, path) for path in kind.needs):
            continue
        updated = node.get("updatedAt") or each.get("initiatedAt")
        created = each.get("createdAt") or each.get("initiatedAt")
        yield Listed(
            id=number_in(str(_at(each, kind.row_id))),
            updated_at=datetime.fromisoformat(str(updated)),
            created_at=datetime.fromisoformat(created) if created else None,
            looks=looks_of(kind, each),
            is_dated=kind.is_dated,
        )


def looks_of(kind: ListingKind, node: Node) -> bytes | None:
    """Return what stands for the looks of ``node``, a row's or a snapshot's: the same values, the same
    bytes.
    """
    if not kind.looks:
        return None
    values = [_at(node, path) for path in kind.looks]
    return blake2b(orjson.dumps(values, option=orjson.OPT_SORT_KEYS), digest_size=LOOKS_BYTES).digest()


def _at(node: object, path: str) -> object:
    """Return the value at a path; of a list, the list of its items' values."""
    name, _, rest = path.partition(".")
    value = node.get(name) if isinstance(node, Mapping) else None
    if not rest:
        return value
    if isinstance(value, list):
        return [_at(item, rest) for item in value]
    return _at(value, rest)
