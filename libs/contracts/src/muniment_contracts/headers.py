"""Event ↔ Kafka record: CloudEvents 1.0 in binary mode around the encoded body.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from muniment_contracts.codec import Codec, default_codec
from muniment_contracts.errors import UndecodableReason, UndecodableRecord, UnencodableEvent
from muniment_contracts.events import Event, body_type
from muniment_contracts.resolver import ReleasedSchema
from muniment_contracts.topics import Topic

CONTENT_TYPE = b"application/avro; framing=confluent"

Headers = list[tuple[str, bytes]]

_SPEC_VERSION = b"1.0"
_OURS = frozenset(
    (
        "content-type",
        "traceparent",
        "ce_specversion",
        "ce_id",
        "ce_type",
        "ce_source",
        "ce_subject",
        "ce_time",
        "ce_correlationid",
        "ce_causationid",
        "ce_dataschema",
    )
)
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # fromisoformat alone takes far more
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class EncodedRecord(NamedTuple):
    """What the broker gets of an event."""

    key: bytes
    value: bytes
    headers: Headers


def to_record(event: Event[Any], *, codec: Codec | None = None) -> EncodedRecord:
    """Return key, value and headers of ``event``; raise ``UnencodableEvent`` if it breaks its contract."""
    codec = codec or default_codec()
    return EncodedRecord(_utf8(event.key, "key"), codec.encode(event.body), to_headers(event, codec=codec))


def to_headers(event: Event[Any], *, codec: Codec | None = None) -> Headers:
    """Return the CloudEvents headers of ``event``; ``ce_time`` is UTC and keeps microseconds."""
    schema = (codec or default_codec()).written_with(type(event.body))
    headers = [
        ("content-type", CONTENT_TYPE),
        ("ce_specversion", _SPEC_VERSION),
        ("ce_id", _utf8(event.id, "id")),
        ("ce_type", _utf8(event.type, "type")),
        ("ce_source", _utf8(event.source, "source")),
        ("ce_subject", _utf8(event.subject, "subject")),
        ("ce_time", _time_text(event.time).encode()),
        ("ce_correlationid", _utf8(event.correlation_id, "correlation_id")),
        ("ce_dataschema", dataschema(schema).encode()),
    ]
    if event.causation_id is not None:
        headers.append(("ce_causationid", _utf8(event.causation_id, "causation_id")))
    if event.traceparent is not None:
        headers.append(("traceparent", _utf8(event.traceparent, "traceparent")))
    return headers


def event_from(
    topic: Topic,
    key: bytes | None,
    value: bytes | None,
    headers: Iterable[tuple[str, bytes | None]],
    *,
    codec: Codec | None = None,
) -> Event[Any]:
    """Return the event a record of ``topic`` carries; raise ``UndecodableRecord`` for anything else.

    Headers that are not ours are ignored, and so is a malformed ``traceparent`` (W3C Trace Context 4.3).
    """
    if value is None:
        raise UndecodableRecord(UndecodableReason.NO_VALUE, "it is a tombstone, and its topic has none.")
    ours = _our_headers(headers)
    decoded = (codec or default_codec()).decode_with_writer(value, body_type(topic))
    _expect(ours, "content-type", CONTENT_TYPE.decode())
    _expect(ours, "ce_specversion", _SPEC_VERSION.decode())
    if decoded.writer.is_verbatim:
        _expect(ours, "ce_dataschema", dataschema(decoded.writer))
    return Event(
        topic=topic,
        key=_key_text(key),
        id=_required(ours, "ce_id"),
        type=_required(ours, "ce_type"),
        source=_required(ours, "ce_source"),
        subject=_required(ours, "ce_subject"),
        time=_time(_required(ours, "ce_time")),
        body=decoded.body,
        correlation_id=_required(ours, "ce_correlationid"),
        causation_id=_required(ours, "ce_causationid") if "ce_causationid" in ours else None,
        traceparent=_valid_traceparent(ours.get("traceparent")),
    )


def dataschema(schema: ReleasedSchema) -> str:
    """Return the ``ce_dataschema`` of a schema: the SHA-256 of its file as a URI (RFC 6920, ``nih``)."""
    return f"nih:sha-256;{schema.sha256}"


def _our_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    ours: dict[str, str] = {}
    for name, content in headers:
        if name not in _OURS:
            continue
        if content is None or name in ours:
            raise _bad(name, "has no value" if content is None else "is there more than once")
        try:
            ours[name] = content.decode("utf-8")
        except UnicodeDecodeError:
            raise _bad(name, "is not valid UTF-8") from None
    return ours


def _required(ours: Mapping[str, str], name: str) -> str:
    try:
        text = ours[name]
    except KeyError:
        raise UndecodableRecord(UndecodableReason.MISSING_HEADER, f"it has no header {name}.") from None
    if not text:
        raise _bad(name, "is empty")
    return text


def _expect(ours: Mapping[str, str], name: str, expected: str) -> None:
    if _required(ours, name) != expected:
        raise _bad(name, f"is not {expected}")


def _key_text(key: bytes | None) -> str:
    try:
        text = (key or b"").decode("utf-8")
    except UnicodeDecodeError:
        raise UndecodableRecord(UndecodableReason.BAD_KEY, "its key is not valid UTF-8.") from None
    if not text:
        raise UndecodableRecord(UndecodableReason.BAD_KEY, "it has no key.")
    return text


def _time(text: str) -> datetime:
    try:
        if not _RFC_3339.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad("ce_time", "is no RFC 3339 time") from None


def _time_text(time: datetime) -> str:
    if time.utcoffset() is None:
        raise UnencodableEvent("The event", "its time has no time zone.", field="time")
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _valid_traceparent(text: str | None) -> str | None:
    return text if text is not None and _TRACEPARENT.fullmatch(text) else None


def _utf8(text: str, field: str) -> bytes:
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnencodableEvent("The event", f"its {field} holds a lone surrogate.", field=field) from None
    if not content:
        raise UnencodableEvent("The event", f"its {field} is empty.", field=field)
    return content


def _bad(name: str, what: str) -> UndecodableRecord:
    return UndecodableRecord(UndecodableReason.BAD_HEADER, f"its header {name} {what}.")
