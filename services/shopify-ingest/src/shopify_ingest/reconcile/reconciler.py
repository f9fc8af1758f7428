"""Compares shops with ``commerce.*`` without end, and makes good what is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from muniment_contracts.reconciliation import ProgressMade
from muniment_contracts.topics import Topic
from muniment_kit import log
from muniment_kit.clock import Clock
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.kafka.lag import LagReader
from muniment_kit.producer import Producer
from muniment_shopify.errors import AccessDenied
from muniment_shopify.listings import everything_of, pages_of, recent_search
from shopify_ingest import metrics
from shopify_ingest.reconcile.memory import progress_event, written_down
from shopify_ingest.reconcile.objects import Watched
from shopify_ingest.reconcile.reading import CommerceReader
from shopify_ingest.reconcile.repairing import Finding, in_parallel, publish
from shopify_ingest.reconcile.shop import WatchedShop, newest
from shopify_ingest.reconcile.suspects import Places, Suspect
from shopify_ingest.settings.reconcile import ReconcileSettings

logger = log.logger(__name__)

_SWEEP = "sweep"
RECORD_GROUP = "shopify-ingest"
_WRITE_AT_ONCE = 500
_READ_AT_ONCE = 20_000


@dataclass(slots=True)
class Reconciler:
    """One installation's shops, the kinds of objects watched in each, and what they are compared by.

    ``proved_s`` says, for each shop and kind, up to when everything listed was seen, in seconds of the
    monotonic clock. Who begins anew hands it on.
    """

    shops: Mapping[str, WatchedShop]
    kinds: Sequence[Watched]
    reader: CommerceReader
    lag: LagReader
    producer: Producer
    settings: ReconcileSettings
    clock: Clock
    prefix: str
    proved_s: dict[tuple[str, str], float] = field(default_factory=dict)
    _denied: set[tuple[str, str]] = field(default_factory=set)

    async def recent_sweep(self) -> None:
        """List what changed lately, compare, publish what is surely lost, and move the marks.

        A shop that does not answer is left as it was. Raises ``BrokerUnavailable`` and ``PublishFailed``.
        """
        began_s = self.clock.monotonic()
        hooks = await self.lag.ends(self._hooks)
        # side by side: a shop that is short of points, or slow, holds up no other
        found = await asyncio.gather(*(self._list_shop(shop, hooks) for shop in self.shops.values()))
        listed = {at: latest for of_shop in found for at, latest in of_shop.items()}
        await self.settle()
        for shop in self.shops.values():
            seen = [kind for kind in self.kinds if (shop.handle, kind.name) in listed]
            made = [shop.advance(kind, listed[shop.handle, kind.name]) for kind in seen]
            await self.remember(shop, [each for each in made if each is not None])
        for shop, kind in self.watched():
            self._tell(shop, kind, began_s if (shop.handle, kind.name) in listed else None)

    async def read_all(self) -> None:
        """Read everything that is in ``commerce.*``, however much, and write it down as it goes."""
        is_all = False
        while not is_all:
            is_all = await self.reader.catch_up(most=_READ_AT_ONCE)
            for shop in self.shops.values():
                await self.remember(shop, [])

    async def settle(self) -> None:
        """Read what is in ``commerce.*``, clear who is no suspect any more, and make good what is lost."""
        finished = await self.lag.committed(f"{self.prefix}{RECORD_GROUP}", self._hooks)
        await self.reader.catch_up()
        for shop in self.shops.values():
            shop.suspects.clear(shop.memory.knowledge.of)
            for kind in self.kinds:
                await self._repair(shop, kind, finished)
        await self.reader.catch_up()
        for shop in self.shops.values():
            shop.suspects.clear(shop.memory.knowledge.of)

    async def complete_sweep(self, shop: WatchedShop, kind: Watched) -> int:
        """Compare all objects of ``kind`` that the shop has; suspect what is not seen, or not there any more.

        Returns how many objects the shop has. What is suspected is made good by the sweeps that follow.
        """
        hooks = await self.lag.ends(self._hooks)
        unlisted = set(shop.memory.knowledge.found(kind.name))
        count = 0
        for listing in kind.listings:
            async with aclosing(everything_of(shop.client, listing, clock=self.clock)) as batches:
                async for rows in batches:
                    shop.compare(kind, rows, now_s=self.clock.monotonic(), hooks=hooks)
                    if listing is kind.listings[0]:
                        count += len(rows)
                        unlisted.difference_update(row.id for row in rows)
        shop.suspect_deleted(kind, unlisted, now_s=self.clock.monotonic(), hooks=hooks)
        now = self.clock.now()
        made = ProgressMade(shop=shop.handle, work=_SWEEP, subject=kind.name, completed_at=now)
        shop.memory.progress[_SWEEP, kind.name] = made
        await self.producer.publish([progress_event(made)])
        metrics.RECONCILE_COMPLETE.labels(shop.handle, kind.name).set(now.timestamp())
        logger.info("complete sweep", shop=shop.handle, kind=kind.name, objects=count)
        return count

    def is_due(self, shop: WatchedShop, kind: Watched) -> bool:
        """Tell whether it is time to compare all objects of ``kind``."""
        last = shop.memory.made(_SWEEP, kind.name).completed_at
        every = timedelta(seconds=self.settings.reconcile_complete_every_s)
        return last is None or self.clock.now() - last >= every

    @property
    def _hooks(self) -> str:
        return f"{self.prefix}{Topic.SHOPIFY_HOOKS}"

    async def _list_shop(
        self, watched: WatchedShop, hooks: Places
    ) -> Mapping[tuple[str, str], datetime | None]:
        """Return the time of the latest change of each kind that could be listed, by shop and kind."""
        listed: dict[tuple[str, str], datetime | None] = {}
        for shop, kind in self.watched():
            if shop is watched:
                try:
                    listed[shop.handle, kind.name] = await self._list_recent(shop, kind, hooks)
                except (Retryable, Rejected) as trouble:
                    self.failed(shop, kind, trouble)
        return listed

    async def _list_recent(self, shop: WatchedShop, kind: Watched, hooks: Places) -> datetime | None:
        """Suspect what changed lately and is not seen; return the time of the latest change."""
        since = shop.window_from(kind, timedelta(seconds=self.settings.reconcile_overlap_s))
        latest: datetime | None = None
        for listing in kind.listings:
            async for page in pages_of(shop.client, listing, search=recent_search(listing, since)):
                shop.compare(kind, page, now_s=self.clock.monotonic(), hooks=hooks)
                latest = newest([latest, *(listed.updated_at for listed in page)])
        shop.compare_facts(kind, now_s=self.clock.monotonic(), hooks=hooks)
        return latest

    async def _repair(self, shop: WatchedShop, kind: Watched, finished: Places) -> None:
        suspects = self._ripe(shop, kind, finished)
        found = in_parallel(shop, kind, suspects, clock=self.clock, at_once=self.settings.reconcile_at_once)
        async for suspect, finding in found:
            if finding is None:
                shop.accept(suspect)
                continue
            if not isinstance(finding, Finding):  # asked again once its patience is over anew
                self.failed(shop, kind, finding)
                shop.suspects.repaired(suspect, now_s=self.clock.monotonic())
                continue
            await publish(self.producer, [finding])
            shop.suspects.repaired(suspect, now_s=self.clock.monotonic())
            metrics.RECONCILED.labels(shop.handle, kind.name, finding.standing).inc()

    def _ripe(self, shop: WatchedShop, kind: Watched, finished: Places) -> list[Suspect]:
        ripe = shop.suspects.ripe(
            now_s=self.clock.monotonic(),
            patience_s=self.settings.reconcile_settle_s,
            finished=finished,
        )
        return [suspect for suspect in ripe if suspect.kind == kind.name]

    async def remember(self, shop: WatchedShop, made: Sequence[ProgressMade]) -> None:
        """Write down what is known, and only then how far it was read and seen."""
        async with written_down(shop.memory) as events:
            for start in range(0, len(events), _WRITE_AT_ONCE):
                await self.producer.publish(events[start : start + _WRITE_AT_ONCE])
        read = [each for each in await self.reader.progress() if each.shop == shop.handle]
        new = [each for each in read if shop.memory.progress.get((each.work, each.subject)) != each]
        if made or new:
            await self.producer.publish([progress_event(each) for each in (*new, *made)])
        for each in (*new, *made):
            shop.memory.progress[each.work, each.subject] = each

    def watched(self) -> list[tuple[WatchedShop, Watched]]:
        """Return every kind of every shop that the app may read."""
        pairs = [(shop, kind) for shop in self.shops.values() for kind in self.kinds]
        return [(shop, kind) for shop, kind in pairs if (shop.handle, kind.name) not in self._denied]

    def failed(self, shop: WatchedShop, kind: Watched, trouble: Retryable | Rejected) -> None:
        """Say that one kind of one shop could not be compared; one that is denied is no longer watched."""
        logger.warning("not compared", shop=shop.handle, kind=kind.name, reason=str(trouble))
        if isinstance(trouble, AccessDenied):
            self._denied.add((shop.handle, kind.name))
        metrics.RECONCILE_SWEEPS.labels(shop.handle, kind.name, "failed").inc()

    def _tell(self, shop: WatchedShop, kind: Watched, listed_s: float | None) -> None:
        """Show how old what is proved is: it reaches to the last listing, or to the oldest that is open."""
        place = shop.handle, kind.name
        open_s = [suspect.open_since_s for suspect in shop.suspects.of(kind.name)]
        proved_s = self.proved_s.setdefault(place, self.clock.monotonic())
        if listed_s is not None:
            metrics.RECONCILE_SWEEPS.labels(*place, "done").inc()
            self.proved_s[place] = max(proved_s, min([listed_s, *open_s]))
        metrics.RECONCILE_SUSPECTS.labels(*place).set(len(open_s))
        # asked when it is scraped, so that it grows also when nothing runs any more
        metrics.RECONCILE_AGE.labels(*place).set_function(
            lambda: self.clock.monotonic() - self.proved_s.get(place, 0.0)
        )
