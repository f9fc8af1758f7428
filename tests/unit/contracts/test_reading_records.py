"""What a record must say to be an event, and what it may say besides."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_contracts import Topic, UndecodableReason, UndecodableRecord, event_from, to_record
from muniment_contracts.bodies import HookReceived
from muniment_contracts.codec import default_codec
from tests.builders.events import hook_received, order_change

EVENT = order_change()
RECORD = to_record(EVENT)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def read(**changes: bytes | None) -> object:
    """Read the record with these headers in the place of its own; ``None`` leaves one out."""
    names = {"content_type": "content-type"}
    wanted = {names.get(name, name): value for name, value in changes.items()}
    headers = [(name, value) for name, value in RECORD.headers if name not in wanted]
    headers += [(name, value) for name, value in wanted.items() if value is not None]
    return event_from(EVENT.topic, RECORD.key, RECORD.value, headers)


REQUIRED = sorted(name for name, _ in RECORD.headers if name != "ce_causationid")


@pytest.mark.parametrize("name", REQUIRED)
def test_missing_header(name: str) -> None:
    headers = [(known, value) for known, value in RECORD.headers if known != name]
    with pytest.raises(UndecodableRecord, match=name) as caught:
        event_from(EVENT.topic, RECORD.key, RECORD.value, headers)
    assert caught.value.reason is UndecodableReason.MISSING_HEADER


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ce_id", b""),
        ("ce_id", b"\xff"),
        ("ce_specversion", b"0.3"),
        ("content_type", b"application/json"),
        ("ce_dataschema", b"nih:sha-256;00"),
        ("ce_causationid", b""),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-03-02"),
        ("ce_time", b"20260302T090000Z"),
        ("ce_time", b"2026-03-02T09:00:00"),
        ("ce_time", b"2026-03-02 09:00:00Z"),
        ("ce_time", b"2026-03-02T24:00:00Z"),
        ("ce_time", b"2026-02-30T09:00:00Z"),
        ("ce_time", b"0001-01-01T00:00:00+01:00"),
        ("ce_time", "२०२६-03-02T09:00:00Z".encode()),
    ],
)
def test_bad_header(name: str, content: bytes) -> None:
    with pytest.raises(UndecodableRecord) as caught:
        read(**{name: content})
    assert caught.value.reason is UndecodableReason.BAD_HEADER


def test_header_that_is_there_twice_is_ambiguous() -> None:
    with pytest.raises(UndecodableRecord, match="more than once"):
        event_from(EVENT.topic, RECORD.key, RECORD.value, [*RECORD.headers, ("ce_id", b"another")])


@pytest.mark.parametrize(
    ("text", "time"),
    [
        (b"2026-03-02T09:00:00.5Z", datetime(2026, 3, 2, 9, 0, 0, 500000, tzinfo=UTC)),
        (b"2026-03-02t10:00:00.123456789+01:00", datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)),
        (b"2026-03-02T09:00:00-00:00", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
    ],
)
def test_any_rfc_3339_time_of_a_foreign_producer_is_read(text: bytes, time: datetime) -> None:
    event = read(ce_time=text)
    assert getattr(event, "time", None) == time


def test_headers_of_others_are_tolerated() -> None:
    headers = [*RECORD.headers, ("dlq_attempts", b"3"), ("x", None), ("x", b"\xff")]
    assert event_from(EVENT.topic, RECORD.key, RECORD.value, headers) == EVENT


@pytest.mark.parametrize("trace", [b"", b"nonsense", TRACE.upper().encode(), TRACE.encode() + b"-extra"])
def test_malformed_trace_context_is_no_reason_to_refuse_an_event(trace: bytes) -> None:
    assert read(traceparent=trace) == EVENT


@pytest.mark.parametrize("key", [None, b"", b"\xff"])
def test_bad_key(key: bytes | None) -> None:
    with pytest.raises(UndecodableRecord) as caught:
        event_from(EVENT.topic, key, RECORD.value, RECORD.headers)
    assert caught.value.reason is UndecodableReason.BAD_KEY


def test_tombstone() -> None:
    with pytest.raises(UndecodableRecord) as caught:
        event_from(EVENT.topic, RECORD.key, None, RECORD.headers)
    assert caught.value.reason is UndecodableReason.NO_VALUE


def test_record_of_another_topic() -> None:
    key, value, headers = to_record(hook_received())
    with pytest.raises(UndecodableRecord) as caught:
        event_from(Topic.COMMERCE_ORDERS, key, value, headers)
    assert caught.value.reason is UndecodableReason.WRONG_RECORD
    assert caught.value.schema_id == default_codec().written_with(HookReceived).id
