"""Nodes: everything in Content Server that has an id, a name and a parent.

There is no call that finds a child by exact name: ``where_name`` finds substrings without regard to case, so
the exact comparison happens here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import IntEnum

from muniment_ecm.answers import (
    JsonObject,
    integer,
    json_object,
    objects,
    one_result,
    part,
    required_id,
    results,
    text,
)
from muniment_ecm.errors import NodeNotAccessible
from muniment_ecm.forms import body_form, form
from muniment_ecm.names import comparable
from muniment_ecm.pages import pages
from muniment_ecm.session import Session
from muniment_ecm.times import parse_time

MAX_IDS_A_LIST = 250
PAGE_SIZE = 100
_FIELDS = "properties{id,name,parent_id,type,mime_type,size,create_date,modify_date,description}"


class NodeType(IntEnum):
    """The subtypes this client deals with."""

    FOLDER = 0
    WORKFLOW_MAP = 128
    CATEGORY = 131
    CATEGORY_FOLDER = 132
    DOCUMENT = 144
    CLASSIFICATION_TREE = 196
    CLASSIFICATION = 199
    RM_CLASSIFICATION = 551
    WORKSPACE = 848


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node. ``size`` is bytes for a document, the number of children for a container.

    ``category_values`` holds the server's flat keys (``{category id}_{attribute id}``) if they were asked
    for.
    """

    id: int
    name: str
    parent_id: int
    type: int
    mime_type: str | None = None
    size: int = 0
    description: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None
    category_values: dict[str, object] = field(default_factory=dict, repr=False)


class Nodes:
    """Reads nodes. ``server_zone`` is the zone of times that come without one."""

    def __init__(self, session: Session, *, server_zone: tzinfo = UTC) -> None:
        self._session = session
        self._zone = server_zone

    async def get(self, node_id: int, *, with_categories: bool = False) -> Node:
        """Return one node. Raises ``NodeNotAccessible``."""
        what = f"read node {node_id}"
        answer = await self._session.request(
            "GET", f"/v2/nodes/{node_id}", what=what, repeatable=True, params=_fields(with_categories)
        )
        return self.parse(one_result(json_object(answer, what), what), what)

    async def get_many(self, node_ids: Sequence[int], *, with_categories: bool = False) -> list[Node]:
        """Return those of ``node_ids`` that are accessible, 250 a request; the others are left out."""
        found: list[Node] = []
        for start in range(0, len(node_ids), MAX_IDS_A_LIST):
            found += await self._list(node_ids[start : start + MAX_IDS_A_LIST], with_categories)
        return found

    async def _list(self, node_ids: Sequence[int], with_categories: bool) -> list[Node]:
        what = "read a list of nodes"
        fields = [("ids", str(node_id)) for node_id in node_ids]
        fields += [(name, str(value)) for name, value in _fields(with_categories)]
        answer = await self._session.request(
            "POST", "/v2/nodes/list", what=what, repeatable=True, form=form(fields)
        )
        return [self.parse(result, what) for result in results(json_object(answer, what), what)]

    async def children(
        self,
        parent_id: int,
        *,
        of_type: int | None = None,
        name_contains: str | None = None,
        with_categories: bool = False,
        sort: str | None = None,
    ) -> AsyncIterator[Node]:
        """Yield the children of ``parent_id``, page by page, by name unless ``sort`` says otherwise.

        ``sort`` is the server's, ``desc_modify_date`` for example. Raises ``NodeNotAccessible``.
        """
        what = f"list the children of node {parent_id}"
        params = _fields(with_categories)
        if of_type is not None:
            params.append(("where_type", of_type))
        if name_contains is not None:
            params.append(("where_name", name_contains))
        if sort is not None:
            params.append(("sort", sort))
        path = f"/v2/nodes/{parent_id}/nodes"
        async for content in pages(self._session, path, what=what, limit=PAGE_SIZE, params=params):
            for result in results(content, what):
                yield self.parse(result, what)

    async def ids_by_name(self, parent_id: int, *, of_type: int) -> dict[str, int]:
        """Return the ids of the children of a type by their ``names.comparable`` name: the shortest answer
        the server can give.
        """
        what = f"list the children of node {parent_id}"
        params: list[tuple[str, str | int]] = [
            ("fields", "properties{id,name,type}"),
            ("where_type", of_type),
        ]
        found: dict[str, int] = {}
        path = f"/v2/nodes/{parent_id}/nodes"
        async for content in pages(self._session, path, what=what, limit=PAGE_SIZE, params=params):
            for result in results(content, what):
                properties = part(result, "data", "properties")
                if integer(properties, "type", -1) == of_type:
                    found[comparable(text(properties, "name"))] = required_id(properties, what)
        return found

    async def child(self, parent_id: int, name: str, *, with_categories: bool = False) -> Node | None:
        """Return the child of that name, compared as the server does; ``None`` if there is none."""
        wanted = comparable(name)
        async for node in self.children(parent_id, name_contains=name, with_categories=with_categories):
            if comparable(node.name) == wanted:
                return node
        return None

    async def walk(self, start_id: int, path: Sequence[str]) -> Node:
        """Return the node at ``path`` below ``start_id``. Raises ``NodeNotAccessible`` where it ends."""
        node = None
        for step in path:
            parent_id = node.id if node else start_id
            node = await self.child(parent_id, step)
            if node is None:
                raise NodeNotAccessible(
                    f"Could not follow the path: node {parent_id} has no child of the next name."
                )
        return node or await self.get(start_id)

    async def ancestors(self, node_id: int) -> list[Node]:
        """Return the way from the root to the node, both included."""
        what = f"read the ancestors of node {node_id}"
        answer = await self._session.request(
            "GET", f"/v1/nodes/{node_id}/ancestors", what=what, repeatable=True
        )
        return [self._node(entry, what) for entry in objects(json_object(answer, what).get("ancestors"))]

    async def move(self, node_id: int, parent_id: int) -> None:
        """Hang the node under another container. Raises ``NameTaken``, ``NodeNotAccessible``."""
        await self._session.change(
            "PUT",
            f"/v2/nodes/{node_id}",
            what=f"move node {node_id}",
            repeatable=True,
            form=body_form({"parent_id": parent_id}),
        )

    async def delete(self, node_id: int) -> None:
        """Put the node into the recycle bin; one that is there or gone already is no error.

        Raises ``OnHold`` and ``FinalRecord`` when it has to stay, ``NotPermitted``.
        """
        with suppress(NodeNotAccessible):
            await self._session.change(
                "DELETE", f"/v2/nodes/{node_id}", what=f"delete node {node_id}", repeatable=True
            )

    def parse(self, result: JsonObject, what: str) -> Node:
        """Return the node of one v2 result: ``data.properties`` and, if given, ``data.categories``."""
        data = part(result, "data") or result
        return self._node(part(data, "properties"), what, merged_categories(data.get("categories")))

    def _node(
        self, properties: JsonObject, what: str, category_values: dict[str, object] | None = None
    ) -> Node:
        return Node(
            id=required_id(properties, what),
            name=text(properties, "name"),
            parent_id=integer(properties, "parent_id"),
            type=integer(properties, "type", -1),
            mime_type=text(properties, "mime_type") or None,
            size=integer(properties, "size"),
            description=text(properties, "description"),
            created_at=parse_time(properties.get("create_date"), server_zone=self._zone),
            modified_at=parse_time(properties.get("modify_date"), server_zone=self._zone),
            category_values=category_values or {},
        )


def merged_categories(content: object) -> dict[str, object]:
    """Return category values as one flat dict; they come as a list of dicts, one dict, or nested ones."""
    merged: dict[str, object] = {}
    for entry in objects(content) if isinstance(content, list) else objects([content]):
        for key, value in entry.items():
            if isinstance(value, dict) and "_" not in key:
                merged.update(value)
            else:
                merged[key] = value
    return merged


def _fields(with_categories: bool) -> list[tuple[str, str | int]]:
    fields: list[tuple[str, str | int]] = [("fields", _FIELDS)]
    return [*fields, ("fields", "categories")] if with_categories else fields
