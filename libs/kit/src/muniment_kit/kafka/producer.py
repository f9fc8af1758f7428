"""Writing to Kafka: idempotent, acknowledged by all in-sync replicas, without lingering.

How aiokafka 0.14 behaves, as read in its source, and what follows from it here:

- An idempotent producer retries a batch until the broker takes it. So ``send`` waits as long as the broker is
  away; who cannot wait sets a timeout of their own, and the record may still arrive.
- A batch that fails for good leaves a hole in the sequence numbers, and the broker then refuses every later
  batch of the partition. So after any failure the producer is replaced by a new one with its own numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from functools import partial

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from muniment_kit import log
from muniment_kit.broker import BrokerUnavailable, TopicsMissing
from muniment_kit.kafka.asking import unavailable
from muniment_kit.kafka.connection import connection_options
from muniment_kit.kafka.outbox import Error, Outbox, Sending
from muniment_kit.producer import PublishFailed, RecordTooLarge
from muniment_kit.records import OutgoingRecord, TopicPartition
from muniment_kit.settings import KitSettings

logger = log.logger(__name__)

_BATCH_BYTES = 256 * 1024
_STOP_S = 5.0
_SENDER_S = 0.2


class KafkaProducer:
    """Writes records; several may be under way at the same time."""

    def __init__(self, settings: KitSettings) -> None:
        self._settings = settings
        self._record_bytes = settings.record_bytes
        self._producer: AIOKafkaProducer | None = None
        self._outbox: Outbox | None = None
        self._unconnected: list[Sending] = []  # they wait for a producer
        self._alone: set[TopicPartition] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_started = False
        self._replacing = asyncio.Lock()

    async def start(self, needed_topics: Collection[str]) -> None:
        """Connect, and see that the topics exist. Raises ``BrokerUnavailable`` or ``TopicsMissing``."""
        producer = await self._connect()
        try:
            async with asyncio.timeout(self._settings.request_timeout_s):
                metadata = await producer.client.fetch_all_metadata()
        except (KafkaError, TimeoutError, OSError) as error:
            await _close(producer)
            raise unavailable(error) from error
        if missing := set(needed_topics) - metadata.topics():
            await _close(producer)
            raise TopicsMissing(missing)
        self._adopt(producer)
        self._is_started = True

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Return once every record is acknowledged. Raises ``PublishFailed`` or ``RecordTooLarge``."""
        if not records:
            return
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        handed = self.hand_over(records, partial(_tell, outcome))
        try:
            await outcome
        except asyncio.CancelledError:
            handed.withdraw()
            raise

    def hand_over(
        self, records: Sequence[OutgoingRecord], settled: Callable[[Error | None], None]
    ) -> Sending:
        """Take ``records``; see ``RecordOutlet.hand_over``."""
        sending = Sending(records, settled)
        refusal: Error | None = None
        if too_large := [record.topic for record in records if _is_larger(record, self._record_bytes)]:
            refusal = RecordTooLarge(too_large)
        elif not self._is_started:
            refusal = PublishFailed("Kafka has not answered since the start.")
        if refusal is not None:
            asyncio.get_running_loop().call_soon(sending.fail, refusal)
        elif self._outbox is not None and not self._unconnected:
            self._outbox.put(sending)
        else:
            self._put_when_connected(sending)
        return sending

    async def ask(self) -> None:
        """Return when the broker has answered. Raises ``BrokerUnavailable``; may take long, so bound it."""
        try:
            producer = self._producer or await self._reconnect()
            answered = await producer.client.force_metadata_update()
        except (KafkaError, OSError, PublishFailed) as error:
            raise unavailable(error) from error
        if not answered:
            raise BrokerUnavailable("Kafka does not answer.")

    async def stop(self) -> None:
        """Wait for what is under way, within reason, and close."""
        self._is_started = False
        if self._outbox is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_S):
                    await self._outbox.emptied()
        if self._tasks:
            await asyncio.wait(self._tasks)
        producer, outbox, self._producer, self._outbox = self._producer, self._outbox, None, None
        if outbox is not None:
            outbox.close()
        if producer is not None:
            await _close(producer)

    def _adopt(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._outbox = Outbox(producer, failed=partial(self._replace, producer), alone=self._alone)

    def _replace(self, failed: AIOKafkaProducer) -> None:
        if self._producer is failed:
            self._producer = self._outbox = None
            logger.warning("producer replaced after a failure")
            self._begin(_close(failed, flush=False))

    def _put_when_connected(self, sending: Sending) -> None:
        if not self._unconnected:
            self._begin(self._put_unconnected())
        self._unconnected.append(sending)

    async def _put_unconnected(self) -> None:
        refusal: PublishFailed | None = None
        try:
            await self._reconnect()
        except PublishFailed as error:
            refusal = error
        unconnected, self._unconnected = self._unconnected, []
        for sending in unconnected:
            if self._outbox is not None:
                self._outbox.put(sending)
            else:
                sending.fail(refusal or PublishFailed("Kafka went away again."))

    async def _reconnect(self) -> AIOKafkaProducer:
        async with self._replacing:
            if self._producer is None:
                try:
                    self._adopt(await self._connect())
                except BrokerUnavailable as error:
                    raise PublishFailed(str(error)) from error
            return self._producer

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **connection_options(self._settings, client_id="muniment"),
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=_BATCH_BYTES,
            max_request_size=self._settings.record_bytes,
        )
        try:
            async with asyncio.timeout(self._settings.request_timeout_s):
                await producer.start()
        except (KafkaError, TimeoutError, OSError) as error:
            await _close(producer, flush=False)
            raise unavailable(error) from error
        except asyncio.CancelledError:
            await _close(producer, flush=False)
            raise
        return producer


async def _close(producer: AIOKafkaProducer, *, flush: bool = True) -> None:
    if flush:
        try:
            async with asyncio.timeout(_STOP_S):
                await producer.stop()
        except (KafkaError, TimeoutError, OSError) as error:
            logger.warning("producer closed with records under way", error=type(error).__name__)
        else:
            return
    # stop() flushes and may wait for ever; these are its other parts. The sender ends first: it puts batches
    # back that were not acknowledged, and stumbles over those that have failed meanwhile.
    producer._closed = True
    await _end(producer._sender.sender_task)
    await producer.client.close()
    producer._message_accumulator.fail_all(KafkaError("The producer was closed."))


async def _end(sender: asyncio.Task[None] | None) -> None:
    """Cancel the sender until it ends: once is not enough, as it then waits for requests under way."""
    while sender is not None and not sender.done():
        sender.cancel()
        await asyncio.wait([sender], timeout=_SENDER_S)


def _tell(outcome: asyncio.Future[None], error: Error | None) -> None:
    if outcome.done():
        return
    if error is None:
        outcome.set_result(None)
    else:
        outcome.set_exception(error)


def _is_larger(record: OutgoingRecord, limit_bytes: int) -> bool:
    """Say whether ``record`` is larger; one that is so by its headers alone the broker will refuse."""
    if len(record.value or b"") + len(record.key or b"") < limit_bytes // 2:
        return False
    headers = list(record.headers)
    size = DefaultRecordBatchBuilder.estimate_size_in_bytes(record.key, record.value, headers)
    return int(size) > limit_bytes
