"""Which object a hook is about, read from its body alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources

from muniment_shopify.gids import number_in

_ID = re.compile(r"[A-Za-z0-9._~-]{1,64}", re.ASCII)
_HIGHEST = 10**32
_OWN_RESOURCE = "self"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The object whose hooks stay in order: ``kind`` (``order``) and its ``id``, safe in a record key."""

    kind: str
    id: str


def aggregate_of(hook: str, body: Mapping[str, object]) -> Aggregate | None:
    """Return what the hook with this topic and body is about, or ``None`` when the body does not say.

    A return's, refund's or shipment's hook is about its order where the body names it, else about the object
    itself. The rules are data: ``hook_aggregates.txt``. Never raises, whatever the body holds.
    """
    for kind, path in _candidates(hook):
        found = id_at(body, path)
        if found is not None:
            return Aggregate(kind, found)
    return None


@lru_cache(maxsize=512)
def _candidates(hook: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    own = _own_resource(hook)
    for pattern, candidates in _RULES:
        if fnmatchcase(hook, pattern):
            return tuple((own if kind == _OWN_RESOURCE else kind, path) for kind, path in candidates)
    return ()


def _own_resource(hook: str) -> str:
    resource = re.sub(r"[^a-z0-9-]", "-", re.split(r"[/.]", hook.lower(), maxsplit=1)[0])[:32]
    return resource if resource[:1].isalpha() else "object"


def id_at(body: object, path: Iterable[str]) -> str | None:
    """Return the id at ``path`` in a hook's body, of a gid its last part, or ``None`` if there is none."""
    for name in path:
        if not isinstance(body, Mapping):
            return None
        body = body.get(name)
    return _id(body)


def _id(value: object) -> str | None:
    """Return a number or the last part of a gid as text; ``None`` for what is no id."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _HIGHEST:
        text = str(value)
    elif isinstance(value, str):
        text = number_in(value) if value.startswith("gid://") else value
    else:
        return None
    return text if _ID.fullmatch(text) else None


def _rules() -> Iterable[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]]:
    text = resources.files("muniment_shopify").joinpath("hook_aggregates.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            pattern, *candidates = line.split()
            yield pattern, tuple(_candidate(candidate) for candidate in candidates)


def _candidate(text: str) -> tuple[str, tuple[str, ...]]:
    kind, _, path = text.partition(":")
    return kind, tuple(path.split("."))


_RULES = tuple(_rules())
