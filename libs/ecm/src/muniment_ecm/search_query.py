"""Queries of the search engine (LQL), built so that no value can become a part of the query.

A query is ``region:"value"``, combined with ``&``, ``|`` and ``without``. Values are always quoted; the one
character that could end a quotation becomes a blank, as it does in the index. Results are compared exactly by
who asks: the index knows words, not values.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from muniment_ecm.attributes import Attribute

_REGION = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


class Region(StrEnum):
    """Regions of the index that every server has. ``LOCATION`` is the id of any ancestor."""

    NAME = "OTName"
    SUBTYPE = "OTSubType"
    LOCATION = "OTLocation"
    PARENT = "OTParentID"
    NODE = "OTDataID"
    MIME_TYPE = "OTMIMEType"
    CREATED = "OTCreateDate"
    MODIFIED = "OTModifyDate"


@dataclass(frozen=True, slots=True)
class Query:
    """A query; made by the functions of this module only."""

    text: str

    def __and__(self, other: Query) -> Query:
        return Query(f"({self.text} AND {other.text})")

    def __or__(self, other: Query) -> Query:
        return Query(f"({self.text} OR {other.text})")

    def without(self, other: Query) -> Query:
        """Return what this query finds and ``other`` does not."""
        return Query(f"({self.text} AND-NOT {other.text})")


def where(region: str, value: str | int) -> Query:
    """Return the query for one value of a region. Raises ``ValueError`` for an empty value."""
    return Query(f"{_region(region)}:{_quoted(str(value))}")


def attribute_is(attribute: Attribute, value: str | int) -> Query:
    """Return the query for a value of a category's attribute; the server must have it indexed."""
    return where(f"Attr_{attribute.key}", value)


def between(region: str, first: date, last: date) -> Query:
    """Return the query for whole days, both included."""
    return Query(f'[QLREGION "{_region(region)}"] QLRANGE "{first:%Y%m%d}~{last:%Y%m%d}"')


def _region(name: str) -> str:
    if not _REGION.fullmatch(name):
        raise ValueError(f"{name!r} is no region of the search index.")
    return str(name)


def _quoted(value: str) -> str:
    kept = "".join(" " if _is_unfit(character) else character for character in value)
    if not kept.strip():
        raise ValueError("A search needs a value with at least one letter or digit.")
    return f'"{" ".join(kept.split())}"'


def _is_unfit(character: str) -> bool:
    return character in '"\\*?' or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
