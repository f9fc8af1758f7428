"""Whatever a producer may rightly say comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given

from muniment_contracts import Body, Event, decode, encode, event_from, to_headers, to_record
from muniment_contracts.examples import event_from_json, event_to_json
from tests.builders.events import order_change
from tests.contract.contracts.strategies import bodies, events


@given(bodies())
def test_any_body_comes_back_from_its_value(body: Body) -> None:
    assert decode(encode(body), type(body)) == body


@given(events())
def test_any_event_comes_back_from_its_record(event: Event[Any]) -> None:
    key, value, headers = to_record(event)
    assert event_from(event.topic, key, value, headers) == event


@given(events())
def test_same_event_gives_the_same_record(event: Event[Any]) -> None:
    key, value, headers = to_record(event)
    assert to_record(event_from(event.topic, key, value, headers)) == (key, value, headers)


@given(events())
def test_any_event_comes_back_from_its_example_file(event: Event[Any]) -> None:
    assert event_from_json(event.topic, event_to_json(event)) == event


def test_headers_are_cloud_events_in_binary_mode() -> None:
    event = order_change("order.paid")
    headers = dict(to_headers(event))
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_type"] == b"order.paid"
    assert headers["ce_subject"] == b"order/5001"
    assert headers["ce_time"] == b"2026-03-02T09:00:00Z"
    assert headers["ce_causationid"] == (event.causation_id or "").encode()
    assert headers["ce_dataschema"].startswith(b"nih:sha-256;")
    assert "traceparent" not in headers


def test_time_keeps_its_microseconds_and_becomes_utc() -> None:
    local = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    event = order_change(occurred_at=local)
    key, value, headers = to_record(event)
    read = event_from(event.topic, key, value, headers)
    assert dict(headers)["ce_time"] == b"2026-03-02T09:00:00.123456Z"
    assert read.time == local
    assert read.time.tzinfo is UTC


def test_times_in_bodies_are_cut_to_milliseconds() -> None:
    time = datetime(2026, 3, 2, 9, 0, 0, 123999, tzinfo=UTC)
    body = order_change(occurred_at=time).body
    assert decode(encode(body), type(body)).occurred_at == time.replace(microsecond=123000)
