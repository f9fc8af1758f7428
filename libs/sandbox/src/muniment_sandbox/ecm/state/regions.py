"""The regions of the search index: what of an item can be searched, shown and sorted by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.tree import NodeTree

ATTRIBUTE = re.compile(r"Attr_(\d+)_(\d+)(?:_(\d+))?", re.IGNORECASE)
LOCATION = "OTLocation"


class Sort(Enum):
    """How values of a region compare."""

    TEXT = "string"
    NUMBER = "integer"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Region:
    """One region. ``values`` gives what an item has in it; dates are ``YYYYMMDD``."""

    name: str
    title: str
    sort: Sort
    values: Callable[[Node], Sequence[Json]]


@lru_cache(maxsize=4096)
def day_of(seconds: int) -> str:
    return datetime.fromtimestamp(seconds - seconds % 86_400, UTC).strftime("%Y%m%d")


def _external_day(text: str | None) -> list[Json]:
    return [] if not text else [text[:10].replace("-", "")]


def _file_type(node: Node) -> list[Json]:
    return [version.file_name.rpartition(".")[2].lower() for version in node.versions[-1:]]


_ALL = (
    Region("OTName", "Name", Sort.TEXT, lambda node: [node.name]),
    Region("OTDescription", "Description", Sort.TEXT, lambda node: [node.description]),
    Region("OTSubType", "Type", Sort.NUMBER, lambda node: [node.type]),
    Region("OTDataID", "Node id", Sort.NUMBER, lambda node: [node.id]),
    Region("OTParentID", "Parent id", Sort.NUMBER, lambda node: [node.parent_id]),
    Region("OTMIMEType", "MIME type", Sort.TEXT, lambda node: [one.mime_type for one in node.versions[-1:]]),
    Region("OTFileType", "File type", Sort.TEXT, _file_type),
    Region("OTObjectDate", "Date", Sort.DATE, lambda node: [day_of(node.modify_date)]),
    Region("OTCreateDate", "Created", Sort.DATE, lambda node: [day_of(node.create_date)]),
    Region("OTModifyDate", "Modified", Sort.DATE, lambda node: [day_of(node.modify_date)]),
    Region("OTExternalCreateDate", "Created elsewhere", Sort.DATE,
           lambda node: _external_day(node.external.create_date)),
    Region("OTExternalModifyDate", "Modified elsewhere", Sort.DATE,
           lambda node: _external_day(node.external.modify_date)),
    Region("OTExternalIdentity", "Identity elsewhere", Sort.TEXT, lambda node: [node.external.identity]),
    Region("OTExternalSource", "Source", Sort.TEXT, lambda node: [node.external.source]),
    Region("OTCreatedBy", "Created by", Sort.NUMBER, lambda node: [node.create_user_id]),
    Region("OTOwnerID", "Owner", Sort.NUMBER, lambda node: [node.owner_user_id]),
    Region("OTObjectSize", "Size", Sort.NUMBER, lambda node: [one.size_bytes for one in node.versions[-1:]]),
)  # fmt: skip
_BY_NAME = {region.name.casefold(): region for region in _ALL}


class Regions:
    """The regions by name; ``OTLocation`` needs the tree, attributes of categories the node alone."""

    def __init__(self, tree: NodeTree) -> None:
        self._tree = tree
        self._location = Region(LOCATION, "Location", Sort.NUMBER, self._ancestors)

    def all(self) -> list[Region]:
        return [*_ALL, self._location]

    def find(self, name: str) -> Region | None:
        """A region by its name in any case, or that of a category's attribute; ``None`` when unknown."""
        if name.casefold() == LOCATION.casefold():
            return self._location
        match = ATTRIBUTE.fullmatch(name)
        if match is None:
            return _BY_NAME.get(name.casefold())
        category, item, inner = (None if one is None else int(one) for one in match.groups())
        return Region(name, name, Sort.TEXT, lambda node: _attribute(node, category or 0, item or 0, inner))

    def _ancestors(self, node: Node) -> list[Json]:
        return [above.id for above in self._tree.ancestors(node)]


def texts(node: Node) -> Iterator[str]:
    """Every text of an item's metadata."""
    yield node.name
    if node.description:
        yield node.description
    for applied in node.categories.values():
        for value in applied.values.values():
            yield from _text_of(value)
        for rows in applied.rows.values():
            for row in rows:
                for cell in row.values():
                    yield from _text_of(cell)


def _text_of(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _text_of(one)
    elif value is not None:
        yield str(value)


def _attribute(node: Node, category: int, item: int, inner: int | None) -> Sequence[Json]:
    """The values of an attribute, or of one in the rows of a set."""
    applied = node.categories.get(category)
    if applied is None:
        return ()
    if inner is None:
        value = applied.values.get(item)
        return value if isinstance(value, list) else () if value is None else (value,)
    found: list[Json] = []
    for row in applied.rows.get(item, []):
        value = row.get(inner)
        found += value if isinstance(value, list) else [] if value is None else [value]
    return found
