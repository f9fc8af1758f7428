"""One line of a bulk result, and the tree of lines that belong to one root object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from muniment_shopify.errors import AnswerUnusable

_GID = "gid://shopify/"


@dataclass(frozen=True, slots=True)
class BulkObject:
    """One object with everything below it.

    ``fields`` is the line without ``__parentId``; ``id`` is ``""`` where the query asks for none.
    ``children`` holds, by type name (``LineItem``), the nodes of its connections in the order of the file.
    Two connections of one type are told apart by what the query asks of their nodes.
    """

    id: str
    fields: Mapping[str, Any] = field(repr=False)
    children: Mapping[str, list[BulkObject]] = field(default_factory=dict, repr=False)

    @property
    def typename(self) -> str:
        """Return the GraphQL type: ``__typename`` where the query asks for it, else what the id says."""
        named = self.fields.get("__typename")
        if isinstance(named, str):
            return named
        return self.id[len(_GID) :].partition("/")[0] if self.id.startswith(_GID) else ""

    def of(self, typename: str) -> list[BulkObject]:
        """Return the children of one type; none is an empty list."""
        return self.children.get(typename, [])


class Row(NamedTuple):
    """One line: its id (``""`` for none), its parent's id (``None`` for a root object), and its bytes."""

    id: str
    parent: str | None
    line: bytes


def row_of(line: bytes) -> Row:
    """Read what places a line in its tree. Raises ``AnswerUnusable`` when it is no JSON object."""
    fields = _fields(line)
    gid, parent = fields.get("id"), fields.get("__parentId")
    if parent is not None and not isinstance(parent, str):
        raise AnswerUnusable("A line of a bulk result has a parent that is no id; fetch it again.")
    return Row(gid if isinstance(gid, str) else "", parent, line)


def object_of(row: Row) -> BulkObject:
    """Return the line as an object without children yet."""
    fields = _fields(row.line)
    fields.pop("__parentId", None)
    return BulkObject(row.id, fields, {})


def adopt(parent: BulkObject, child: BulkObject) -> None:
    """Put ``child`` below ``parent``, after those that are there. For objects under construction only."""
    assert isinstance(parent.children, dict)
    parent.children.setdefault(child.typename, []).append(child)


def _fields(line: bytes) -> dict[str, Any]:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        raise AnswerUnusable("A line of a bulk result is no JSON object; fetch it again.")
    return fields
