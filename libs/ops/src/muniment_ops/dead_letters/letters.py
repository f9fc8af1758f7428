"""One dead letter as its headers tell it. Headers are untrusted: anything may be missing or garbled."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from muniment_contracts.topics import Topic, dead_letter_topic
from muniment_kit.records import Record

UNKNOWN = "unknown"
_GROUP_ID_DIGITS = 6
_SHOWN_CHARACTERS = 1024


class Place(NamedTuple):
    """Where a letter lies; ``topic`` is its dead-letter topic without the installation's prefix."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class LetterTopic:
    """A dead-letter topic: whose records it holds, and which service gave them up."""

    source: Topic
    service: str

    @property
    def name(self) -> str:
        """Its name without the installation's prefix."""
        return dead_letter_topic(self.source, self.service)

    @classmethod
    def parse(cls, name: str) -> LetterTopic | None:
        """Return the topic of this name, without prefix, or ``None`` if it holds no dead letters of ours."""
        source, separator, service = name.partition(".dlq.")
        if not separator or not service or source not in list(Topic):
            return None
        return cls(Topic(source), service)


class Cause(NamedTuple):
    """Why letters died, as far as they can be grouped by it."""

    stage: str
    error_class: str
    reason: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of a letter without its value.

    ``sha256`` is over key, value and headers. ``died_at`` is the letter's own timestamp, ``attempts`` and
    ``first_failed_at`` are what its headers say, if they say it.
    """

    place: Place
    topic: LetterTopic
    cause: Cause
    message: str
    key: bytes | None
    sha256: str
    size_bytes: int
    died_at: datetime
    attempts: int | None
    first_failed_at: str | None
    source_partition: int | None
    source_offset: int | None
    event_id: str | None
    correlation_id: str | None

    @property
    def group_id(self) -> str:
        """Names the letter's group: the same topic and cause give the same id, whatever else there is."""
        words = "|".join((self.topic.name, *self.cause))
        return hashlib.sha256(words.encode()).hexdigest()[:_GROUP_ID_DIGITS]


def letter_of(record: Record, topic: LetterTopic) -> Letter:
    """Read ``record`` of the dead-letter topic ``topic``. Never fails, whatever the headers hold."""
    said = _texts(record)
    return Letter(
        place=Place(topic.name, record.partition, record.offset),
        topic=topic,
        cause=Cause(
            said.get("dlq_stage", UNKNOWN),
            said.get("dlq_error_class", UNKNOWN),
            said.get("dlq_reason", UNKNOWN),
        ),
        message=said.get("dlq_error_message", ""),
        key=record.key,
        sha256=fingerprint(record),
        size_bytes=len(record.value or b""),
        died_at=_time(record.timestamp),
        attempts=_number(said.get("dlq_attempts")),
        first_failed_at=said.get("dlq_first_failed_at"),
        source_partition=_number(said.get("dlq_original_partition")),
        source_offset=_number(said.get("dlq_original_offset")),
        event_id=said.get("ce_id"),
        correlation_id=said.get("ce_correlationid"),
    )


def fingerprint(record: Record) -> str:
    """Return the SHA-256 of key, value and headers, each with its length, so that no two run together."""
    digest = hashlib.sha256()
    parts = [record.key, record.value]
    for name, content in record.headers:
        parts += [name.encode("utf-8", "surrogatepass"), content]
    for part in parts:
        digest.update(struct.pack(">q", -1 if part is None else len(part)))
        digest.update(part or b"")
    return digest.hexdigest()


def _texts(record: Record) -> Mapping[str, str]:
    """Return the headers as texts; of those with one name the last, as the runtime writes its own last."""
    return {
        name: content.decode("utf-8", "replace")[:_SHOWN_CHARACTERS]
        for name, content in record.headers
        if content  # Kafka allows headers without a value
    }


def _number(text: str | None) -> int | None:
    """Return the number, if it is one that a place or a count can be."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return int(text)


def _time(timestamp_ms: int) -> datetime:
    try:
        return datetime.fromtimestamp(max(0, timestamp_ms) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)
