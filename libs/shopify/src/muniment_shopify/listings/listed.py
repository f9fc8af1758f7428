"""One row of a listing: which object, as of when, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

LOOKS_BYTES = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as the shop lists it.

    ``id`` is the numeric id as text. ``updated_at`` is ``None`` for kinds that have no such time; then only
    ``looks`` tells one state from another: eight bytes that stand for the other fields of the row.
    """

    id: str
    gid: str
    updated_at: datetime | None
    created_at: datetime | None
    looks: bytes


def listed_from(node: Mapping[str, Any], *, shown: Sequence[str]) -> Listed:
    """Read one node of a listing; ``shown`` are the fields that make up its looks. Raises ``KeyError``."""
    return Listed(
        id=node["id"].rsplit("/", 1)[-1],
        gid=node["id"],
        updated_at=_moment(node.get("updatedAt")),
        created_at=_moment(node.get("createdAt") or node.get("initiatedAt")),
        looks=looks_of(node, shown=shown),
    )


def looks_of(node: Mapping[str, Any], *, shown: Sequence[str]) -> bytes:
    """Return what stands for the fields ``shown`` of ``node``: the same values, the same eight bytes."""
    values = [node.get(name) for name in shown]
    return blake2b(orjson.dumps(values, option=orjson.OPT_SORT_KEYS), digest_size=LOOKS_BYTES).digest()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
