"""One form of a record that is the same for every writing of the same fact, and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from muniment_contracts.codec import Codec
from muniment_contracts.errors import UndecodableRecord
from muniment_contracts.events import Event, body_type
from muniment_contracts.headers import event_from, to_record
from muniment_contracts.topics import Topic
from muniment_kit.records import Headers, Record

#: Set anew on every delivery: they say how a record came, not what it says.
VOLATILE = frozenset({"traceparent", "tracestate"})
_REPLAY = "replay_"
_FRAME_BYTES = 5


def digest(content: bytes | None) -> str | None:
    """Return the SHA-256 of ``content`` in hex, or ``None`` of nothing."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def headers_digest(headers: Headers) -> str:
    """Return the SHA-256 of all headers in their order, each as netstring of its name and of its content."""
    return _hash(b"".join([_framed(name, content) for name, content in headers]))


def canonical_digest(key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]]) -> str:
    """Return the SHA-256 of key, value and headers as netstrings, one after another.

    Headers are sorted and the volatile ones left out; an absent key or value is a single hyphen. A netstring
    is a length in decimal, a colon and the content, so no two records give the same bytes.
    """
    kept = sorted([header for header in headers if not _is_volatile(header[0])])
    framed = [_framed(name, content) for name, content in kept]
    return _hash(b"".join([_netstring(key), _netstring(value), *framed]))


def published_digest(topic: Topic, record: Record, codec: Codec) -> str:
    """Return the canonical hash of a record that was published then.

    A value that an older schema wrote is written anew with the schema of today, as a handler of today would:
    the same content must give the same hash. What cannot be decoded is hashed as it is.
    """
    newest = codec.written_with(body_type(topic)).id
    if schema_id(record.value) in (newest, None):
        return canonical_digest(record.key, record.value, record.headers)
    try:
        event: Event[Any] = event_from(topic, record.key, record.value, record.headers, codec=codec)
    except UndecodableRecord:
        return canonical_digest(record.key, record.value, record.headers)
    return canonical_digest(*to_record(event, codec=codec))


def schema_id(value: bytes | None) -> int | None:
    """Return the id of the schema ``value`` says it was written with, or ``None`` if it has no frame."""
    if value is None or len(value) < _FRAME_BYTES or value[0] != 0:
        return None
    return int.from_bytes(value[1:_FRAME_BYTES], "big")


def _framed(name: str, content: bytes | None) -> bytes:
    if content is None:
        return _name(name) + b"-"
    return b"%b%d:%b" % (_name(name), len(content), content)


def _netstring(content: bytes | None) -> bytes:
    return b"-" if content is None else b"%d:%b" % (len(content), content)


@lru_cache(maxsize=1024)
def _name(name: str) -> bytes:
    return _netstring(name.encode())


@lru_cache(maxsize=1024)
def _is_volatile(name: str) -> bool:
    return name in VOLATILE or name.startswith(_REPLAY)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
