"""Times as Content Server writes them: nodes with ``Z``, workspaces and older calls without any zone.

A time without a zone is server time, which is UTC unless the installation says otherwise.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo


def parse_time(text: object, *, server_zone: tzinfo = UTC) -> datetime | None:
    """Return the UTC time that ``text`` says, ``None`` if it says none (absent, empty, not a time)."""
    if not isinstance(text, str) or not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=server_zone)
    return time.astimezone(UTC)


def parse_date(text: object) -> date | None:
    """Return the day of a date-only value, with or without ``T00:00:00``; no zone is applied."""
    if not isinstance(text, str) or len(text) < 10:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def time_text(time: datetime) -> str:
    """Return ``time`` in UTC as ISO 8601 with ``Z``, with milliseconds only where there are some."""
    if time.tzinfo is None:
        raise ValueError("a time needs a zone before it can be written")
    utc = time.astimezone(UTC)
    precision = "milliseconds" if utc.microsecond else "seconds"
    return utc.isoformat(timespec=precision).replace("+00:00", "Z")


def attribute_time(time: datetime) -> str:
    """Return ``time`` as a date attribute takes it: UTC, whole seconds, without zone."""
    return time_text(time)[:19]
