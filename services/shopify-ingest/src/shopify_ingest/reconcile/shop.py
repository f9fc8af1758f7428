"""Everything that reconciles one shop: what is known, what is suspected, how far each kind is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from muniment_contracts.reconciliation import ProgressMade
from muniment_shopify.client import AdminClient
from muniment_shopify.listings import Listed
from shopify_ingest.reconcile.known import Known
from shopify_ingest.reconcile.marks import Mark
from shopify_ingest.reconcile.memory import ShopMemory
from shopify_ingest.reconcile.objects import Watched
from shopify_ingest.reconcile.standing import Standing, standing
from shopify_ingest.reconcile.suspects import Places, Suspect, Suspects

_MARK = "mark"


@dataclass(slots=True)
class WatchedShop:
    """One shop under reconciliation. ``begin`` is since when what changed must have been told."""

    handle: str
    client: AdminClient
    memory: ShopMemory
    begin: datetime
    suspects: Suspects = field(default_factory=Suspects)
    marks: dict[str, Mark] = field(default_factory=dict)

    def mark(self, kind: str) -> Mark:
        """Return the mark of one kind; remembered, or at the beginning."""
        if kind not in self.marks:
            made = self.memory.made(_MARK, kind)
            begin = made.begin or self.begin
            self.marks[kind] = Mark(begin, made.reached or begin)
        return self.marks[kind]

    def is_expected(self, listed: Listed) -> bool:
        """Tell whether the object must be known: it changed since the beginning, or was loaded as history."""
        if listed.updated_at >= self.begin:
            return True
        return listed.created_at is not None and self.is_loaded(listed.created_at)

    def is_loaded(self, created_at: datetime) -> bool:
        """Tell whether a backfill has loaded what was created then."""
        return any(
            made.begin is not None and made.reached is not None and made.begin <= created_at < made.reached
            for made in self.memory.slices()
        )

    def compare(self, kind: Watched, rows: Iterable[Listed], *, now_s: float, hooks: Places) -> int:
        """Suspect every row that is not seen; return how many are newly suspected."""
        before = len(self.suspects)
        for listed in rows:
            known = self.memory.knowledge.of(kind.name, listed.id)
            stands = standing(listed, known)
            if stands is Standing.SEEN or (known is None and not self.is_expected(listed)):
                continue
            lacking = known.lacking if known is not None else frozenset()
            self.suspects.add(
                Suspect(kind.name, listed.id, stands, listed.updated_at, now_s, hooks, listed, lacking), known
            )
        return len(self.suspects) - before

    def compare_facts(self, kind: Watched, *, now_s: float, hooks: Places) -> None:
        """Suspect every object that a fact is lacking of, as its own newest snapshot shows."""
        for id in self.memory.knowledge.lacking(kind.name):
            self.compare_facts_of(kind, id, now_s=now_s, hooks=hooks)

    def compare_facts_of(self, kind: Watched, id: str, *, now_s: float, hooks: Places) -> None:
        """Suspect one object if a fact is lacking of it."""
        known = self.memory.knowledge.of(kind.name, id)
        if known is not None and known.lacking:
            suspect = Suspect(
                kind.name, id, Standing.LACKING, known.updated_at, now_s, hooks, lacking=known.lacking
            )
            self.suspects.add(suspect, known)

    def suspect_deleted(self, kind: Watched, ids: Iterable[str], *, now_s: float, hooks: Places) -> None:
        """Suspect objects that a complete listing did not have."""
        for id in ids:
            known = self.memory.knowledge.of(kind.name, id)
            self.suspects.add(Suspect(kind.name, id, Standing.DELETED, None, now_s, hooks), known)

    def accept(self, suspect: Suspect) -> None:
        """Take the shop's word, asked for in full, that nothing is lost of ``suspect``."""
        self.suspects.drop(suspect)
        knowledge, listed = self.memory.knowledge, suspect.listed
        known = knowledge.of(suspect.kind, suspect.id)
        if known is None and listed is not None:
            known = Known(updated_at=listed.updated_at)
        if known is None or known.state == "gone":
            return
        looks = known.looks
        is_as_listed = listed is not None and (known.updated_at == listed.updated_at or not listed.is_dated)
        if is_as_listed and listed is not None and listed.looks is not None:
            looks = known.looks | {listed.looks}
        known = replace(known, looks=looks, lacking=known.lacking - suspect.lacking)
        knowledge.put(suspect.kind, suspect.id, known)

    def advance(self, kind: Watched, newest_listed: datetime | None) -> ProgressMade | None:
        """Move the mark as far as was seen; return the progress, if there was any."""
        before = self.mark(kind.name)
        after = before.advanced(newest_listed=newest_listed, open=self.suspects.earliest(kind.name))
        self.marks[kind.name] = after
        if after == before and (_MARK, kind.name) in self.memory.progress:
            return None
        return ProgressMade(
            shop=self.handle, work=_MARK, subject=kind.name, begin=after.begin, reached=after.reached
        )

    def window_from(self, kind: Watched, overlap: timedelta) -> datetime:
        """Return where the next listing of ``kind`` begins."""
        return self.mark(kind.name).window_from(overlap)


def newest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the latest of ``moments``, ``None`` if there is none."""
    return max((moment for moment in moments if moment is not None), default=None)
