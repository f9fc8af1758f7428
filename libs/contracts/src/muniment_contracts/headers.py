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
    ours = _by_name(headers)
    decoded = (codec or default_codec()).decode_with_writer(value, body_type(topic))
    _expect(ours, "content-type", CONTENT_TYPE)
    _expect(ours, "ce_specversion", _SPEC_VERSION)
    if decoded.writer.is_verbatim:
        _expect(ours, "ce_dataschema", dataschema(decoded.writer).encode())
    return Event(
        topic,
        _key_text(key),
        _required(ours, "ce_id"),
        _required(ours, "ce_type"),
        _required(ours, "ce_source"),
        _required(ours, "ce_subject"),
        _time(_required(ours, "ce_time")),
        decoded.body,
        _required(ours, "ce_correlationid"),
        _required(ours, "ce_causationid") if "ce_causationid" in ours else None,
        valid_traceparent(_text(ours, "traceparent")) if "traceparent" in ours else None,
    )


def dataschema(schema: ReleasedSchema) -> str:
    """Return the ``ce_dataschema`` of a schema: the SHA-256 of its file as a URI (RFC 6920, ``nih``)."""
    return f"nih:sha-256;{schema.sha256}"


def _by_name(headers: Iterable[tuple[str, bytes | None]]) -> Mapping[str, bytes | None]:
    """Return all headers by name; none of ours may be there twice."""
    pairs = list(headers)
    by_name = dict(pairs)
    if len(by_name) != len(pairs):
        names = [name for name, _ in pairs if name in _OURS]
        if repeated := next((name for name in names if names.count(name) > 1), None):
            raise _bad(repeated, "is there more than once")
    return by_name


def _text(ours: Mapping[str, bytes | None], name: str) -> str:
    content = ours[name]
    if content is None:
        raise _bad(name, "has no value")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise _bad(name, "is not valid UTF-8") from None


def _required(ours: Mapping[str, bytes | None], name: str) -> str:
    if name not in ours:
        raise UndecodableRecord(UndecodableReason.MISSING_HEADER, f"it has no header {name}.")
    text = _text(ours, name)
    if not text:
        raise _bad(name, "is empty")
    return text


def _expect(ours: Mapping[str, bytes | None], name: str, expected: bytes) -> None:
    if ours.get(name) != expected:
        _required(ours, name)  # says it better if it is missing, empty or no text
        raise _bad(name, f"is not {expected.decode()}")


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
        if text[-1] == "Z":
            return datetime.fromisoformat(text.upper() if text[10] != "T" else text)
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad("ce_time", "is no RFC 3339 time") from None


def _time_text(time: datetime) -> str:
    if time.utcoffset() is None:
        raise UnencodableEvent("The event", "its time has no time zone.", field="time")
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def valid_traceparent(text: str | None) -> str | None:
    """Return ``text`` if it is a trace context of W3C Trace Context's form, else ``None``."""
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
