"""The types of metafields and metaobject fields, and which values they take.

Source: https://shopify.dev/docs/apps/build/custom-data/metafields/list-of-data-types
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

import orjson

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger

_LONGEST_BYTES = 10 * 1024 * 1024
_MOST_REFERENCES = 128
_REFERENCES: Mapping[str, tuple[str, ...]] = {
    "company_reference": ("Company",),
    "customer_reference": ("Customer",),
    "file_reference": ("GenericFile", "MediaImage", "Model3d", "Video"),
    "metaobject_reference": ("Metaobject",),
    "mixed_reference": ("Metaobject",),
    "order_reference": ("Order",),
    "product_reference": ("Product",),
    "variant_reference": ("ProductVariant",),
}
_CATEGORIES: Mapping[str, str] = {
    "boolean": "TRUE_FALSE",
    "color": "COLOR",
    "date": "DATE_TIME",
    "date_time": "DATE_TIME",
    "id": "ID",
    "json": "JSON",
    "link": "URL",
    "money": "MONEY",
    "multi_line_text_field": "TEXT",
    "number_decimal": "NUMBER",
    "number_integer": "NUMBER",
    "rich_text_field": "TEXT",
    "single_line_text_field": "TEXT",
    "url": "URL",
}
_MEASURES = ("dimension", "volume", "weight", "rating")
_LISTED = {*_REFERENCES, "color", "date", "date_time", "link", "number_decimal", "number_integer", "url"} | {
    "single_line_text_field",
    *_MEASURES,
}


@dataclass(frozen=True, slots=True)
class MetafieldDefinitionValidation:
    """A rule for values: its name, the type of its own value, and that value."""

    name: str
    type: str
    value: str | None


Rules = Sequence[MetafieldDefinitionValidation]


def is_type(name: str) -> bool:
    """Return whether a metafield can be of this type."""
    plain = name.removeprefix("list.")
    known = plain in _CATEGORIES or plain in _REFERENCES or plain in _MEASURES
    return known and (plain == name or plain in _LISTED)


def category_of(name: str) -> str:
    """Return the family of a type, as ``REFERENCE``."""
    plain = name.removeprefix("list.")
    return "REFERENCE" if plain in _REFERENCES else _CATEGORIES.get(plain, "MEASUREMENT")


def is_reference(name: str) -> bool:
    return name.removeprefix("list.") in _REFERENCES


def trouble_with(books: Ledger, kind: str, value: str, rules: Rules = ()) -> str | None:
    """Return what is wrong with a value of that type, None when nothing is."""
    if len(value.encode()) > _LONGEST_BYTES:
        return "Value is too long (maximum is 10 MB)."
    if not kind.startswith("list."):
        return _trouble(books, kind, value, rules)
    try:
        items = orjson.loads(value)
    except ValueError:
        items = None
    if not isinstance(items, list):
        return "Value must be a JSON array."
    if is_reference(kind) and len(items) > _MOST_REFERENCES:
        return f"Value has more than {_MOST_REFERENCES} references."
    texts = [item if isinstance(item, str) else orjson.dumps(item).decode() for item in items]
    found = (_trouble(books, kind.removeprefix("list."), text, rules) for text in texts)
    return next((each for each in found if each), None)


def references_in(books: Ledger, kind: str, value: str) -> list[Entity]:
    """Return what a value refers to, without what is gone."""
    if not is_reference(kind):
        return []
    named = orjson.loads(value) if kind.startswith("list.") else [value]
    return [found for gid in named if (found := books.entity(gid)) is not None]


def _trouble(books: Ledger, kind: str, value: str, rules: Rules) -> str | None:
    if kind in _REFERENCES:
        return _reference(books, kind, value, rules)
    check = _CHECKS.get(kind, _measure)
    return check(value) or _against(rules, value)


def _reference(books: Ledger, kind: str, value: str, rules: Rules) -> str | None:
    allowed = _REFERENCES[kind]
    found = books.entity(value)
    if value.split("/")[3:4] not in [[name] for name in allowed]:
        return f"Value must be a valid {kind.removesuffix('_reference')} reference."
    if found is None:
        return f"Value references {value}, which does not exist."
    wanted = next((rule.value for rule in rules if rule.name == "metaobject_definition_id"), None)
    definition = getattr(found, "definition", None)
    if wanted is not None and isinstance(definition, Entity) and definition.id != wanted:
        return "Value must belong to the specified metaobject definition."
    return None


def _against(rules: Rules, value: str) -> str | None:
    """Check the rules that compare or match: ``min``, ``max``, ``regex``, ``choices``."""
    for rule in rules:
        wanted = rule.value or ""
        if rule.name == "regex" and not re.search(wanted, value):
            return "Value does not match the validation pattern."
        if rule.name == "choices" and value not in orjson.loads(wanted):
            return "Value does not exist in provided choices."
        if rule.name in ("min", "max"):
            over = (
                _extent(value) > _extent(wanted) if rule.name == "max" else _extent(value) < _extent(wanted)
            )
            if over:
                return f"Value is out of bounds: the {rule.name}imum is {wanted}."
    return None


def _extent(value: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal(len(value))


def _single_line(value: str) -> str | None:
    return "Value must be a single line text string." if "\n" in value or "\r" in value else None


def _integer(value: str) -> str | None:
    if not re.fullmatch(r"-?\d{1,16}", value) or abs(int(value)) > 2**53 - 1:
        return "Value must be an integer."
    return None


def _decimal(value: str) -> str | None:
    return None if re.fullmatch(r"-?\d{1,13}(\.\d{1,9})?", value) else "Value must be a decimal."


def _date(value: str) -> str | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "Value must be in YYYY-MM-DD format."
    return None


def _moment(value: str) -> str | None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "Value must be in “YYYY-MM-DDTHH:MM:SS” format."
    return None


def _json(value: str) -> str | None:
    try:
        orjson.loads(value)
    except ValueError:
        return "Value is invalid JSON."
    return None


def _address(value: str) -> str | None:
    parts = urlsplit(value)
    fine = parts.scheme in ("http", "https", "mailto", "sms", "tel") and (parts.netloc or parts.path)
    return None if fine else "Value must be one of the following URL schemes: http, https, mailto, sms, tel."


def _colour(value: str) -> str | None:
    return None if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else "Value must be a hex color."


def _boolean(value: str) -> str | None:
    return None if value in ("true", "false") else "Value must be true or false."


def _money(value: str) -> str | None:
    return _object_with(value, "amount", "currency_code")


def _measure(value: str) -> str | None:
    return _object_with(value, "value")


def _object_with(value: str, *keys: str) -> str | None:
    try:
        read = orjson.loads(value)
    except ValueError:
        read = None
    if not isinstance(read, dict) or not all(key in read for key in keys):
        return f"Value must be a JSON object with {' and '.join(keys)}."
    return None


def _anything(_value: str) -> str | None:
    return None


_CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "boolean": _boolean,
    "color": _colour,
    "date": _date,
    "date_time": _moment,
    "id": _single_line,
    "json": _json,
    "link": _json,
    "money": _money,
    "multi_line_text_field": _anything,
    "number_decimal": _decimal,
    "number_integer": _integer,
    "rich_text_field": _json,
    "single_line_text_field": _single_line,
    "url": _address,
}
