"""Watches what a shop grants and sends: scopes that were withdrawn, subscriptions that Shopify has deleted.

Both change without a word to us. What is lost of the hooks is found by ``reconcile``; this restores the way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from muniment_kit import log
from muniment_kit.clock import Clock, SystemClock
from muniment_kit.errors import MunimentError
from muniment_kit.producer import Producer
from muniment_shopify.client import AdminClient
from muniment_shopify.flows import missing_scopes, wanted_hooks
from muniment_shopify.shops import granted_scopes
from muniment_shopify.subscriptions import SubscriptionReport, reconcile_subscriptions
from shopify_ingest import metrics
from shopify_ingest.required_scopes import sentence
from shopify_ingest.settings import ReconcileSettings, ShopAccess

logger = log.logger(__name__)


@asynccontextmanager
async def watching_shops(
    _producer: Producer | None = None,
    *,
    settings: ReconcileSettings,
    clients: Mapping[str, AdminClient],
    clock: Clock | None = None,
) -> AsyncIterator[None]:
    """Watch the shops of ``clients`` beside the block, each by itself, every ``subscriptions_every_s``.

    Without ``hooks_url`` only scopes are watched. Several processes may watch one shop.
    """
    shops = settings.shops()
    watches = [ShopWatch(client, shops[handle], settings.hooks_url) for handle, client in clients.items()]
    every_s, clock = settings.subscriptions_every_s, clock or SystemClock()
    tasks = [asyncio.create_task(_again_and_again(watch, every_s, clock)) for watch in watches]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(slots=True)
class ShopWatch:
    """One shop, and what was seen of it the last time."""

    client: AdminClient
    access: ShopAccess
    hooks_url: str
    heard: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    _shop: str = field(init=False)

    def __post_init__(self) -> None:
        self._shop = self.access.handle

    async def look(self) -> SubscriptionReport | None:
        """Look at scopes and subscriptions once, restore what is gone, and say so."""
        await self._look_at_scopes()
        if not self.hooks_url:
            return None
        report = await reconcile_subscriptions(
            self.client, wanted_hooks(self.access.enabled_flows), self.hooks_url
        )
        self._tell(report)
        return report

    async def _look_at_scopes(self) -> None:
        missing = missing_scopes(await granted_scopes(self.client), self.access.enabled_flows)
        for flow in self.access.enabled_flows:
            count = sum(each.flow == flow for each in missing)
            metrics.SCOPES_MISSING.labels(self._shop, flow.name).set(count)
        lacking = frozenset(f"{each.flow.name}: {each.text}" for each in missing)
        for each in missing:
            if f"{each.flow.name}: {each.text}" not in self.lacking:
                logger.error("a scope is missing", shop=self._shop, reason=sentence(self._shop, each))
        self.lacking = lacking

    def _tell(self, report: SubscriptionReport) -> None:
        lost = sorted(self.heard - set(report.there) - set(report.changed))
        mended = [*report.added, *report.changed]
        metrics.SUBSCRIPTIONS_LOST.labels(self._shop).inc(len(lost))
        metrics.SUBSCRIPTIONS_MENDED.labels(self._shop).inc(len(mended))
        metrics.SUBSCRIPTIONS_LACKING.labels(self._shop).set(len(report.refused))
        if lost:
            logger.error(
                "hook subscriptions were gone: their deliveries failed, or somebody deleted them",
                shop=self._shop,
                topics=lost,
                restored=sorted(set(lost) & set(report.added)),
            )
        if mended and not lost:
            logger.info("hook subscriptions were made", shop=self._shop, topics=sorted(mended))
        if report.refused:
            logger.error(
                "Shopify refuses hook subscriptions: check the address and the scopes",
                shop=self._shop,
                topics=sorted(report.refused),
            )
        self.heard = report.heard


async def _again_and_again(watch: ShopWatch, every_s: float, clock: Clock) -> None:
    while True:
        try:
            await watch.look()
        except MunimentError as trouble:
            logger.warning("a shop could not be looked at", shop=watch.access.handle, reason=str(trouble))
        except Exception:  # whatever it is, the other shops and the role go on
            logger.exception("looking at a shop failed by a fault of its own", shop=watch.access.handle)
        await clock.sleep(every_s)
