"""Records given up on: how they are kept, and how many are too many."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice

from muniment_kit.parking_slip import ParkingSlip, place_of, without_slip
from muniment_kit.records import OutgoingRecord, Record

_MESSAGE_LIMIT_BYTES = 1024


class DeadLetterReason(StrEnum):
    """Why a record was given up on; a metric label."""

    UNDECODABLE = "undecodable"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What is written beside a record given up on. The message of ``error`` must hold no personal data."""

    reason: DeadLetterReason
    error: Exception
    attempts: int
    first_failed_at: datetime


@dataclass(frozen=True, slots=True)
class DeadLetterWriter:
    """Words dead letters for one consumer group."""

    group: str
    service_version: str

    def write(
        self, record: Record, given_up: GivenUp, *, topic: str, slip: ParkingSlip | None = None
    ) -> OutgoingRecord:
        """Return ``record``, its key, value and headers untouched, with why it is dead in ``dlq_*`` headers.

        Headers of an earlier death are replaced: a letter that dies twice tells of the second time. One that
        died while parked has its ``slip`` taken off, and tells of the place where it came from.
        """
        origin = slip.origin if slip is not None else place_of(record)
        is_undecodable = given_up.reason is DeadLetterReason.UNDECODABLE
        why = {
            "dlq_original_topic": origin.topic,
            "dlq_original_partition": str(origin.partition),
            "dlq_original_offset": str(origin.offset),
            "dlq_original_timestamp": str(origin.timestamp),
            "dlq_consumer_group": self.group,
            "dlq_stage": "decode" if is_undecodable else "handle",
            "dlq_reason": given_up.reason.value,
            "dlq_error_class": type(given_up.error).__name__,
            "dlq_error_message": _shortened(str(given_up.error)),
            "dlq_attempts": str(given_up.attempts),
            "dlq_first_failed_at": given_up.first_failed_at.astimezone(UTC).isoformat(
                timespec="milliseconds"
            ),
            "dlq_service_version": self.service_version,
        }
        untouched = record.headers if slip is None else without_slip(record.headers)
        originals = [header for header in untouched if header[0] not in why]
        headers = [*originals, *((name, text.encode()) for name, text in why.items())]
        return OutgoingRecord(topic, record.key, record.value, headers)


class DeadLetterLimit:
    """Says when a partition gives up on too many: in a row, or of the last ``window`` finished ones."""

    __slots__ = ("_deaths", "_in_a_row", "_limit_in_a_row", "_limit_in_window", "_window")

    def __init__(self, *, in_a_row: int, share: float, window: int) -> None:
        self._limit_in_a_row = in_a_row
        self._limit_in_window = max(1, int(share * window))
        self._window: deque[bool] = deque([False] * window, maxlen=window)
        self._deaths = 0
        self._in_a_row = 0

    def admit(self, count: int = 1) -> bool:
        """Count ``count`` more dead letters, unless they are too many: then the partition must stop here."""
        leaving = sum(islice(self._window, count))
        if self._in_a_row + count > self._limit_in_a_row:
            return False
        if self._deaths - leaving + count > self._limit_in_window:
            return False
        self._in_a_row += count
        self._note(True, count)
        return True

    def note_done(self, count: int = 1) -> None:
        """Count records that were dealt with."""
        self._in_a_row = 0
        if self._deaths:  # else the window is all done already
            self._note(False, count)

    def _note(self, is_dead: bool, count: int) -> None:
        for _ in range(count):
            self._deaths += is_dead - self._window[0]
            self._window.append(is_dead)


def _shortened(message: str) -> str:
    encoded = " ".join(message.split()).encode("utf-8", "replace")
    if len(encoded) <= _MESSAGE_LIMIT_BYTES:
        return encoded.decode()
    return encoded[: _MESSAGE_LIMIT_BYTES - 3].decode("utf-8", "ignore") + "…"
