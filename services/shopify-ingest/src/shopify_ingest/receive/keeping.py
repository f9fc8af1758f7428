"""Where an accepted hook becomes durable before it is answered: in Kafka, or in the journal.

Kafka is tried first. As soon as one hook is not acknowledged in time, that one and all that came after it go
to the journal, in their order, and so does every new one, until Kafka has taken the whole journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Protocol

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.backoff import Backoff
from muniment_kit.clock import Clock, SystemClock
from muniment_kit.log import logger
from muniment_kit.producer import Producer, PublishFailed, RecordTooLarge
from shopify_ingest.metrics import HOOKS_JOURNALED
from shopify_ingest.receive.forecast import Forecast
from shopify_ingest.receive.hook_payloads import event_in, payload_of
from shopify_ingest.receive.journal import Batch, Journal
from shopify_ingest.receive.publishing import Flight, Publishing, Waiting
from shopify_ingest.settings import ReceiveSettings

_log = logger(__name__)

_DRAIN_BYTES = 1024 * 1024
_CLOSE_AT = 500
_LEAVE_S = 3.0
_TELL_EVERY = 60
_BACKOFF = Backoff(base_s=0.2, cap_s=2.0)


class Keeper(Protocol):
    """Makes hooks durable."""

    def is_overloaded(self) -> bool:
        """Say whether a hook that came now would probably not be durable in time."""

    async def keep(self, event: Event[HookReceived]) -> None:
        """Return once the hook is durable. Raises ``Retryable`` if it is not, or ``RecordTooLarge``."""


class KafkaKeeper:
    """Keeps hooks in Kafka, or not at all."""

    def __init__(self, producer: Producer, *, within_s: float, clock: Clock) -> None:
        self._clock = clock
        self._forecast = Forecast(within_s)
        self._publishing = Publishing(producer, self._forecast, within_s, self._give_up, clock)

    def is_overloaded(self) -> bool:
        """Say whether Kafka would probably not acknowledge in time."""
        return self._forecast.is_late(self._clock.monotonic())

    async def keep(self, event: Event[HookReceived]) -> None:
        """Return once Kafka has acknowledged."""
        waiting = Waiting(event, asyncio.get_running_loop().create_future())
        self._publishing.submit(waiting)
        await waiting.answer

    def _give_up(self, flight: Flight) -> None:
        for waiting in self._publishing.take_back(flight):
            waiting.settle(PublishFailed("Kafka did not acknowledge in time."))


class JournaledKeeper:
    """Keeps hooks in Kafka, and in the journal while Kafka does not acknowledge within ``patience_s``."""

    def __init__(self, producer: Producer, journal: Journal, *, patience_s: float, clock: Clock) -> None:
        self._producer = producer
        self._journal = journal
        self._patience_s = patience_s
        self._clock = clock
        self._publishing = Publishing(producer, Forecast(patience_s), patience_s, self._to_the_journal, clock)
        self._is_journaling = False
        self._held: asyncio.TimerHandle | None = None
        self._draining: asyncio.Task[None] | None = None

    def is_overloaded(self) -> bool:
        """Say no: what Kafka does not take in time goes to the journal, which says when it is full."""
        return False

    async def keep(self, event: Event[HookReceived]) -> None:
        """Return once Kafka has acknowledged, or the disk has it."""
        waiting = Waiting(event, asyncio.get_running_loop().create_future())
        if self._is_journaling:
            self._write(waiting)
        else:
            self._publishing.submit(waiting)
        await waiting.answer

    @asynccontextmanager
    async def draining(self, *, leave_within_s: float) -> AsyncIterator[None]:
        """Empty the journal of before while the context is open, and at its end as far as time allows."""
        if self._journal.waiting:
            self._begin_journaling("hooks of before are in the journal")
        try:
            yield
        finally:
            if (draining := self._draining) is not None:
                await asyncio.wait([draining], timeout=leave_within_s)
                draining.cancel()
                await asyncio.wait([draining])

    def _to_the_journal(self, _: Flight) -> None:
        self._begin_journaling("Kafka did not acknowledge in time")

    def _begin_journaling(self, why: str) -> None:
        if self._held is not None:
            self._held.cancel()
            self._held = None
        self._is_journaling = True
        _log.warning("hooks go to the journal", reason=why)
        for waiting in self._publishing.take_back_all():
            self._write(waiting)
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())

    def _write(self, waiting: Waiting) -> None:
        if waiting.answer.done():
            return
        try:
            self._journal.append(payload_of(waiting.event), waiting.answer)
        except Exception as trouble:  # noqa: BLE001 - raised where the hook is answered; the others go on
            waiting.settle(trouble)
        else:
            HOOKS_JOURNALED.inc()

    async def _drain(self) -> None:
        """Publish the journal's hooks in order until none is left, and let new ones go to Kafka again."""
        count = attempt = 0
        random = Random()  # noqa: S311 - jitter needs no secrets
        while True:
            try:
                batch = await self._journal.oldest(max_bytes=_DRAIN_BYTES)
                if batch is None:
                    break
                await self._publish(batch)
                await self._journal.remove(batch)
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the hooks must stay and be tried again
                attempt += 1
                if attempt % _TELL_EVERY == 1:
                    _log.warning(
                        "the journal is not emptied yet", error=type(trouble).__name__, reason=str(trouble)
                    )
                if self._held is not None:
                    self._begin_journaling("Kafka did not take the journal")
                await self._clock.sleep(_BACKOFF.delay(attempt, random))
                continue
            attempt = 0
            count += len(batch.payloads)
            if self._is_journaling and self._journal.waiting <= _CLOSE_AT:
                self._hold_new_ones()
        self._draining = None
        self._end_journaling(count)

    async def _publish(self, batch: Batch) -> None:
        try:
            await self._producer.publish([event_in(payload) for payload in batch.payloads])
        except RecordTooLarge:
            await self._publish_singly(batch)

    async def _publish_singly(self, batch: Batch) -> None:
        """Set aside what Kafka will never take, or nothing behind it would get there; publish the others."""
        for payload in batch.payloads:
            try:
                await self._producer.publish([event_in(payload)])
            except RecordTooLarge:
                await self._journal.keep_apart(payload)

    def _hold_new_ones(self) -> None:
        """Let new hooks wait for the few that are left, or the journal would never be empty under load."""
        self._is_journaling = False
        self._publishing.hold()
        self._held = asyncio.get_running_loop().call_later(
            self._patience_s, self._begin_journaling, "Kafka did not take the rest of the journal in time"
        )

    def _end_journaling(self, count: int) -> None:
        if self._held is not None:
            self._held.cancel()
            self._held = None
        self._is_journaling = False
        _log.info("the journal is empty, hooks go to Kafka", hooks=count)
        self._publishing.release()


@asynccontextmanager
async def keeper_of(
    settings: ReceiveSettings, producer: Producer, *, clock: Clock | None = None
) -> AsyncIterator[Keeper]:
    """Yield what ``settings`` describe: with a journal if they name a folder, which is ours until the end.

    Raises ``JournalInUse``, or ``OSError`` when the folder cannot be used.
    """
    clock = clock or SystemClock()
    if not settings.journal:
        yield KafkaKeeper(producer, within_s=settings.acknowledge_within_s, clock=clock)
        return
    journal = await Journal.open(
        Path(settings.journal),
        max_bytes=settings.journal_bytes,
        write_within_s=settings.acknowledge_within_s,
    )
    try:
        keeper = JournaledKeeper(producer, journal, patience_s=settings.journal_after_s, clock=clock)
        async with keeper.draining(leave_within_s=_LEAVE_S):
            yield keeper
    finally:
        await journal.close()
