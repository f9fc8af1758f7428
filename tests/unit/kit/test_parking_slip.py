"""What travels with a parked record comes back as it was, and leaves the record untouched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.parking_slip import Origin, ParkingSlip, parked, slip_of, without_slip
from muniment_kit.testing.in_memory_log import StoredRecord

HEADERS = st.lists(
    st.tuples(st.text(max_size=8).filter(lambda name: not name.startswith("retry_")), st.binary(max_size=8)),
    max_size=4,
)
MOMENTS = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))


def record(headers: list[tuple[str, bytes]], *, offset: int = 7) -> StoredRecord:
    return StoredRecord("topic", 3, offset, 1_772_443_800_000, b"k\xff", b"\x00value", tuple(headers))


@given(headers=HEADERS, offset=st.integers(0, 2**63 - 1), attempts=st.integers(0, 10_000), at=MOMENTS)
def test_a_slip_comes_back_and_the_record_is_untouched(
    headers: list[tuple[str, bytes]], offset: int, attempts: int, at: datetime
) -> None:
    original = record(headers, offset=offset)
    written = parked(original, topic="topic.retry.role", attempts=attempts, first_failed_at=at)
    assert (written.topic, written.partition) == ("topic.retry.role", 3)
    assert (written.key, written.value) == (original.key, original.value)
    assert without_slip(written.headers) == headers
    back = StoredRecord("topic.retry.role", 3, 0, 1, written.key, written.value, tuple(written.headers))
    slip = slip_of(back)
    assert slip is not None
    assert slip.origin == Origin("topic", 3, offset, 1_772_443_800_000)
    assert slip.attempts == attempts
    assert abs((slip.first_failed_at - at).total_seconds()) < 0.001


def test_a_record_parked_a_second_time_has_one_slip_the_new_one() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    first = parked(record([("h", b"1")]), topic="r", attempts=4, first_failed_at=at)
    again = parked(record(list(first.headers), offset=9), topic="r", attempts=6, first_failed_at=at)
    assert [name for name, _ in again.headers].count("retry_attempts") == 1
    assert slip_of(record(list(again.headers))) == ParkingSlip(
        Origin("topic", 3, 9, 1_772_443_800_000), 6, at
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("retry_original_offset", b"seven"),
        ("retry_original_topic", b"\xff"),
        ("retry_attempts", b""),
        ("retry_first_failed_at", b"2026-03-02T09:00:00"),
        ("retry_first_failed_at", b"yesterday"),
    ],
)
def test_a_slip_that_makes_no_sense_is_none(name: str, content: bytes) -> None:
    sound = parked(record([]), topic="r", attempts=1, first_failed_at=datetime(2026, 3, 2, tzinfo=UTC))
    bent = [(header, content if header == name else value) for header, value in sound.headers]
    assert slip_of(record(bent)) is None
    assert slip_of(record([])) is None
