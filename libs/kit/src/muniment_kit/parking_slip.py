"""What travels with a parked record in ``retry_*`` headers: where it came from, how often it was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from muniment_kit.records import Headers, OutgoingRecord, Record

_PREFIX = "retry_"


@dataclass(frozen=True, slots=True)
class Origin:
    """A record's place in its source topic (physical name); ``timestamp`` in ms since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int


@dataclass(frozen=True, slots=True)
class ParkingSlip:
    """``attempts`` made so far, and when the first one failed; without any, when the record was parked."""

    origin: Origin
    attempts: int
    first_failed_at: datetime


def place_of(record: Record) -> Origin:
    """Return where ``record`` was received."""
    return Origin(record.topic, record.partition, record.offset, record.timestamp)


def parked(record: Record, *, topic: str, attempts: int, first_failed_at: datetime) -> OutgoingRecord:
    """Return ``record``, key, value and headers untouched, for the same partition of the retry ``topic``."""
    place = place_of(record)
    slip = {
        "retry_original_topic": place.topic,
        "retry_original_partition": str(place.partition),
        "retry_original_offset": str(place.offset),
        "retry_original_timestamp": str(place.timestamp),
        "retry_attempts": str(attempts),
        "retry_first_failed_at": first_failed_at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }
    headers = [*without_slip(record.headers), *((name, text.encode()) for name, text in slip.items())]
    return OutgoingRecord(topic, record.key, record.value, headers, record.partition)


def slip_of(record: Record) -> ParkingSlip | None:
    """Return the slip of a record in a retry topic, or ``None`` if it has none that makes sense."""
    said = {name: content for name, content in record.headers if name.startswith(_PREFIX)}
    try:
        origin = Origin(
            said["retry_original_topic"].decode(),
            int(said["retry_original_partition"]),
            int(said["retry_original_offset"]),
            int(said["retry_original_timestamp"]),
        )
        first_failed_at = datetime.fromisoformat(said["retry_first_failed_at"].decode())
        if first_failed_at.tzinfo is None:
            return None
        return ParkingSlip(origin, int(said["retry_attempts"]), first_failed_at)
    except (KeyError, ValueError, AttributeError):
        return None


def without_slip(headers: Headers) -> Sequence[tuple[str, bytes]]:
    """Return ``headers`` as they were before the record was parked."""
    return [header for header in headers if not header[0].startswith(_PREFIX)]
