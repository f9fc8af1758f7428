"""The shop as a server: the Admin API, the control endpoints, the pages; and its hooks going out."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from muniment_sandbox.shopify import admin_api, app_control, control, delivery_network, uploads
from muniment_sandbox.shopify.bulk import downloads
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.pages import page_routes
from muniment_sandbox.shopify.shop_desk import (
    ALL_TOPICS,
    FLOW_1_TOPICS,
    PLUS_RESTORE_RATE,
    ShopDesk,
    open_desk,
)
from muniment_sandbox.shopify.state.subscribing import PRIVACY_TOPICS
from muniment_sandbox.shopify.versions import SCHEMA_VERSION

_log = logging.getLogger(__name__)

_MAX_BODY_BYTES = 4 * 1024 * 1024
_SHUTDOWN_S = 1.0
_TICK_S = 0.25
_MANY_ORDERS = 2_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A shop that answers at ``url``."""

    desk: ShopDesk
    url: str

    @property
    def graphql_url(self) -> str:
        return f"{self.url}/admin/api/{SCHEMA_VERSION}/graphql.json"

    def ready(self) -> dict[str, object]:
        """Return the line that says how to reach the shop."""
        return {"ready": True, "url": self.url, "graphql_url": self.graphql_url, **self.desk.credentials()}


def build_app(desk: ShopDesk) -> web.Application:
    """Return the web application of one shop."""
    app = web.Application(
        client_max_size=_MAX_BODY_BYTES,
        middlewares=[_kept_before_answering(desk), control.own_pages_only, control.sentences],
    )
    app[control.PLAYS] = []
    app.add_routes(admin_api.routes(desk))
    app.add_routes(control.routes(desk))
    app.add_routes(app_control.routes(desk))
    app.add_routes(downloads.routes(desk.shop, desk.exports))
    app.add_routes(uploads.routes(desk))
    app.add_routes(delivery_network.routes(desk))
    app.add_routes(page_routes(app, desk))

    async def stop_plays(stopping: web.Application) -> None:
        for play in stopping[control.PLAYS]:
            await play.stop()

    app.on_shutdown.append(stop_plays)
    return app


def _kept_before_answering(desk: ShopDesk) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def keep(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            desk.commit()

    return keep


@asynccontextmanager
async def opened(desk: ShopDesk, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Opened]:
    """Serve the shop until the block ends; port 0 takes a free one."""
    clockwork = asyncio.get_running_loop().create_task(_let_time_pass(desk))
    runner = web.AppRunner(build_app(desk), access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        desk.shop.public_url = f"http://{host}:{runner.addresses[0][1]}"
        yield Opened(desk, desk.shop.public_url)
    finally:
        clockwork.cancel()
        await asyncio.gather(clockwork, return_exceptions=True)
        await runner.cleanup()
        await desk.close()


async def _let_time_pass(desk: ShopDesk) -> None:
    """Let happen what is due by itself: routing, cancellations, payments that fall due."""
    while True:
        try:
            desk.shop.catch_up()
            desk.commit()
            desk.exports.look()
        except Exception:  # noqa: BLE001 - a shop whose time stands still without a word would mislead
            _log.exception("What was due in the shop did not happen: the sandbox has failed.")
        await asyncio.sleep(_TICK_S)


async def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    seed: str = "demo",
    history: History | None = None,
    faults: Faults | None = None,
    hooks_to: str | None = None,
    hooks_of_everything: bool = False,
    time_scale: float = 1.0,
    points_per_s: float = PLUS_RESTORE_RATE,
    file_processing_s: float = 1.0,
    client_secret: str | None = None,
    access_token: str | None = None,
    data: Path | None = None,
    ready: Callable[[dict[str, object]], None] = lambda _line: None,
) -> None:
    """Serve a shop until cancelled.

    ``hooks_to`` subscribes that address to the topics of the order archive, or to everything the shop tells
    of, privacy law included. ``ready`` is called once with the keys
    ``ready, url, graphql_url, shop, access_token, client_id, client_secret, webhook_secret``.
    ``time_scale`` shortens the pauses between retries: 0.001 makes four hours 14 seconds. ``points_per_s`` is
    the Admin API's rate limit. ``history`` says what the seed ``history`` holds.
    ``file_processing_s`` is how long files stay in each step of their processing.
    ``data`` is the SQLite file that keeps everything (see :func:`open_desk`).
    """
    desk = open_desk(
        seed=seed,
        history=history,
        faults=faults,
        time_scale=time_scale,
        points_per_s=points_per_s,
        file_processing_s=file_processing_s,
        client_secret=client_secret,
        access_token=access_token,
        data=data,
    )
    if hooks_to:
        desk.subscribe_all(hooks_to, ALL_TOPICS if hooks_of_everything else FLOW_1_TOPICS)
    if hooks_to and hooks_of_everything:
        desk.subscribe_app(hooks_to, PRIVACY_TOPICS)
    if len(desk.shop.orders) >= _MANY_ORDERS:
        gc.freeze()  # they are there to stay: looking through them for garbage would halt the server
    async with opened(desk, host=host, port=port) as shop:
        ready(shop.ready())
        await asyncio.Event().wait()
