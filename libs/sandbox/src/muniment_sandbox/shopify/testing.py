"""A running shop for the tests of others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.hooks.deliveries import Delivery
from muniment_sandbox.shopify.server import Opened, opened
from muniment_sandbox.shopify.shop_desk import ShopDesk, open_desk
from muniment_sandbox.shopify.state.shop import Shop


@dataclass(frozen=True, slots=True)
class RunningShop:
    """A shop in this process, on a free port of the loopback."""

    at: Opened

    @property
    def desk(self) -> ShopDesk:
        return self.at.desk

    @property
    def url(self) -> str:
        return self.at.url

    @property
    def graphql_url(self) -> str:
        return self.at.graphql_url

    @property
    def shop(self) -> str:
        """The myshopify domain."""
        return self.desk.shop.merchant.myshopify_domain

    @property
    def access_token(self) -> str:
        return self.desk.tokens.permanent

    @property
    def client_id(self) -> str:
        return self.desk.tokens.client_id

    @property
    def client_secret(self) -> str:
        return self.desk.tokens.client_secret

    @property
    def webhook_secret(self) -> str:
        return self.desk.webhook_secret

    @property
    def state(self) -> Shop:
        """The shop itself: its methods are what people do in it."""
        return self.desk.shop

    @property
    def faults(self) -> Faults:
        return self.desk.faults

    @property
    def deliveries(self) -> list[Delivery]:
        """Every hook so far, oldest first."""
        return list(self.desk.dispatch.deliveries)

    async def hooks_settled(self) -> None:
        """Return when no hook is on its way any more."""
        await self.desk.dispatch.idle()


@asynccontextmanager
async def running_shop(
    *,
    seed: str = "demo",
    history: History | None = None,
    shop: Shop | None = None,
    faults: Faults | None = None,
    hooks_to: str | None = None,
    time_scale: float = 0.001,
    bucket: Bucket | None = None,
    file_processing_s: float = 1.0,
    data: Path | None = None,
) -> AsyncIterator[RunningShop]:
    """Open a shop for a test; four hours of retries pass in 14 seconds unless ``time_scale`` says
    otherwise. ``file_processing_s`` 0: files are READY with the next request.
    """
    desk = open_desk(
        seed=seed,
        history=history,
        shop=shop,
        faults=faults,
        time_scale=time_scale,
        bucket=bucket,
        file_processing_s=file_processing_s,
        data=data,
    )
    if hooks_to:
        desk.subscribe_all(hooks_to)
    async with opened(desk) as at:
        yield RunningShop(at)
