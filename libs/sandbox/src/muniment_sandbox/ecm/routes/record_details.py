"""What a request says of a record: dates, codes, flags, checked against the code tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from muniment_sandbox.ecm.calls import Call
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument
from muniment_sandbox.ecm.views.records import DATE_FIELDS, TEXT_FIELDS

CYCLE_PERIODS = (365, 7, 1, 2, 3, 12)
"""Daily, weekly, monthly, semi-annual, quarterly, annual."""

_BULK_NAMES = {
    "docDate": "record_date",
    "fileStatus": "file_status",
    "statusDate": "status_date",
    "nextReviewDate": "next_review_date",
    "vitalRecordCycle": "cycle_period",
}


def record_changes(call: Call) -> dict[str, object]:
    """The details a request gives; what it does not name is not in it.

    The status may be called ``status`` or ``file_status``, dates ``YYYY-MM-DD`` or ``YYYYMMDD``; the bulk
    call has spellings of its own (``docDate``, ``fileStatus`` …).
    """
    given = _spellings(call)
    changes: dict[str, object] = {}
    for name, read in _READERS.items():
        if name in given:
            changes[name] = read(call, given[name])
    if "file_status" in changes and "status_date" not in changes:
        changes["status_date"] = today(call)
    return changes


def today(call: Call) -> str:
    """The day by the server's clock, UTC."""
    return datetime.fromtimestamp(call.state.clock.seconds(), UTC).date().isoformat()


def checked_rsi(call: Call, name: str) -> str:
    rsi = call.state.retention.named(name)
    if rsi is None:
        raise Refused(Kind.INVALID, "Incorrect RSI specified.")
    return rsi.name


def _spellings(call: Call) -> dict[str, str]:
    """Which argument carries which detail."""
    found = {_BULK_NAMES.get(name, name): name for name in call.form.all()}
    if "status" in found and "file_status" not in found:
        found["file_status"] = "status"
    return found


def _day(call: Call, name: str) -> str | None:
    text = call.form.text(name).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text[:8] if text.isdigit() else text[:10]).isoformat()
    except ValueError:
        raise invalid_argument(name) from None


def _code(table: str) -> Callable[[Call, str], object]:
    def read(call: Call, name: str) -> str:
        code = call.form.text(name)
        if code:
            call.state.retention.check_code(table, code)
        return code

    return read


def _cycle(call: Call, name: str) -> int | None:
    number = call.form.integer(name)
    if number is not None and number not in CYCLE_PERIODS:
        raise Refused(Kind.INVALID, "Incorrect Cycle Period specified.")
    return number


def _text(call: Call, name: str) -> str | None:
    return call.form.text(name) or None


def _flag(call: Call, name: str) -> bool:
    return call.form.flag(name)


_READERS: dict[str, Callable[[Call, str], object]] = {
    **dict.fromkeys(DATE_FIELDS, _day),
    **dict.fromkeys(TEXT_FIELDS, _text),
    "accession": _code("accession"),
    "cycle_period": _cycle,
    "essential": _code("essential"),
    "file_status": _code("status"),
    "official": _flag,
    "storage": _code("storage"),
}
