"""The role ``reconcile``: takes its turn, remembers, and compares without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from muniment_contracts.topics import Topic
from muniment_kit import log
from muniment_kit.broker import Broker
from muniment_kit.clock import Clock, SystemClock
from muniment_kit.errors import MunimentError, Rejected, Retryable
from muniment_kit.kafka.broker import KafkaBroker
from muniment_kit.kafka.lag import LagReader
from muniment_kit.producer import Producer
from muniment_kit.schemas import schemas_of
from muniment_kit.settings import KitSettings
from muniment_shopify.client import AdminClient
from muniment_shopify.cost_bucket import Cost
from muniment_shopify.priority import Priority
from shopify_ingest import metrics
from shopify_ingest.reconcile.kinds import KINDS
from shopify_ingest.reconcile.memory import ShopMemory, remembered
from shopify_ingest.reconcile.objects import Watched
from shopify_ingest.reconcile.reading import commerce_reader
from shopify_ingest.reconcile.reconciler import Reconciler
from shopify_ingest.reconcile.shop import WatchedShop
from shopify_ingest.reconcile.standing_by import Turn, ended
from shopify_ingest.settings.reconcile import ReconcileSettings

logger = log.logger(__name__)

GROUP = "shopify-ingest-reconcile"
_AGAIN_S = 5.0
_DUE_S = 5.0
_MAX_WAIT_S = 600.0
"""How long a listing waits for points: it stands back for everything live."""


@asynccontextmanager
async def reconciling(
    producer: Producer,
    *,
    settings: ReconcileSettings,
    kit: KitSettings,
    clients: Mapping[str, AdminClient],
    kinds: Sequence[Watched] = KINDS,
    broker: Broker | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[None]:
    """Reconcile the shops of ``clients`` beside the block, whenever it is this process's turn."""
    clock = clock or SystemClock()
    group = f"{kit.topic_prefix}{GROUP}"
    topic = f"{kit.topic_prefix}{Topic.SHOPIFY_PROGRESS}"
    turn = Turn(broker or KafkaBroker(kit), group=group, topic=topic, clock=clock)
    role = _Role(producer, settings, kit, clients, kinds, clock)
    tasks = [asyncio.create_task(turn.keep()), asyncio.create_task(role.work_in_turn(turn))]
    try:
        yield
    finally:
        for task in tasks:
            await ended(task)


class _Role:
    def __init__(
        self,
        producer: Producer,
        settings: ReconcileSettings,
        kit: KitSettings,
        clients: Mapping[str, AdminClient],
        kinds: Sequence[Watched],
        clock: Clock,
    ) -> None:
        self._producer = producer
        self._settings = settings
        self._kit = kit
        self._clients = clients
        self._kinds = kinds
        self._clock = clock
        self._proved_s: dict[tuple[str, str], float] = {}

    async def work_in_turn(self, turn: Turn) -> None:
        """Work while it is our turn; begin anew after any trouble."""
        while True:
            await turn.is_ours.wait()
            working = asyncio.create_task(self._work())
            lost = asyncio.create_task(turn.is_lost.wait())
            try:
                await asyncio.wait({working, lost}, return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    self._explain(working)
            finally:
                lost.cancel()
                if not working.done():
                    await ended(working)
            if turn.is_ours.is_set():
                await self._clock.sleep(_AGAIN_S)
            else:
                self._proved_s.clear()  # another proves it now
                metrics.RECONCILE_AGE.clear()
                metrics.RECONCILE_SUSPECTS.clear()

    async def _work(self) -> None:
        async with opened(
            self._producer, self._settings, self._kit, self._clients, self._kinds, self._clock
        ) as reconciler:
            reconciler.proved_s = self._proved_s
            logger.info("reconciling", shops=len(reconciler.shops), kinds=len(reconciler.kinds))
            await reconciler.read_all()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._recent_sweeps(reconciler))
                group.create_task(self._complete_sweeps(reconciler))

    async def _recent_sweeps(self, reconciler: Reconciler) -> None:
        while True:
            await reconciler.recent_sweep()
            await self._clock.sleep(self._settings.reconcile_every_s)

    async def _complete_sweeps(self, reconciler: Reconciler) -> None:
        while True:
            for shop, kind in reconciler.watched():
                if reconciler.is_due(shop, kind):
                    try:
                        await reconciler.complete_sweep(shop, kind)
                    except (Retryable, Rejected) as trouble:
                        reconciler.failed(shop, kind, trouble)
                        await self._clock.sleep(self._settings.reconcile_every_s)
            await self._clock.sleep(min(_DUE_S, self._settings.reconcile_every_s))

    def _explain(self, working: asyncio.Task[None]) -> None:
        if working.cancelled():  # a library took an end for a cancellation
            logger.warning("reconciliation begins anew", error="CancelledError")
            return
        error = working.exception()
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, MunimentError):
            logger.warning("reconciliation begins anew", error=type(error).__name__, reason=str(error))
        else:
            logger.error("reconciliation begins anew after a fault of its own", exc_info=error)


@asynccontextmanager
async def opened(
    producer: Producer,
    settings: ReconcileSettings,
    kit: KitSettings,
    clients: Mapping[str, AdminClient],
    kinds: Sequence[Watched] = KINDS,
    clock: Clock | None = None,
    *,
    begin: datetime | None = None,
) -> AsyncIterator[Reconciler]:
    """Yield a reconciler that remembers; it has not read what was published since.

    A shop that was never watched is looked at from ``begin`` on; without it, as far back as the settings say.
    Raises ``BrokerUnavailable`` or ``TopicsMissing``.
    """
    clock = clock or SystemClock()
    schemas = schemas_of(kit, wait_s=5.0)
    try:
        await schemas.load()
        memories = await remembered(kit, schemas.codec, clients)
        begin = begin or clock.now() - timedelta(seconds=settings.reconcile_lookback_s)
        shops = {
            handle: WatchedShop(
                handle,
                client.at(Priority.BACKFILL, max_wait_s=_MAX_WAIT_S, on_cost=_counting(handle)),
                memories[handle],
                _begin(memories[handle]) or begin.replace(microsecond=0),
            )
            for handle, client in clients.items()
        }
        begins = {handle: shop.begin for handle, shop in shops.items()}
        async with (
            commerce_reader(kit, schemas.codec, kinds=kinds, memories=memories, begins=begins) as reader,
            LagReader(kit) as lag,
        ):
            yield Reconciler(shops, kinds, reader, lag, producer, settings, clock, kit.topic_prefix)
    finally:
        await schemas.close()


def _begin(memory: ShopMemory) -> datetime | None:
    """Return since when the shop is watched, ``None`` if it never was."""
    begins = [made.begin for (work, _), made in memory.progress.items() if work == "mark" and made.begin]
    return min(begins, default=None)


def _counting(shop: str) -> Callable[[Cost], None]:
    """Return what counts the points of a shop that are used."""
    points = metrics.RECONCILE_POINTS.labels(shop)
    return lambda cost: points.inc(cost.actual or 0.0)
