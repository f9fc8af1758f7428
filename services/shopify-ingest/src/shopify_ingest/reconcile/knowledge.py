"""What is known of all objects of one shop, in memory: a few hundred bytes an object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shopify_ingest.reconcile.known import Known, Told


@dataclass(slots=True)
class Knowledge:
    """One shop's objects by kind and id. ``changed`` are those whose knowledge was not written down yet."""

    changed: set[tuple[str, str]] = field(default_factory=set)
    _objects: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _lacking: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, told: Told) -> None:
        """Add what one event said."""
        before = self.of(told.kind, told.id)
        after = (before or Known()).and_told(told)
        if after != before:
            self.put(told.kind, told.id, after)
            self.changed.add((told.kind, told.id))

    def put(self, kind: str, id: str, known: Known) -> None:
        """Hold ``known`` as all there is to know of the object."""
        self._objects.setdefault(kind, {})[id] = known.packed()
        lacking = self._lacking.setdefault(kind, set())
        if known.lacking and known.state == "found":
            lacking.add(id)
        else:
            lacking.discard(id)

    def of(self, kind: str, id: str) -> Known | None:
        """Return what is known of one object."""
        packed = self._objects.get(kind, {}).get(id)
        return None if packed is None else Known.unpacked(packed)

    def lacking(self, kind: str) -> frozenset[str]:
        """Return the ids of objects that a fact is lacking of."""
        return frozenset(self._lacking.get(kind, ()))

    def found(self, kind: str) -> Iterator[str]:
        """Yield the ids of all objects that the shop had when last heard of."""
        for id, packed in list(self._objects.get(kind, {}).items()):
            if Known.unpacked(packed).state == "found":
                yield id

    def count(self, kind: str) -> int:
        """Return how many objects of ``kind`` are known."""
        return len(self._objects.get(kind, ()))
