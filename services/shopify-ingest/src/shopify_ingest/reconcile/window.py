"""One comparison for people: what changed in a shop within a window, beside what ``commerce.*`` shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from muniment_contracts.topics import Topic
from muniment_shopify.errors import AccessDenied
from muniment_shopify.listings import Listed, pages_of, recent_search
from shopify_ingest.reconcile.objects import Watched
from shopify_ingest.reconcile.reconciler import RECORD_GROUP, Reconciler
from shopify_ingest.reconcile.repairing import Finding, looked_into, publish
from shopify_ingest.reconcile.shop import WatchedShop
from shopify_ingest.reconcile.standing import Standing, standing
from shopify_ingest.reconcile.suspects import Places, Suspect

OnListed: TypeAlias = Callable[[str, int], None]
"""Called with the kind of object and how many of it have been listed so far."""
OnWaiting: TypeAlias = Callable[[int, float], None]
"""Called with the number of objects that are awaited, and how many seconds more."""

_POLL_S = 1.0


@dataclass(frozen=True, slots=True)
class Window:
    """What changed at or after ``begin`` and not after ``end``, in the shop's time."""

    begin: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        """Tell whether ``moment`` is inside."""
        return self.begin <= moment <= self.end


@dataclass(slots=True)
class Comparison:
    """What came of comparing one shop: how many objects of each kind, what was lost, what cannot be said yet.

    ``waiting`` counts objects whose hooks ``record`` has not finished; ``denied`` are kinds that the app may
    not read.
    """

    shop: str
    compared: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    waiting: int = 0
    denied: list[str] = field(default_factory=list)
    is_published: bool = False


@dataclass(slots=True)
class WindowComparison:
    """Compares one shop within one window; suspects and marks of the role are not touched."""

    reconciler: Reconciler
    shop: WatchedShop
    window: Window
    on_listed: OnListed = lambda *_: None
    on_waiting: OnWaiting = lambda *_: None
    _unjudged: list[Suspect] = field(default_factory=list)

    @classmethod
    def of(cls, reconciler: Reconciler, shop: WatchedShop, window: Window) -> WindowComparison:
        """Return the comparison of ``shop`` as ``reconciler`` knows it."""
        own = WatchedShop(shop.handle, shop.client, shop.memory, window.begin)
        return cls(reconciler, own, window)

    async def run(self, *, publishes: bool) -> Comparison:
        """List, wait for what may be on its way, ask for what is not there, and publish it if so told.

        Raises ``BrokerUnavailable``, ``PublishFailed``, and what asking the shop raises.
        """
        comparison = Comparison(self.shop.handle, is_published=publishes)
        hooks = await self.reconciler.lag.ends(self._hooks)
        for kind in self.reconciler.kinds:
            try:
                comparison.compared[kind.name] = await self._list(kind, hooks)
            except AccessDenied:
                comparison.denied.append(kind.name)
        ripe = await self._wait()
        comparison.waiting = len(self.shop.suspects) - len(ripe)
        for suspect in (*ripe, *self._unjudged):
            kind = next(kind for kind in self.reconciler.kinds if kind.name == suspect.kind)
            finding = await looked_into(
                self.shop, kind, suspect, clock=self.reconciler.clock, since=self.window.begin
            )
            if finding is not None:
                comparison.findings.append(finding)
                if publishes:
                    await publish(self.reconciler.producer, [finding])
        return comparison

    async def _list(self, kind: Watched, hooks: Places) -> int:
        count = 0
        for listing in kind.listings:
            search = recent_search(listing, self.window.begin, self.window.end)
            async for page in pages_of(self.shop.client, listing, search=search):
                rows = [row for row in page if self.window.holds(row.updated_at)]
                self._compare(kind, rows, hooks)
                if listing is kind.listings[0]:
                    count += len(rows)
                    self.on_listed(kind.name, count)
        self._compare_facts(kind, hooks)
        return count

    def _compare(self, kind: Watched, rows: Sequence[Listed], hooks: Places) -> None:
        now_s = self.reconciler.clock.monotonic()
        self.shop.compare(kind, rows, now_s=now_s, hooks=hooks)
        for row in rows:
            known = self.shop.memory.knowledge.of(kind.name, row.id)
            if standing(row, known) is Standing.SEEN and self._is_unjudged(row):
                self._unjudged.append(
                    Suspect(kind.name, row.id, Standing.LACKING, row.updated_at, now_s, hooks, row)
                )

    def _compare_facts(self, kind: Watched, hooks: Places) -> None:
        for id in self.shop.memory.knowledge.lacking(kind.name):
            known = self.shop.memory.knowledge.of(kind.name, id)
            if known is not None and known.updated_at and self.window.holds(known.updated_at):
                self.shop.compare_facts_of(kind, id, now_s=self.reconciler.clock.monotonic(), hooks=hooks)

    def _is_unjudged(self, row: Listed) -> bool:
        """Tell whether facts may be lacking that nobody looked for: from before the shop was watched."""
        created_at = row.created_at
        watched_from = self.reconciler.shops[self.shop.handle].begin
        is_older = created_at is not None and self.window.begin <= created_at < watched_from
        return is_older and created_at is not None and not self.shop.is_loaded(created_at)

    async def _wait(self) -> list[Suspect]:
        """Return the suspects whose patience is over; return at once when there are none."""
        clock, patience_s = self.reconciler.clock, self.reconciler.settings.reconcile_settle_s
        until_s = clock.monotonic() + patience_s
        while True:
            finished = await self.reconciler.lag.committed(
                f"{self.reconciler.prefix}{RECORD_GROUP}", self._hooks
            )
            await self.reconciler.reader.catch_up()
            self.shop.suspects.clear(self.shop.memory.knowledge.of)
            left_s = until_s - clock.monotonic()
            if left_s <= 0 or not len(self.shop.suspects):
                return list(self.shop.suspects.ripe(now_s=until_s, patience_s=0.0, finished=finished))
            self.on_waiting(len(self.shop.suspects), left_s)
            await clock.sleep(min(_POLL_S, left_s))

    @property
    def _hooks(self) -> str:
        return f"{self.reconciler.prefix}{Topic.SHOPIFY_HOOKS}"
