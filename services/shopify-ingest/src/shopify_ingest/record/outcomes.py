"""What becomes of each hook: the table ``hook_outcomes.txt``, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources

from muniment_shopify.aggregates import Aggregate, id_at
from muniment_shopify.snapshots import PARTS

_KEPT = "kept"

_KEYED_OTHERWISE = frozenset({*PARTS, "return", "dispute", "company-contact"})

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the table: ``change`` is ``None`` for hooks that stay in ``shopify.hooks`` only."""

    pattern: str
    change: str | None
    objects: tuple[tuple[str, Path], ...] = ()
    parts: tuple[Path, ...] = ()

    def object_in(self, body: Mapping[str, object]) -> Aggregate | None:
        """Return the object that the hook with this body is about, ``None`` when the body does not say."""
        for kind, path in self.objects:
            found = id_at(body, path)
            if found is not None:
                return Aggregate(kind, found)
        return None

    def part_in(self, body: Mapping[str, object]) -> str | None:
        """Return the numeric id of the part concerned, ``None`` when the body names none."""
        return next((found for path in self.parts if (found := id_at(body, path)) is not None), None)


@lru_cache(maxsize=512)
def outcome_of(topic: str) -> Outcome:
    """Return what becomes of hooks of this topic; those of a topic without a line are kept."""
    return next((each for each in OUTCOMES if fnmatchcase(topic, each.pattern)), Outcome(topic, None))


def may_be_keyed_otherwise(topic: str) -> bool:
    """Say whether what a hook of this topic leads to may have another key than the hook itself.

    So it is with parts whose hooks do not name the object they belong to.
    """
    return any(kind in _KEYED_OTHERWISE for kind, _ in outcome_of(topic).objects)


def _read(line: str) -> Outcome:
    pattern, change, *rest = line.split()
    if change == _KEPT:
        return Outcome(pattern, None)
    objects = tuple((kind, _path(path)) for kind, _, path in (text.partition(":") for text in rest) if path)
    parts = next((text.removeprefix("part=") for text in rest if text.startswith("part=")), "")
    return Outcome(pattern, change, objects, tuple(_path(path) for path in parts.split(",") if path))


def _path(text: str) -> Path:
    return tuple(text.split("."))


def _lines() -> Iterator[str]:
    text = resources.files("shopify_ingest.record").joinpath("hook_outcomes.txt").read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


#: Every line of the table, in its order.
OUTCOMES = tuple(_read(line) for line in _lines())
