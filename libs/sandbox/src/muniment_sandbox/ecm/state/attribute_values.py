"""From what a client sends for an attribute to the value that is stored."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state.definitions import Attribute, AttributeType
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument
from muniment_sandbox.ecm.state.whole_numbers import whole_number

DEFAULT_TEXT_LENGTH = 254
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TRUE_WORDS = frozenset({"true", "1", "yes", "on"})
FALSE_WORDS = frozenset({"false", "0", "no", "off"})


def stored_value(attribute: Attribute, key: str, given: Json) -> Json:
    """Return ``given`` as the server keeps it: a list for multi-valued attributes, ``None`` for an unset one.

    Refuses a wrong type (400), an unknown pop-up value and too long a text (500). ``key`` names the argument.
    """
    if not attribute.multi_value:
        single = given[0] if isinstance(given, list) and len(given) == 1 else given
        return _one(attribute, key, single)
    many: Sequence[Json] = given if isinstance(given, list) else [given]
    values = [value for value in (_one(attribute, key, item) for item in many) if value is not None]
    if len(values) > attribute.max_values:
        raise Refused(
            Kind.FAILED, f"Could not set feature {key}, it can have at most {attribute.max_values} values"
        )
    return values


def unset_value(attribute: Attribute) -> Json:
    return [] if attribute.multi_value else None


def _one(attribute: Attribute, key: str, given: Json) -> Json:
    if given is None or given == "":
        return None
    if isinstance(given, list | dict):
        raise invalid_argument(key)
    value = _CONVERSIONS[attribute.type](attribute, key, given)
    if attribute.valid_values and value not in attribute.valid_values:
        raise Refused(Kind.FAILED, f"Could not set feature {key}, '{value}' is not a valid value")
    return value


def _text(attribute: Attribute, key: str, given: Json) -> Json:
    text = str(given)
    limit = attribute.max_length or (
        None if attribute.type is AttributeType.MULTILINE else DEFAULT_TEXT_LENGTH
    )
    if limit is not None and len(text) > limit:
        raise Refused(
            Kind.FAILED,
            f"Could not set feature {key}, the length of '{text}' is greater than the maximum length "
            f"({limit})",
        )
    return text


def _integer(_: Attribute, key: str, given: Json) -> Json:
    return whole_number(key, str(given))


def _real(_: Attribute, key: str, given: Json) -> Json:
    try:
        number = float(str(given))
    except ValueError:
        raise invalid_argument(key) from None
    if not math.isfinite(number):
        raise invalid_argument(key)
    return number


def _boolean(_: Attribute, key: str, given: Json) -> Json:
    word = str(given).lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise invalid_argument(key)


def _date(attribute: Attribute, key: str, given: Json) -> Json:
    text = str(given)
    try:
        if _DATE.fullmatch(text):
            return f"{date.fromisoformat(text).isoformat()}T00:00:00"
        moment = datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)
    except ValueError:
        raise invalid_argument(key) from None
    if attribute.type is AttributeType.DATE:
        moment = moment.replace(hour=0, minute=0, second=0)
    return moment.isoformat()


_CONVERSIONS = {
    AttributeType.TEXT: _text,
    AttributeType.MULTILINE: _text,
    AttributeType.INTEGER: _integer,
    AttributeType.REAL: _real,
    AttributeType.DATE: _date,
    AttributeType.DATETIME: _date,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.POPUP: _text,
    AttributeType.INTEGER_POPUP: _integer,
    AttributeType.USER: _integer,
}
