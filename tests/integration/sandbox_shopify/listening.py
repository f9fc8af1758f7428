"""An address that takes hooks: remembers them, answers as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True)
class Heard:
    """One hook as it arrived."""

    body: bytes
    headers: Mapping[str, str]

    @property
    def topic(self) -> str:
        return self.headers["X-Shopify-Topic"]

    @property
    def webhook_id(self) -> str:
        return self.headers["X-Shopify-Webhook-Id"]


@dataclass
class Ear:
    """Where hooks arrive; ``statuses`` are the next answers, then 200; ``stall_s`` delays each answer."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    stall_s: float = 0.0

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(Heard(await request.read(), request.headers))
        if self.stall_s:
            await asyncio.sleep(self.stall_s)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    """Listen on a free port of the loopback."""
    ear = Ear()
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_post("/hooks", ear.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ear.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
        yield ear
    finally:
        await runner.cleanup()
