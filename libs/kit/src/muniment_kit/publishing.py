"""From the events a handler returned to records on their way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from muniment_contracts.codec import Codec, default_codec
from muniment_contracts.events import Event
from muniment_contracts.headers import to_record
from muniment_contracts.topics import Topic
from muniment_kit import spans
from muniment_kit.crash_points import CrashPoint, passing
from muniment_kit.errors import MunimentError
from muniment_kit.producer import RecordProducer
from muniment_kit.records import OutgoingRecord


class UndeclaredTopic(MunimentError):
    """An event goes to a topic that its service does not say it publishes: a fault of ours."""


class EventEncoder:
    """Turns events into records for the topics a service declared."""

    def __init__(
        self, publishes: Collection[Topic], *, topic_prefix: str, codec: Codec | None = None
    ) -> None:
        self._codec = codec or default_codec()
        self._physical = {topic: f"{topic_prefix}{topic}" for topic in publishes}

    def encode(self, event: Event[Any]) -> OutgoingRecord:
        """Return the record of ``event``. Raises ``UndeclaredTopic`` or ``UnencodableEvent``."""
        physical = self._physical.get(event.topic)
        if physical is None:
            raise UndeclaredTopic(f"The service must declare that it publishes {event.topic}.")
        key, value, headers = to_record(event, codec=self._codec)
        return OutgoingRecord(physical, key, value, headers)


class EventProducer:
    """Publishes events through a record producer."""

    def __init__(self, producer: RecordProducer, encoder: EventEncoder) -> None:
        self._producer = producer
        self._encoder = encoder

    async def publish(self, events: Sequence[Event[Any]]) -> None:
        """Return once every event is acknowledged by all in-sync replicas.

        Raises ``PublishFailed`` or ``RecordTooLarge``.
        """
        if spans.active is not None:
            events = spans.active.published(events)
        records = [self._encoder.encode(event) for event in events]
        passing(CrashPoint.BEFORE_PUBLISH)
        await self._producer.send(records)
        passing(CrashPoint.AFTER_PUBLISH)
