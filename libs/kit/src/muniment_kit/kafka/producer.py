"""Writing to Kafka: idempotent, acknowledged by all in-sync replicas, without lingering.

How aiokafka 0.14 behaves, as read in its source, and what follows from it here:

- An idempotent producer retries a batch until the broker takes it. So ``send`` waits as long as the broker is
  away; who cannot wait sets a timeout of their own, and the record may still arrive.
- A batch that fails for good leaves a hole in the sequence numbers, and the broker then refuses every later
  batch of the partition. So after any failure the producer is replaced by a new one with its own numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from muniment_kit import log
from muniment_kit.broker import BrokerUnavailable, TopicsMissing
from muniment_kit.kafka.asking import unavailable
from muniment_kit.kafka.connection import connection_options
from muniment_kit.producer import PublishFailed, RecordTooLarge
from muniment_kit.records import OutgoingRecord
from muniment_kit.settings import KitSettings

logger = log.logger(__name__)

_BATCH_BYTES = 256 * 1024
_STOP_S = 5.0
_SENDER_S = 0.2


class KafkaProducer:
    """Writes records; several may be under way at the same time."""

    def __init__(self, settings: KitSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
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
        self._producer = producer
        self._is_started = True

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Return once every record is acknowledged. Raises ``PublishFailed`` or ``RecordTooLarge``."""
        producer = self._producer
        if producer is None:
            if not self._is_started:
                raise PublishFailed("Kafka has not answered since the start.")
            producer = await self._reconnect()
        acknowledgements = []
        try:
            for record in records:
                headers = list(record.headers)
                sent = await producer.send(
                    record.topic, record.value, record.key, record.partition, headers=headers
                )
                acknowledgements.append(sent)
            for acknowledgement in acknowledgements:
                await acknowledgement
            acknowledgements.clear()  # none is left to be looked at below
        except (MessageSizeTooLargeError, RecordListTooLargeError):
            await self._replace(producer)
            raise RecordTooLarge({record.topic for record in records}) from None
        except KafkaError as error:
            await self._replace(producer)
            raise PublishFailed(f"Kafka did not acknowledge ({type(error).__name__}).") from error
        finally:
            for acknowledgement in acknowledgements:
                acknowledgement.add_done_callback(_retrieve)

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
        producer, self._producer = self._producer, None
        if producer is not None:
            await _close(producer)

    async def _replace(self, failed: AIOKafkaProducer) -> None:
        if self._producer is failed:
            self._producer = None
            logger.warning("producer replaced after a failure")
            await _close(failed, flush=False)

    async def _reconnect(self) -> AIOKafkaProducer:
        async with self._replacing:
            if self._producer is None:
                try:
                    self._producer = await self._connect()
                except BrokerUnavailable as error:
                    raise PublishFailed(str(error)) from error
            return self._producer

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


def _retrieve(acknowledgement: asyncio.Future[object]) -> None:
    if not acknowledgement.cancelled():
        acknowledgement.exception()  # seen: several may have failed, and one of them was raised
