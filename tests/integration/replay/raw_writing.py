"""Writing as no service of ours does: in transactions, at times of any order; deleting as retention does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from muniment_contracts.events import Event
from muniment_contracts.headers import to_record


@asynccontextmanager
async def _producer(kafka: str, **options: Any) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, **options)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def write_in_transactions(
    kafka: str, topic: str, events: Sequence[Event[Any]], *, name: str, abort_every: int
) -> None:
    """Write each event in its own transaction; every ``abort_every``th first in one that aborts."""
    async with _producer(kafka, transactional_id=name) as producer:
        for number, event in enumerate(events, start=1):
            key, value, headers = to_record(event)
            if number % abort_every == 0:
                await producer.begin_transaction()
                await producer.send_and_wait(topic, value, key, headers=headers)
                await producer.abort_transaction()
            async with producer.transaction():
                await producer.send_and_wait(topic, value, key, headers=headers)


async def write_at(kafka: str, topic: str, events: Sequence[tuple[int, Event[Any]]]) -> None:
    """Write events with times of their own, in ms since 1970."""
    async with _producer(kafka) as producer:
        for time_ms, event in events:
            key, value, headers = to_record(event)
            await producer.send_and_wait(topic, value, key, headers=headers, timestamp_ms=time_ms)


async def delete_before(kafka: str, topic: str, partition: int, offset: int) -> None:
    """Delete what is before ``offset``, as retention would."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(topic, partition): RecordsToDelete(before_offset=offset)})
    finally:
        await admin.close()
