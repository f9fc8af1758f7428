"""Metrics: one place, sound names, bounded labels, and hand-kept counts that come out the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.metrics import MetricWrapperBase

from muniment_kit import metrics

_ALLOWED_LABELS = {"topic", "partition", "outcome", "reason", "peer", "method"}


def kit_metrics() -> list[metrics.MetricDescription]:
    """What the kit's own constants say of themselves; services imported before us have added theirs."""
    own = {
        next(iter(constant.describe())).name
        for constant in vars(metrics).values()
        if isinstance(constant, MetricWrapperBase)
    }
    return [metric for metric in metrics.catalogue() if metric.name.removesuffix("_total") in own]


def test_every_metric_is_described_in_a_unit() -> None:
    for metric in metrics.catalogue():
        assert metric.name.startswith("muniment_")
        assert metric.description.endswith(".")
        if metric.kind == "histogram":
            assert metric.name.endswith(("_seconds", "_bytes"))
        if metric.kind == "counter":
            assert metric.name.endswith("_total")


def test_the_kits_metrics_have_labels_from_closed_lists() -> None:
    assert len(kit_metrics()) > 20
    for metric in kit_metrics():
        assert set(metric.labels) <= _ALLOWED_LABELS


def test_every_metric_constant_has_a_comment_of_its_own() -> None:
    source = Path(metrics.__file__).read_text()
    defined = re.findall(r"^(# .*\n)?([A-Z_]+) = _?(?:counter|gauge|histogram)\(", source, re.MULTILINE)
    assert len(defined) == len(kit_metrics())
    assert [name for comment, name in defined if not comment] == []


def test_a_tally_comes_out_as_if_each_value_had_been_observed() -> None:
    registry = CollectorRegistry()
    one = Histogram("one", "One.", buckets=(1, 2, 5), registry=registry)
    other = Histogram("other", "Other.", buckets=(1, 2, 5), registry=registry)
    tally = metrics.Tally(other)
    for value in (0.0, 1.0, 1.5, 2.0, 4.9, 5.0, 7.0, 100.0):
        one.observe(value)
        tally.observe(value)
    tally.flush()
    tally.flush()
    for bound in ("1.0", "2.0", "5.0", "+Inf"):
        expected = registry.get_sample_value("one_bucket", {"le": bound})
        assert registry.get_sample_value("other_bucket", {"le": bound}) == expected
    assert registry.get_sample_value("other_sum") == pytest.approx(registry.get_sample_value("one_sum"))


def test_the_exposition_is_text_that_prometheus_reads() -> None:
    metrics.PUBLISH_FAILURES.inc()
    assert b"# TYPE muniment_publish_failures_total counter" in metrics.exposition()


def test_peers_are_counted_by_their_observer() -> None:
    observer = metrics.PeerMetrics()
    observer.attempt("a-peer", "GET", "200", 0.2)
    observer.circuit("a-peer", "open")
    observer.concurrency("a-peer", 7, 3)
    observer.retry("a-peer", "timeout")
    assert metrics.value("muniment_peer_attempts_total", peer="a-peer", method="GET", outcome="200") == 1
    assert metrics.value("muniment_peer_circuit_open", peer="a-peer") == 1
    observer.circuit("a-peer", "closed")
    assert metrics.value("muniment_peer_circuit_open", peer="a-peer") == 0
    assert metrics.value("muniment_peer_concurrency_limit", peer="a-peer") == 7
