"""Loads the orders of one slice after the other; what is in ``commerce.*`` already is not published again.

Where a run was killed the next one goes on: whole slices are remembered, within one the bulk operation with
the rows done. What was published after that was remembered is read back from ``commerce.*`` itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from muniment_contracts.events import Event
from muniment_contracts.reconciliation import ProgressMade
from muniment_kit import log
from muniment_kit.errors import Rejected, Retryable
from muniment_shopify.errors import BulkFailed
from muniment_shopify.listings import LISTINGS, Listed, count_of_orders, created_between, everything_of
from shopify_ingest.backfill.pace import Pace
from shopify_ingest.backfill.slices import WORK, Slice
from shopify_ingest.reconcile.kinds import ORDERS
from shopify_ingest.reconcile.memory import progress_event
from shopify_ingest.reconcile.objects import State, digest_of
from shopify_ingest.reconcile.reconciler import Reconciler
from shopify_ingest.reconcile.repairing import untold
from shopify_ingest.reconcile.shop import WatchedShop
from shopify_ingest.reconcile.standing import Standing, standing

logger = log.logger(__name__)

_EVER = datetime(1, 1, 1, tzinfo=UTC)
_CHUNK = 25
_TRIES = 8
_AGAIN_S = 5.0
_SETTLE_S = 1.0
_OPERATION = "operation"
_ROWS = "rows"
_GID = "gid://shopify/BulkOperation/"


@dataclass(slots=True)
class Loaded:
    """What came of a run: rows looked at, orders loaded, events published, and ids that could not be read.

    ``passed_over`` are rows an earlier run has done, ``months_before`` the months it has loaded whole;
    ``known`` are orders of which nothing was untold.
    """

    rows: int = 0
    passed_over: int = 0
    months_before: int = 0
    known: int = 0
    orders: int = 0
    events: int = 0
    failed: list[str] = field(default_factory=list)


OnProgress = Callable[[Slice, Loaded], None]


@dataclass(slots=True)
class Backfill:
    """Loads the history of one shop. ``at_once`` orders are asked for at the same time."""

    reconciler: Reconciler
    shop: WatchedShop
    pace: Pace
    at_once: int = 4
    on_progress: OnProgress = lambda *_: None
    loaded: Loaded = field(default_factory=Loaded)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_once)

    async def counts(self, slices: Sequence[Slice]) -> dict[Slice, int]:
        """Return how many orders each slice has that is not loaded yet."""
        open = [each for each in slices if not each.is_loaded(self.shop.memory.slices())]
        return {each: await count_of_orders(self.shop.client, search=_search(each)) for each in open}

    async def run(self, slices: Sequence[Slice], *, publishes: bool = True) -> Loaded:
        """Load ``slices`` that are not loaded yet; without ``publishes`` only count what would be.

        Raises ``BrokerUnavailable``, ``PublishFailed``, and what asking the shop raises.
        """
        await self._read_back()
        for each in slices:
            if each.is_loaded(self.shop.memory.slices()):
                self.loaded.months_before += 1
                continue
            await self._load(each, publishes=publishes)
            if publishes:
                await self._remember(each, completed_at=self.reconciler.clock.now())
        return self.loaded

    async def _read_back(self) -> None:
        """Learn what was published, also by a run that was killed just now."""
        await self.reconciler.reader.catch_up()
        await self.reconciler.clock.sleep(_SETTLE_S)
        await self.reconciler.reader.catch_up()

    async def _load(self, slice: Slice, *, publishes: bool) -> None:
        made = self.shop.memory.made(WORK, slice.name)
        operation, done = made.positions.get(_OPERATION), made.positions.get(_ROWS, 0)
        if operation is not None and done:
            try:
                await self._rows_of(slice, f"{_GID}{operation}", done, publishes=publishes)
            except BulkFailed:  # its result has expired: what it led to is read back instead
                logger.warning("a bulk operation is gone, its slice is begun anew", slice=slice.name)
            else:
                return
        await self._rows_of(slice, None, 0, publishes=publishes)

    async def _rows_of(self, slice: Slice, operation_gid: str | None, done: int, *, publishes: bool) -> None:
        started: list[str] = []
        row = 0
        rows = everything_of(
            self.shop.client,
            LISTINGS["order"],
            search=_search(slice),
            operation_gid=operation_gid,
            on_started=started.append,
            clock=self.reconciler.clock,
        )
        async with aclosing(rows) as batches:
            async for batch in batches:
                for chunk in _chunks(batch):
                    if row + len(chunk) <= done:
                        self.loaded.passed_over += len(chunk)
                    else:
                        await self._chunk(chunk, publishes=publishes)
                    row += len(chunk)
                    if publishes and row > done:
                        await self._remember(slice, operation=started[0], rows=row)
                    self.on_progress(slice, self.loaded)

    async def _chunk(self, rows: Sequence[Listed], *, publishes: bool) -> None:
        """Load some rows: published together, and acknowledged when this returns."""
        self.loaded.rows += len(rows)
        wanted = [row for row in rows if not self._is_known(row)]
        self.loaded.known += len(rows) - len(wanted)
        if not publishes:
            self.loaded.orders += len(wanted)
            return
        await self.pace.keep(len(wanted))
        asked = await asyncio.gather(*(self._events_of(row) for row in wanted))
        await self.reconciler.reader.catch_up()  # record may have told something in the meantime
        events = [event for of_order in asked for event in of_order if not self._is_told(event)]
        if events:
            await self.reconciler.producer.publish(events)
        self.loaded.events += len(events)

    def _is_known(self, row: Listed) -> bool:
        """Tell whether nothing can be untold: created while watched, or loaded before; and seen."""
        created_at = row.created_at
        if created_at is None or (created_at < self.shop.begin and not self.shop.is_loaded(created_at)):
            return False
        return standing(row, self.shop.memory.knowledge.of(ORDERS.name, row.id)) is Standing.SEEN

    async def _events_of(self, row: Listed) -> list[Event[Any]]:
        async with self._places:
            state = await self._asked_for(row)
        if state is None:  # deleted since it was listed, or not to be read
            return []
        events = untold(state, self.shop.memory.knowledge.of(ORDERS.name, row.id))
        if events:
            self.loaded.orders += 1
        else:
            self.loaded.known += 1
        return events

    async def _asked_for(self, row: Listed) -> State | None:
        """Return the order; one that cannot be read is noted. Raises ``Retryable`` after some tries."""
        for attempt in range(1, _TRIES + 1):
            try:
                return await ORDERS.fetch(
                    self.shop.client, row.id, since=_EVER, with_fulfillment_orders=False
                )
            except Rejected as error:
                logger.warning("an order cannot be loaded", order=row.id, reason=str(error))
                self.loaded.failed.append(row.id)
                break
            except Retryable as error:
                if attempt == _TRIES:
                    raise
                await self.reconciler.clock.sleep(error.after or _AGAIN_S)
        return None

    def _is_told(self, event: Event[Any]) -> bool:
        known = self.shop.memory.knowledge.of(ORDERS.name, event.body.order_id)
        return known is not None and digest_of(event.id) in known.facts

    async def _remember(
        self,
        slice: Slice,
        *,
        operation: str | None = None,
        rows: int = 0,
        completed_at: datetime | None = None,
    ) -> None:
        made = ProgressMade(
            shop=self.shop.handle, work=WORK, subject=slice.name, begin=slice.begin, reached=slice.end
        )
        if operation is not None:
            made = replace(made, positions={_OPERATION: int(operation.removeprefix(_GID)), _ROWS: rows})
        if completed_at is not None:
            made = replace(made, completed_at=completed_at)
        await self.reconciler.producer.publish([progress_event(made)])
        self.shop.memory.progress[WORK, slice.name] = made


def _search(slice: Slice) -> str:
    return created_between(slice.begin, slice.end)


def _chunks(rows: Sequence[Listed]) -> list[Sequence[Listed]]:
    return [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
