"""Attributes of a category: their definition, and values in the form the server takes.

Text longer than an attribute holds is cut with an ellipsis: attributes show, the document itself is the
record. A value that cannot become the attribute's type raises ``InvalidValue``, which never quotes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum

from muniment_ecm.errors import InvalidValue
from muniment_ecm.times import attribute_time, time_text

Value = str | int | float | bool | Decimal | date | datetime | Sequence[str] | None
Written = str | int | float | bool | list[str] | None


class AttributeType(Enum):
    """What an attribute holds. ``OTHER`` (users, sets, …) is passed on as it is."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "datetime"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute. ``key`` is ``{category id}_{attribute id}``; ``max_length`` counts characters of text."""

    key: str
    name: str
    type: AttributeType = AttributeType.TEXT
    is_multi_value: bool = False
    max_length: int | None = None

    def written(self, value: Value) -> Written:
        """Return ``value`` as the server takes it. Raises ``InvalidValue``."""
        if value is None:
            return [] if self.is_multi_value else None
        if isinstance(value, Sequence) and not isinstance(value, str):
            if not self.is_multi_value:
                raise self._unfit("it holds one value, not several")
            return [str(self._text(entry)) for entry in value]
        single = self._single(value)
        return [str(single)] if self.is_multi_value else single

    def _single(self, value: str | int | float | Decimal | date) -> str | int | float | bool:
        match self.type:
            case AttributeType.TEXT:
                return self._text(value)
            case AttributeType.BOOLEAN:
                return self._boolean(value)
            case AttributeType.INTEGER | AttributeType.REAL:
                return self._number(value)
            case AttributeType.DATE:
                return self._day(value).isoformat()
            case AttributeType.DATE_TIME:
                return self._moment(value)
            case AttributeType.OTHER:
                return value if isinstance(value, str | int | float) else _plain(value)

    def _text(self, value: object) -> str:
        plain = _plain(value)
        if self.max_length is None or len(plain) <= self.max_length:
            return plain
        return plain[: self.max_length - 1].rstrip() + "…"

    def _boolean(self, value: object) -> bool:
        known = {"true": True, "1": True, "false": False, "0": False}.get(_plain(value).casefold())
        if known is None:
            raise self._unfit("it holds true or false")
        return known

    def _number(self, value: object) -> int | float:
        try:
            number = Decimal(_plain(value))
        except InvalidOperation:
            raise self._unfit("it holds a number") from None
        if not number.is_finite():
            raise self._unfit("it holds a number")
        if self.type is AttributeType.REAL:
            return float(number)
        if number != int(number):
            raise self._unfit("it holds a whole number")
        return int(number)

    def _day(self, value: object) -> date:
        if isinstance(value, datetime):
            return value.astimezone(UTC).date() if value.tzinfo else value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(_plain(value)[:10])
        except ValueError:
            raise self._unfit("it holds a date") from None

    def _moment(self, value: object) -> str:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise self._unfit("it holds a date and time") from None
        if isinstance(value, datetime):
            return attribute_time(value if value.tzinfo else value.replace(tzinfo=UTC))
        return f"{self._day(value).isoformat()}T00:00:00"

    def _unfit(self, why: str) -> InvalidValue:
        return InvalidValue(f'A value does not fit the attribute "{self.name}": {why}.')


def is_same_value(stored: object, written: Written) -> bool:
    """Say whether ``stored``, as read, is what ``written`` became: unset is empty, a day may have a time."""
    if stored in (None, "", []) or written in (None, "", []):
        return stored in (None, "", []) and written in (None, "", [])
    if isinstance(stored, str) and isinstance(written, str):
        return stored.removesuffix("T00:00:00") == written.removesuffix("T00:00:00")
    return stored == written


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return time_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
