"""Relations between business workspaces: a case below its order. One relation is seen from both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from muniment_ecm.answers import integer, part, required_id, results, text
from muniment_ecm.creation import Origin, create_once
from muniment_ecm.errors import InvalidValue, NodeNotAccessible, RefusedByServer
from muniment_ecm.forms import form
from muniment_ecm.pages import pages
from muniment_ecm.session import Session

_PAGE_SIZE = 100


class Relation(StrEnum):
    """What the other workspace is to this one."""

    CHILD = "child"
    PARENT = "parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedWorkspace:
    """A workspace as it is related to the one that was asked about."""

    id: int
    name: str
    relation: Relation
    workspace_type_id: int = 0


class Relations:
    """Reads, makes and ends relations."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of(
        self, workspace_id: int, relation: Relation, *, name_begins: str = ""
    ) -> AsyncIterator[RelatedWorkspace]:
        """Yield the children or the parents of a workspace, page by page, by name."""
        what = f"list the workspaces related to workspace {workspace_id}"
        params: list[tuple[str, str | int]] = [("where_relationtype", str(relation))]
        if name_begins:
            params.append(("where_name", name_begins))
        path = f"/v2/businessworkspaces/{workspace_id}/relateditems"
        async for content in pages(self._session, path, what=what, limit=_PAGE_SIZE, params=params):
            for result in results(content, what):
                properties = part(result, "data", "properties") or part(result, "properties")
                yield RelatedWorkspace(
                    id=required_id(properties, what),
                    name=text(properties, "name"),
                    relation=relation,
                    workspace_type_id=integer(properties, "wnf_wksp_type_id"),
                )

    async def are_related(self, parent_id: int, child_id: int) -> bool:
        """Say whether ``child_id`` is a child of ``parent_id``."""
        return any([found.id == child_id async for found in self.of(parent_id, Relation.CHILD)])

    async def relate(self, parent_id: int, child_id: int) -> Origin:
        """Make ``child_id`` a child of ``parent_id``; ``Origin.FOUND`` where it is one already.

        Adding a relation twice is an error on the server, so it is looked for first.
        """
        if await self.are_related(parent_id, child_id):
            return Origin.FOUND
        made = await create_once(
            partial(self._relate, parent_id, child_id),
            partial(self._look, parent_id, child_id),
            taken=(RefusedByServer, InvalidValue),
        )
        return made.origin

    async def unrelate(self, parent_id: int, child_id: int) -> bool:
        """End the relation; return whether there was one. Neither workspace is changed."""
        if not await self.are_related(parent_id, child_id):
            return False
        try:
            await self._session.change(
                "DELETE",
                f"/v2/businessworkspaces/{parent_id}/relateditems/{child_id}",
                what=f"end a relation of workspace {parent_id}",
                repeatable=True,
                params=[("rel_type", str(Relation.CHILD))],
            )
        except (NodeNotAccessible, RefusedByServer):
            if await self.are_related(parent_id, child_id):
                raise
        return True

    async def _look(self, parent_id: int, child_id: int) -> bool | None:
        return True if await self.are_related(parent_id, child_id) else None

    async def _relate(self, parent_id: int, child_id: int) -> bool:
        await self._session.change(
            "POST",
            f"/v2/businessworkspaces/{parent_id}/relateditems",
            what=f"relate a workspace to workspace {parent_id}",
            repeatable=False,
            form=form({"rel_bw_id": str(child_id), "rel_type": str(Relation.CHILD)}),
        )
        return True
