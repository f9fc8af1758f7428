"""One partition as long as one assignment lasts: its lanes, offsets, limit, and how it is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from muniment_kit import metrics
from muniment_kit.dead_letters import DeadLetterLimit
from muniment_kit.lanes import ONE, BatchBounds, PartitionLanes
from muniment_kit.offsets import OffsetTracker
from muniment_kit.parking import ParkedKeys
from muniment_kit.parking_slip import ParkingSlip, slip_of
from muniment_kit.records import OutgoingRecord, Record, TopicPartition, size_bytes
from muniment_kit.routes import Route
from muniment_kit.settings import KitSettings
from muniment_kit.stops import Stop


@dataclass(slots=True, eq=False)
class Arrival:
    """A record in memory, the assignment it came with, and its slip if it was parked."""

    partition: Partition
    record: Record
    size_bytes: int
    slip: ParkingSlip | None = None

    @property
    def key(self) -> Hashable:
        """The lane's key; a record without one has a lane for itself."""
        key = self.record.key
        return self.record.offset if key is None else key


class Partition:
    """What an assignment of one partition knows. A new assignment is a new object.

    So an answer that comes after revocation ends up in an object nobody commits from.
    """

    is_retry = False

    def __init__(self, id: TopicPartition, route: Route, settings: KitSettings, parked: ParkedKeys) -> None:
        self.id = id
        self.route = route
        self.parked = parked
        batches = BatchBounds(settings.coalesce_records, settings.coalesce_bytes)
        self.lanes: PartitionLanes[Arrival] = PartitionLanes(id, batches if route.is_coalesced else ONE)
        self.offsets = OffsetTracker()
        self.limit = DeadLetterLimit(
            in_a_row=settings.dead_letters_in_a_row,
            share=settings.dead_letters_share,
            window=settings.dead_letters_window,
        )
        self.stopped: Stop | None = None
        self.is_given_back = False
        self.seen = PartitionMetrics(route.label, id.partition)

    def arrivals(self, records: Sequence[Record]) -> list[Arrival]:
        """Note that ``records`` were received, and return them as what waits in lanes."""
        arrivals = []
        total_bytes = 0
        for record in records:
            size = size_bytes(record)
            total_bytes += size
            self.offsets.receive(record.offset, record.timestamp)
            arrivals.append(Arrival(self, record, size))
        self.seen.received_bytes.inc(total_bytes)
        return arrivals

    def finish(self, arrivals: Sequence[Arrival]) -> None:
        """Note that ``arrivals``, all of one key, are dealt with."""
        for arrival in arrivals:
            self.offsets.finish(arrival.record.offset)

    def observe(self, now_ms: float, behind: int | None) -> None:
        """Set the gauges; ``behind`` is how many records the broker has beyond those delivered, if known."""
        oldest_ms = self.offsets.oldest_timestamp_ms
        self.seen.waiting_records.set(self.lanes.records)
        self.seen.waiting_bytes.set(self.lanes.size_bytes)
        self.seen.lag_seconds.set(0.0 if oldest_ms is None else max(0.0, (now_ms - oldest_ms) / 1000))
        if behind is not None:
            self.seen.lag_records.set(behind + self.offsets.unfinished)
        if not self.is_retry:
            self.seen.parked_keys.set(len(self.parked))

    @property
    def is_running(self) -> bool:
        """Whether a worker has anything of it in hand."""
        return self.lanes.running > 0


class RetryPartition(Partition):
    """A partition of parked records: some that it delivers are copies, which are finished unseen."""

    is_retry = True

    def arrivals(self, records: Sequence[Record]) -> list[Arrival]:
        """Note that ``records`` were received, and return those to be handled."""
        arrivals = []
        for record in records:
            size = size_bytes(record)
            self.seen.received_bytes.inc(size)
            self.offsets.receive(record.offset, record.timestamp)
            slip = slip_of(record)
            arrival = Arrival(self, record, size, slip)
            if self.parked.comes_back(arrival.key, None if slip is None else slip.origin.offset):
                arrivals.append(arrival)
            else:
                self.offsets.finish(record.offset)
                self.seen.note_finished("copy", 1)
        return arrivals

    def finish(self, arrivals: Sequence[Arrival]) -> None:
        """Note that ``arrivals`` are dealt with; their key may be free now."""
        super().finish(arrivals)
        self.parked.finished(arrivals[0].key, len(arrivals))


class PartitionMetrics:
    """The metrics of one partition, looked up once."""

    def __init__(self, topic: str, partition: int) -> None:
        self.topic = topic
        self._labels = (topic, str(partition))
        self.done_records = self.done_attempts = 0
        self.received_bytes = metrics.RECEIVED_BYTES.labels(*self._labels)
        self.finished = {
            outcome: metrics.RECORDS.labels(*self._labels, outcome)
            for outcome in ("done", "rejected", "undecodable", "expired", "parked", "copy")
        }
        self.attempts = {
            outcome: metrics.ATTEMPTS.labels(topic, outcome)
            for outcome in ("done", "retryable", "rejected", "fault")
        }
        self.attempt_seconds = metrics.Tally(metrics.ATTEMPT_SECONDS.labels(topic))
        self.publish_seconds = metrics.Tally(metrics.PUBLISH_SECONDS)
        self._published: Counter[str] = Counter()
        self.waiting_records = metrics.WAITING_RECORDS.labels(*self._labels)
        self.waiting_bytes = metrics.WAITING_BYTES.labels(*self._labels)
        self.parked_keys = metrics.PARKED_KEYS.labels(*self._labels)
        self.lag_records = metrics.LAG_RECORDS.labels(*self._labels)
        self.lag_seconds = metrics.LAG_SECONDS.labels(*self._labels)

    def note_finished(self, outcome: str, count: int) -> None:
        """Count records that were finished as ``outcome``."""
        if outcome == "done":
            self.done_records += count
        else:
            self.finished[outcome].inc(count)

    def note_published(self, records: Sequence[OutgoingRecord]) -> None:
        """Count events that were acknowledged."""
        for record in records:
            self._published[record.topic] += 1

    def flush(self) -> None:
        """Hand over what was counted by hand, because it happens to every record."""
        self.finished["done"].inc(self.done_records)
        self.attempts["done"].inc(self.done_attempts)
        self.attempt_seconds.flush()
        self.publish_seconds.flush()
        for published_on, count in self._published.items():
            metrics.PUBLISHED.labels(published_on).inc(count)
        self._published.clear()
        self.done_records = self.done_attempts = 0

    def forget(self) -> None:
        """Take the gauges away: another process reports on this partition now."""
        self.flush()
        for gauge in (
            metrics.WAITING_RECORDS,
            metrics.WAITING_BYTES,
            metrics.PARKED_KEYS,
            metrics.LAG_RECORDS,
            metrics.LAG_SECONDS,
        ):
            gauge.remove(*self._labels)
