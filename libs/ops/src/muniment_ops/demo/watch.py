"""Looks on while the morning goes through: what has been received, rendered and filed, and how fast."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from muniment_contracts.bodies import DocumentFiled, HookReceived
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic, dead_letter_topic, describe
from muniment_kit.kafka.follower import Follower
from muniment_kit.records import Record
from muniment_kit.settings import KitSettings

LATEST = 8


@dataclass(slots=True)
class Progress:
    """Counts and times, filled from the topics themselves. Latencies are in milliseconds.

    A document's latency runs from the moment its hook was received until Kafka took the receipt that proves
    the read-back; only a first filing counts.
    """

    hooks: int = 0
    produced: int = 0
    filed: int = 0
    confirmed: int = 0
    dead_letters: int = 0
    latest: deque[DocumentFiled] = field(default_factory=lambda: deque(maxlen=LATEST))
    latencies_ms: list[float] = field(default_factory=list)
    _received_ms: dict[str, float] = field(default_factory=dict)
    _untimed: list[tuple[str, float]] = field(default_factory=list)

    def percentile_ms(self, percent: int) -> float | None:
        """Return the latency ``percent`` of all documents stayed within, ``None`` before the second."""
        if len(self.latencies_ms) < 2:
            return None
        return quantiles(self.latencies_ms, n=100, method="inclusive")[percent - 1]

    def see(self, record: Record) -> None:
        """Count one record of any of the topics."""
        if ".dlq." in record.topic:
            self.dead_letters += 1
        elif record.topic == Topic.DOCUMENTS_PRODUCED:
            self.produced += 1
        elif record.topic == Topic.SHOPIFY_HOOKS:
            self._see_hook(event_from(Topic.SHOPIFY_HOOKS, record.key, record.value, record.headers))
        else:
            self._see_receipt(
                event_from(Topic.ARCHIVE_RECEIPTS, record.key, record.value, record.headers), record.timestamp
            )

    def settle(self) -> None:
        """Time the documents whose hook was read after them: topics are read side by side."""
        waiting, self._untimed = self._untimed, []
        for correlation_id, filed_ms in waiting:
            self._time(correlation_id, filed_ms)

    def _see_hook(self, event: Event[HookReceived]) -> None:
        self.hooks += 1
        self._received_ms.setdefault(event.correlation_id, event.body.received_at.timestamp() * 1000)

    def _see_receipt(self, event: Event[DocumentFiled], written_ms: float) -> None:
        if event.body.outcome != "filed":
            self.confirmed += 1
            return
        self.filed += 1
        self.latest.append(event.body)
        self._time(event.correlation_id, written_ms)

    def _time(self, correlation_id: str, filed_ms: float) -> None:
        received_ms = self._received_ms.get(correlation_id)
        if received_ms is None:
            self._untimed.append((correlation_id, filed_ms))
        else:
            self.latencies_ms.append(filed_ms - received_ms)


def watched_topics() -> Sequence[str]:
    """Return the topics that tell how far things are, every dead-letter topic among them."""
    dead = [dead_letter_topic(topic, service) for topic in Topic for service in describe(topic).consumers]
    return [Topic.SHOPIFY_HOOKS, Topic.DOCUMENTS_PRODUCED, Topic.ARCHIVE_RECEIPTS, *dead]


def follower_of(kit: KitSettings) -> Follower:
    """Return the reader of the watched topics."""
    return Follower(kit, topics=watched_topics(), name="muniment-demo")


async def look(follower: Follower, progress: Progress, *, timeout_s: float = 0.2) -> int:
    """Count what has come since the last look, and return how many records that were."""
    records = await follower.poll(timeout_s=timeout_s)
    for record in records:
        progress.see(record)
    progress.settle()
    return len(records)
