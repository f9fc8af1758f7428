"""One reading of one object: its queries, every page of its lists, and what may not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muniment_kit.errors import Retryable
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AccessDenied, AnswerUnusable
from muniment_shopify.graphql_answer import GraphqlError
from muniment_shopify.operations import operation
from muniment_shopify.snapshots.snapshot import Node


class Moved(Retryable):
    """The object was there a moment ago and is not any more, or changed between two pages."""

    def __init__(self) -> None:
        super().__init__("The object changed while it was read; it is read again.", after=1.0)


@dataclass(slots=True)
class Reading:
    """Executes the operations that one object is read by. ``gaps`` gathers paths that may not be read."""

    client: AdminClient
    gaps: set[str] = field(default_factory=set)

    async def object(self, name: str, gid: str, *, root: str, **variables: object) -> Node | None:
        """Return the object at ``root`` of operation ``name``, ``None`` when the shop does not know it.

        Raises ``AccessDenied`` when the object itself may not be read, ``AnswerUnusable`` for any other
        error, and what ``AdminClient.execute`` raises.
        """
        result = await self.client.execute(operation(name), {"id": gid, **variables})
        for error in result.errors:
            self._note(error, name, root)
        found: Node | None = result.data.get(root)
        return found or None

    async def all_pages(self, node: Node, connection: str, *, by: str, root: str) -> Node:
        """Return ``node`` with every page of ``connection``, the rest of which operation ``by`` reads."""
        first: Mapping[str, Any] | None = node.get(connection)
        if first is None:
            return node
        items, page = list(first["nodes"]), first["pageInfo"]
        while page["hasNextPage"]:
            more = await self.object(by, node["id"], root=root, after=page["endCursor"])
            if more is None:
                raise Moved
            next_page = more[connection]
            if not next_page["nodes"]:
                raise AnswerUnusable("Shopify announced another page and sent an empty one; try again.")
            items += next_page["nodes"]
            page = next_page["pageInfo"]
        return {**node, connection: {"nodes": items}}

    def _note(self, error: GraphqlError, name: str, root: str) -> None:
        fields = [step for step in error.path if isinstance(step, str)]
        if not error.is_access_denied:
            raise AnswerUnusable(f"Shopify could not answer all of {name}; try again.")
        if not fields or fields == [root]:
            raise AccessDenied(f"The app may not read what {name} asks for. Add the missing access scope.")
        self.gaps.add(".".join(fields))
