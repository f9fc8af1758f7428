"""Every metric of the kit, each a constant. Times in seconds, sizes in bytes, labels from closed lists.

Services name their own with ``counter``, ``gauge`` and ``histogram``, as constants of a module ``metrics``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics import MetricWrapperBase

REGISTRY = CollectorRegistry()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


_ALL: list[MetricWrapperBase] = []


def counter(name: str, what: str, *labels: str) -> Counter:
    """Return the counter ``muniment_<name>``; ``labels`` must take values from closed lists."""
    made = Counter(f"muniment_{name}", what, labels, registry=REGISTRY)
    _ALL.append(made)
    return made


def gauge(name: str, what: str, *labels: str) -> Gauge:
    """Return the gauge ``muniment_<name>``; ``labels`` must take values from closed lists."""
    made = Gauge(f"muniment_{name}", what, labels, registry=REGISTRY)
    _ALL.append(made)
    return made


def histogram(name: str, what: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    """Return the histogram ``muniment_<name>``; ``labels`` must take values from closed lists."""
    made = Histogram(f"muniment_{name}", what, labels, buckets=buckets, registry=REGISTRY)
    _ALL.append(made)
    return made


# Records finished, by how: done, rejected, undecodable, expired, parked (done on the retry topic), or copy
# (of a record parked twice).
RECORDS = counter("records_total", "Records finished, by outcome.", "topic", "partition", "outcome")
# Bytes of received records: keys, values and headers.
RECEIVED_BYTES = counter("received_bytes_total", "Bytes of records received.", "topic", "partition")
# Attempts of handlers, by how they ended: done, retryable, rejected or fault.
ATTEMPTS = counter("attempts_total", "Attempts of handlers, by outcome.", "topic", "outcome")
# How long one attempt of a handler took.
ATTEMPT_SECONDS = histogram("attempt_seconds", "Time one attempt of a handler took.", _FAST, "topic")
# Keys whose records go to the retry topic until those parked there are dealt with.
PARKED_KEYS = gauge("parked_keys", "Keys whose records are parked in the retry topic.", "topic", "partition")
# Records past their lane's retry budget that are still tried again, parked or not.
OVERDUE_RECORDS = gauge("overdue_records", "Records past their lane's retry budget.", "topic")
# Events acknowledged by the broker.
PUBLISHED = counter("published_records_total", "Events published and acknowledged.", "topic")
# Publications that were not acknowledged and are tried again.
PUBLISH_FAILURES = counter("publish_failures_total", "Publications not acknowledged.")
# From sending until all in-sync replicas acknowledged.
PUBLISH_SECONDS = histogram("publish_seconds", "Time until a publication was acknowledged.", _FAST)
# Dead letters written, by why: rejected, undecodable or expired.
DEAD_LETTERS = counter("dead_letters_total", "Dead letters written, by reason.", "topic", "reason")
# Records in memory: waiting, running or between attempts.
WAITING_RECORDS = gauge("waiting_records", "Records in memory, not yet finished.", "topic", "partition")
# Bytes of the records in memory.
WAITING_BYTES = gauge("waiting_bytes", "Bytes of records in memory.", "topic", "partition")
# Partitions assigned to this process.
ASSIGNED_PARTITIONS = gauge("assigned_partitions", "Partitions assigned to this process.")
# Partitions paused because too much waits.
PAUSED_PARTITIONS = gauge("paused_partitions", "Partitions paused because too much waits.")
# Partitions stopped, by why; they need a person: handler_fault, runtime_fault, dead_letter_limit, too_large,
# not_co_partitioned.
STOPPED_PARTITIONS = gauge("stopped_partitions", "Partitions stopped; they need a person.", "topic", "reason")
# Records between the next one to fetch and the end of the partition.
LAG_RECORDS = gauge("lag_records", "Records not yet fetched or not yet finished.", "topic", "partition")
# Age of the oldest record in memory that is not finished; 0 if there is none.
LAG_SECONDS = gauge("lag_seconds", "Age of the oldest unfinished record.", "topic", "partition")
# Commits of offsets, by how they ended: done or failed.
COMMITS = counter("commits_total", "Commits of offsets, by outcome.", "outcome")
# How long a commit of offsets took.
COMMIT_SECONDS = histogram("commit_seconds", "Time a commit of offsets took.", _FAST)
# Assignments taken away, by the group or by losing the broker.
REBALANCES = counter("rebalances_total", "Times partitions were taken away.")
# Attempts to call a peer, by status or by how the way to it failed.
PEER_ATTEMPTS = counter("peer_attempts_total", "Calls to a peer.", "peer", "method", "outcome")
# How long one attempt to call a peer took.
PEER_SECONDS = histogram("peer_attempt_seconds", "Time one call to a peer took.", _FAST, "peer", "method")
# Calls to a peer that are tried again, by why.
PEER_RETRIES = counter("peer_retries_total", "Calls to a peer tried again.", "peer", "reason")
# 1 while the peer's circuit is open: calls are refused at once.
PEER_CIRCUIT_OPEN = gauge("peer_circuit_open", "1 while calls to the peer are refused at once.", "peer")
# How many calls to the peer are allowed at once.
PEER_CONCURRENCY_LIMIT = gauge("peer_concurrency_limit", "Calls to the peer allowed at once.", "peer")
# How many calls to the peer are under way.
PEER_IN_FLIGHT = gauge("peer_in_flight", "Calls to the peer under way.", "peer")

ProcessCollector(registry=REGISTRY)


@dataclass(frozen=True, slots=True)
class MetricDescription:
    """One metric as the reference page shows it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    description: str


def catalogue() -> list[MetricDescription]:
    """Return what every metric named so far says of itself, by name."""
    return sorted((_described(metric) for metric in _ALL), key=lambda described: described.name)


def exposition() -> bytes:
    """Return all metrics in the Prometheus text format."""
    return generate_latest(REGISTRY)


def value(name: str, **labels: str) -> float:
    """Return a sample's current value, 0 if it was never set: for tests and for people at a console."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Tally:
    """Observations of one histogram child, counted by hand and handed over by ``flush``.

    For what happens to every record: a fifth of the cost of observing each by itself.
    """

    __slots__ = ("_bounds", "_child", "_counts", "_sum")

    def __init__(self, child: Histogram) -> None:
        self._child = child
        self._bounds = tuple(child._upper_bounds)
        self._counts = [0] * len(self._bounds)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count ``value`` in its bucket."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def flush(self) -> None:
        """Hand over what was counted since the last time."""
        for bucket, count in enumerate(self._counts):
            if count:
                self._child._buckets[bucket].inc(count)
                self._counts[bucket] = 0
        self._child._sum.inc(self._sum)
        self._sum = 0.0


class PeerMetrics:
    """Counts what happens on the way to peers; an observer for ``muniment_kit.http.Peer``."""

    def attempt(self, peer: str, method: str, outcome: str, elapsed_s: float) -> None:
        PEER_ATTEMPTS.labels(peer, method, outcome).inc()
        PEER_SECONDS.labels(peer, method).observe(elapsed_s)

    def retry(self, peer: str, reason: str) -> None:
        PEER_RETRIES.labels(peer, reason).inc()

    def circuit(self, peer: str, state: str) -> None:
        PEER_CIRCUIT_OPEN.labels(peer).set(1 if state == "open" else 0)

    def concurrency(self, peer: str, limit: int, in_flight: int) -> None:
        PEER_CONCURRENCY_LIMIT.labels(peer).set(limit)
        PEER_IN_FLIGHT.labels(peer).set(in_flight)


def _described(metric: MetricWrapperBase) -> MetricDescription:
    family = next(iter(metric.describe()))
    name = f"{family.name}_total" if family.type == "counter" else family.name
    return MetricDescription(name, family.type, tuple(metric._labelnames), family.documentation)
