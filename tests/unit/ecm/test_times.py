"""Server times come with and without zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm.times import attribute_time, parse_date, parse_time, time_text

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-06-01T12:00:00Z", "2026-06-01T14:00:00+02:00", "2026-06-01T12:00:00"])
def test_a_time_is_read_with_or_without_a_zone(text: str) -> None:
    assert parse_time(text) == NOON


def test_a_time_without_zone_is_server_time() -> None:
    assert parse_time("2026-06-01T14:00:00", server_zone=ZoneInfo("Europe/Berlin")) == NOON


@pytest.mark.parametrize("text", [None, "", "soon", 5, [], "2026-13-01T00:00:00"])
def test_what_is_no_time_is_none(text: object) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-06-01", date(2026, 6, 1)), ("2026-06-01T00:00:00", date(2026, 6, 1)), ("no", None)],
)
def test_a_day_is_read_as_it_stands(text: str, day: date | None) -> None:
    assert parse_date(text) == day


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])))
def test_written_times_are_read_back_to_the_millisecond(time: datetime) -> None:
    time = time.replace(microsecond=time.microsecond // 1000 * 1000)
    try:
        expected = time.astimezone(UTC)
    except OverflowError:
        return
    assert parse_time(time_text(time)) == expected
    assert parse_time(attribute_time(time)) == expected.replace(microsecond=0)


def test_a_time_without_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        time_text(datetime(2026, 6, 1, 12))  # noqa: DTZ001 - the scenario
