"""The HTTP edge: a hook is answered 2xx only after it is durable, in Kafka or in the journal.

Nothing is fetched and nothing else is looked up before the answer; Shopify waits 5 s and counts anything but
2xx as a failure. No body and no header is ever logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache

from aiohttp import web

from muniment_kit.clock import Clock, SystemClock
from muniment_kit.errors import Retryable
from muniment_kit.log import logger
from muniment_kit.producer import Producer, RecordTooLarge
from shopify_ingest.hook_bodies import BlobWriter
from shopify_ingest.metrics import HOOK_SECONDS, HOOKS_ACCEPTED, HOOKS_BY_SECRET, HOOKS_REFUSED
from shopify_ingest.receive.acceptance import Accepted, Gate
from shopify_ingest.receive.intake import BodyRefused, Intake
from shopify_ingest.receive.journal import JournalBroken, JournalFull
from shopify_ingest.receive.keeping import Keeper, keeper_of
from shopify_ingest.receive.large_bodies import LargeBodies
from shopify_ingest.receive.refusals import (
    JOURNAL_FULL,
    NOT_ACKNOWLEDGED,
    NOT_JOURNALED,
    TOO_LARGE,
    TOO_SLOW,
    WOULD_BE_LATE,
    Refused,
)
from shopify_ingest.receive.secrets import Secrets, rereading, secrets_of
from shopify_ingest.settings import ReceiveSettings

_log = logger(__name__)

#: Seconds after which Shopify, or a proxy before us, may try again.
RETRY_AFTER_S = "2"
#: How long the rest of a refused body is read and dropped, so that its sender sees the answer.
LINGER_S = 2.0


@dataclass(slots=True)
class Receiver:
    """Accepts deliveries: takes the body in, judges it, has it stored, answers."""

    gate: Gate
    intake: Intake
    keeper: Keeper
    large_bodies: LargeBodies
    clock: Clock = field(default_factory=SystemClock)

    def take_secrets(self, secrets: Secrets) -> None:
        """Judge by these secrets from now on."""
        self.gate = Gate(secrets)

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one delivery: 200 stored, 4xx refused, 503 not stored and to be sent again."""
        started_s = self.clock.monotonic()
        try:
            if self.keeper.is_overloaded():
                return _refuse(WOULD_BE_LATE)
            with self.intake.body(request.content_length) as incoming:
                body = await incoming.read(request.content)
                judged = self.gate.judge(request.headers, body, self.clock.now())
                if isinstance(judged, Refused):
                    return _refuse(judged)
                return await self._store(judged)
        except BodyRefused as refusal:
            return _refuse(refusal.refused)
        finally:
            HOOK_SECONDS.observe(self.clock.monotonic() - started_s)

    async def _store(self, accepted: Accepted) -> web.Response:
        try:
            await self.keeper.keep(await self.large_bodies.set_apart(accepted.event))
        except JournalFull:
            return _refuse(JOURNAL_FULL)
        except JournalBroken:
            return _refuse(NOT_JOURNALED)
        except Retryable:
            return _refuse(NOT_ACKNOWLEDGED)
        except RecordTooLarge:
            return _refuse(TOO_LARGE)
        for count in _counters(accepted.verdict, accepted.secret):
            count()
        return web.Response(status=accepted.status)


def build_receiver(settings: ReceiveSettings, *, keeper: Keeper, blobs: BlobWriter | None = None) -> Receiver:
    """Return the receiver that ``settings`` describe; without ``blobs`` every body goes into its record."""
    return Receiver(
        gate=Gate(secrets_of(settings)),
        intake=Intake(
            max_body_bytes=settings.max_body_bytes,
            max_waiting_bytes=settings.max_waiting_bytes,
            max_waiting=settings.max_waiting,
            read_within_s=settings.read_within_s,
        ),
        keeper=keeper,
        large_bodies=LargeBodies(blobs, settings.record_body_bytes, settings.acknowledge_within_s / 2),
    )


@asynccontextmanager
async def listening(
    producer: Producer, *, settings: ReceiveSettings, blobs: BlobWriter | None = None
) -> AsyncIterator[None]:
    """Listen for deliveries as long as the context is open; those under way are answered before it closes."""
    async with keeper_of(settings, producer) as keeper:
        receiver = build_receiver(settings, keeper=keeper, blobs=blobs)
        runner = _runner(receiver, settings)
        await runner.setup()
        try:
            site = web.TCPSite(runner, settings.host, settings.port, backlog=1024)
            await site.start()
            port = runner.addresses[0][1]
            _log.info("hook receiver listening", host=settings.host, port=port, path=settings.path)
            async with rereading(
                settings, receiver.gate.secrets, receiver.take_secrets, clock=receiver.clock
            ):
                yield
            await site.stop()
            await _emptied(receiver.intake, settings)
        finally:
            await runner.cleanup()


def _runner(receiver: Receiver, settings: ReceiveSettings) -> web.AppRunner:
    app = web.Application()
    app.router.add_post(settings.path, receiver.receive)
    return web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,  # the signature is over the bytes as sent
        keepalive_timeout=settings.keep_alive_s,
        lingering_time=LINGER_S,
        shutdown_timeout=LINGER_S,
    )


async def _emptied(intake: Intake, settings: ReceiveSettings) -> None:
    """Wait for what is under way. aiohttp would not: it drops what arrives once its shutdown has begun."""
    with suppress(TimeoutError):
        async with asyncio.timeout(settings.read_within_s + settings.acknowledge_within_s):
            await intake.emptied()


@lru_cache
def _counters(verdict: str, secret: int) -> Sequence[Callable[[], None]]:
    return HOOKS_ACCEPTED.labels(verdict).inc, HOOKS_BY_SECRET.labels(str(secret)).inc


def _refuse(refused: Refused) -> web.Response:
    HOOKS_REFUSED.labels(refused.reason).inc()
    _log.warning("hook refused", status=refused.status, reason=refused.reason)
    headers = {"Retry-After": RETRY_AFTER_S} if refused.status == 503 else None
    answer = web.Response(status=refused.status, text=refused.sentence, headers=headers)
    if refused in (TOO_SLOW, TOO_LARGE):
        answer.force_close()
    return answer
