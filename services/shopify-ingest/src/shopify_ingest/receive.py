"""The HTTP edge: a hook is answered 2xx only after Kafka has acknowledged it.

Nothing is fetched and nothing else is looked up before the answer; Shopify waits 5 s and counts anything but
2xx as a failure. No body and no header is ever logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from muniment_kit.clock import Clock, SystemClock
from muniment_kit.errors import Retryable
from muniment_kit.log import logger
from muniment_kit.producer import Producer
from shopify_ingest.acceptance import Accepted, Gate, Refused
from shopify_ingest.metrics import HOOKS_ACCEPTED, HOOKS_REFUSED
from shopify_ingest.settings import ReceiveSettings

_log = logger(__name__)

#: Seconds after which Shopify, or a proxy before us, may try again.
RETRY_AFTER_S = "2"


@dataclass(slots=True)
class Receiver:
    """Accepts deliveries: judges them, has them stored, answers."""

    gate: Gate
    producer: Producer
    acknowledge_within_s: float
    max_waiting_bytes: int
    clock: Clock = field(default_factory=SystemClock)
    _waiting_bytes: int = 0

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one delivery: 200 stored, 400/401/403/413 refused, 503 not stored and to be sent again."""
        if self._waiting_bytes + (request.content_length or 0) > self.max_waiting_bytes:
            return _refuse(Refused(503, "overloaded", "Too many hooks wait for Kafka; send it again."))
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _refuse(Refused(413, "too-large", "The body is larger than this receiver accepts."))
        judged = self.gate.judge(request.headers, body, self.clock.now())
        if isinstance(judged, Refused):
            return _refuse(judged)
        return await self._store(judged, len(body))

    async def _store(self, accepted: Accepted, size_bytes: int) -> web.Response:
        self._waiting_bytes += size_bytes
        try:
            async with asyncio.timeout(self.acknowledge_within_s):
                await self.producer.publish([accepted.event])
        except (TimeoutError, Retryable):
            return _refuse(
                Refused(503, "not-acknowledged", "Kafka has not acknowledged the hook; send it again.")
            )
        finally:
            self._waiting_bytes -= size_bytes
        HOOKS_ACCEPTED.labels(accepted.verdict).inc()
        return web.Response(status=accepted.status)


def build_web_app(
    settings: ReceiveSettings, *, producer: Producer, clock: Clock | None = None
) -> web.Application:
    """Return the application that listens for Shopify's deliveries."""
    receiver = Receiver(
        gate=Gate(
            settings.domain.handle,
            [secret.get_secret_value().encode() for secret in settings.webhook_secrets],
        ),
        producer=producer,
        acknowledge_within_s=settings.acknowledge_within_s,
        max_waiting_bytes=settings.max_waiting_bytes,
        clock=clock or SystemClock(),
    )
    app = web.Application(client_max_size=settings.max_body_bytes)
    app.router.add_post(settings.path, receiver.receive)
    return app


@asynccontextmanager
async def listening(producer: Producer, *, settings: ReceiveSettings) -> AsyncIterator[None]:
    """Listen for deliveries as long as the context is open; those under way are answered before it closes."""
    runner = web.AppRunner(build_web_app(settings, producer=producer), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, backlog=1024)
        await site.start()
        port = runner.addresses[0][1]
        _log.info("hook receiver listening", host=settings.host, port=port, path=settings.path)
        yield
    finally:
        await runner.cleanup()


def _refuse(refused: Refused) -> web.Response:
    HOOKS_REFUSED.labels(refused.reason).inc()
    _log.warning("hook refused", status=refused.status, reason=refused.reason)
    headers = {"Retry-After": RETRY_AFTER_S} if refused.status == 503 else None
    return web.Response(status=refused.status, text=refused.sentence, headers=headers)
