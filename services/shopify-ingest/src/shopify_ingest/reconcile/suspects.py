"""Objects that do not stand as they should, and how long that must last before it is called a loss: pure.

A hook may be on its way to us, so a suspicion must last; or it waits in ``shopify.hooks``, so ``record`` must
have finished what was there when the suspicion arose. Neither needs the shop's clock to agree with ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from muniment_shopify.listings import Listed
from shopify_ingest.reconcile.known import Digest, Known
from shopify_ingest.reconcile.standing import Standing, standing

Places: TypeAlias = Mapping[int, int]
"""An offset of each partition of ``shopify.hooks``."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One object with what is awaited of it: the state ``listed``, or the facts ``lacking``.

    ``updated_at`` is the time of the change concerned, as far as it is known; ``since_s`` when its patience
    began, in seconds of a monotonic clock; ``hooks`` where ``shopify.hooks`` ended then.
    """

    kind: str
    id: str
    standing: Standing
    updated_at: datetime | None
    since_s: float
    hooks: Places
    listed: Listed | None = None
    lacking: frozenset[Digest] = frozenset()
    opened_s: float | None = None

    @property
    def open_since_s(self) -> float:
        """Return when it was first suspected, however often it was repaired since."""
        return self.since_s if self.opened_s is None else self.opened_s

    def is_cleared_by(self, known: Known | None) -> bool:
        """Tell whether ``commerce.*`` shows by now what was awaited."""
        if known is None:
            return False
        if known.state == "gone":
            return True
        if self.standing is Standing.DELETED:
            return False
        if self.listed is not None and standing(self.listed, known) is Standing.STALE:
            return False
        return not self.lacking & known.lacking


@dataclass(slots=True)
class Suspects:
    """The suspects of one shop."""

    _held: dict[tuple[str, str], Suspect] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._held)

    def add(self, suspect: Suspect, known: Known | None) -> None:
        """Hold ``suspect``, where ``known`` is what is known of the object.

        One that is suspected already goes on being so, as the shop lists it now: its patience does not begin
        anew, unless what was awaited has been seen and something else is awaited now.
        """
        place = suspect.kind, suspect.id
        held = self._held.get(place)
        if held is None or held.is_cleared_by(known):
            self._held[place] = suspect
        else:
            self._held[place] = replace(
                suspect,
                since_s=held.since_s,
                hooks=held.hooks,
                updated_at=_earlier(held.updated_at, suspect.updated_at),
                listed=suspect.listed or held.listed,
                lacking=held.lacking | suspect.lacking,
                opened_s=held.open_since_s,
            )

    def clear(self, known: Callable[[str, str], Known | None]) -> None:
        """Drop those of which ``commerce.*`` shows what was awaited."""
        for place, suspect in list(self._held.items()):
            if suspect.is_cleared_by(known(*place)):
                del self._held[place]

    def drop(self, suspect: Suspect) -> None:
        """Drop one: the shop itself says that nothing is wrong."""
        self._held.pop((suspect.kind, suspect.id), None)

    def repaired(self, suspect: Suspect, *, now_s: float) -> None:
        """Begin its patience anew: the repair must be seen in ``commerce.*`` in its turn."""
        held = self._held.get((suspect.kind, suspect.id))
        if held is not None:
            again = replace(held, since_s=now_s, opened_s=held.open_since_s)
            self._held[suspect.kind, suspect.id] = again

    def ripe(self, *, now_s: float, patience_s: float, finished: Places) -> Iterator[Suspect]:
        """Yield those that waited long enough, and whose hooks, if there were any, ``record`` has finished.

        ``finished`` is where ``record`` stands in ``shopify.hooks``.
        """
        for suspect in list(self._held.values()):
            waited = now_s - suspect.since_s >= patience_s
            if waited and all(finished.get(number, 0) >= end for number, end in suspect.hooks.items()):
                yield suspect

    def of(self, kind: str) -> list[Suspect]:
        """Return the suspects of one kind."""
        return [suspect for suspect in self._held.values() if suspect.kind == kind]

    def earliest(self, kind: str) -> list[datetime]:
        """Return the times of the changes of one kind that were not seen yet."""
        return [suspect.updated_at for suspect in self.of(kind) if suspect.updated_at is not None]


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
