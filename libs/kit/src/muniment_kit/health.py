"""``/livez``, ``/readyz`` and ``/metrics`` on one small server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from muniment_kit import log, metrics
from muniment_kit.vital_signs import VitalSigns

logger = log.logger(__name__)


@asynccontextmanager
async def health_server(vital_signs: VitalSigns, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve health and metrics while the context lasts; yields the port, a free one if ``port`` is 0."""

    async def livez(_: web.Request) -> web.Response:
        return _answer("alive", vital_signs.why_not_alive())

    async def readyz(_: web.Request) -> web.Response:
        return _answer("ready", vital_signs.why_not_ready())

    app = web.Application()
    app.router.add_get("/livez", livez)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", _metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound_port = int(runner.addresses[0][1])
        logger.info("health server listening", host=host, port=bound_port)
        yield bound_port
    finally:
        await runner.cleanup()


def _answer(what: str, reasons: list[str]) -> web.Response:
    return web.json_response({what: not reasons, "reasons": reasons}, status=503 if reasons else 200)


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})
