"""Holds: why a node must stay. A hold is found or made by its name, put on nodes and taken off again.

A hold on a container reaches everything in it. What a hold refuses (deleting a node or its versions) is
``OnHold``; a node is free only when all of its holds are off.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from muniment_ecm.answers import JsonObject, integer, json_object, objects, part, text
from muniment_ecm.creation import Created, Origin, create_once
from muniment_ecm.errors import AnswerNotUnderstood, NodeNotAccessible, RefusedByServer
from muniment_ecm.forms import body_form, form
from muniment_ecm.pages import pages
from muniment_ecm.session import Session
from muniment_ecm.times import parse_date

_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldDraft:
    """A hold to be made. ``type`` is a code of the server's ``hold_type`` table."""

    name: str
    type: str
    applied_on: date
    comment: str = ""
    alternate_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold. A closed one (``is_active`` false) binds nothing."""

    id: int
    name: str
    type: str
    comment: str
    applied_on: date | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHold:
    """A hold that binds a node: put on ``on_node_id``, the node itself or a container around it."""

    hold_id: int
    name: str
    on_node_id: int
    is_active: bool


class Holds:
    """Finds, makes, puts on and takes off. Changes are made one at a time, as the module wants it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = asyncio.Lock()

    async def by_name(self, name: str) -> Hold | None:
        """Return the hold of that name, compared without regard to case; ``None`` if there is none."""
        wanted = name.casefold()
        what = "find a hold by its name"
        try:
            answer = await self._session.request(
                "GET", "/v2/hold", what=what, repeatable=True, params=[("holdname", name)]
            )
        except (RefusedByServer, NodeNotAccessible):
            pass  # servers refuse an unknown name in several ways; the list decides
        else:
            content = json_object(answer, what)
            found = part(content, "results", "data", "hold") or part(content, "hold")
            if text(found, "HoldName").casefold() == wanted:
                return _hold(found, what)
        async for hold in self.all():
            if hold.name.casefold() == wanted:
                return hold
        return None

    async def all(self) -> AsyncIterator[Hold]:
        """Yield all holds, page by page."""
        what = "list the holds"
        async for content in pages(self._session, "/v2/holds", what=what, limit=_PAGE_SIZE):
            results = part(content, "results")
            if "results" not in content:
                raise AnswerNotUnderstood(f"Could not {what}: the answer has no results.")
            for entry in objects((part(results, "data") or results).get("holds")):
                yield _hold(entry, what)

    async def find_or_create(self, draft: HoldDraft) -> Created[int]:
        """Return the id of the hold of that name, making it at most once."""
        async with self._lock:
            found = await self._id_of(draft.name)
            if found is not None:
                return Created(found, Origin.FOUND)
            return await create_once(
                partial(self._create, draft), partial(self._id_of, draft.name), taken=(RefusedByServer,)
            )

    async def close(self, hold_id: int, *, on: date, comment: str = "") -> None:
        """End the hold for everything it is on; it stays as history."""
        fields = {"id": str(hold_id), "date_removed": on.isoformat(), "removal_comment": comment}
        async with self._lock:
            await self._session.change(
                "PUT", "/v1/holds", what=f"close hold {hold_id}", repeatable=True, form=form(fields)
            )

    async def of(self, node_id: int) -> list[NodeHold]:
        """Return the holds that bind a node, its own and those of containers around it."""
        what = f"read the holds of node {node_id}"
        answer = await self._session.request("GET", f"/v1/nodes/{node_id}/holds", what=what, repeatable=True)
        content = json_object(answer, what)
        if "data" not in content:
            raise AnswerNotUnderstood(f"Could not {what}: the answer has no data.")
        return [
            NodeHold(
                hold_id=integer(entry, "hold_id"),
                name=text(entry, "hold_name"),
                on_node_id=integer(entry, "id"),
                is_active=entry.get("active") is not False,
            )
            for entry in objects(content["data"])
        ]

    async def put_on(self, node_id: int, hold_id: int) -> Origin:
        """Put the hold on the node; ``Origin.FOUND`` where it was on it already."""
        async with self._lock:
            if await self._on(node_id, hold_id):
                return Origin.FOUND
            made = await create_once(
                partial(self._apply, node_id, hold_id),
                partial(self._on, node_id, hold_id),
                taken=(RefusedByServer,),
            )
            return made.origin

    async def take_off(self, node_id: int, hold_id: int) -> bool:
        """Take the hold from the node itself; return whether it was on it. Other holds stay."""
        async with self._lock:
            if not await self._on(node_id, hold_id):
                return False
            try:
                await self._session.change(
                    "DELETE",
                    f"/v1/nodes/{node_id}/holds/{hold_id}",
                    what=f"take a hold from node {node_id}",
                    repeatable=True,
                )
            except RefusedByServer:
                if await self._on(node_id, hold_id):
                    raise
            return True

    async def nodes_under(self, hold_id: int) -> AsyncIterator[int]:
        """Yield the ids of the nodes that the hold was put on itself."""
        what = f"list the nodes under hold {hold_id}"
        async for content in pages(
            self._session, f"/v2/holditems/{hold_id}/page", what=what, limit=_PAGE_SIZE
        ):
            for entry in objects(content.get("results")):
                properties = part(entry, "data", "properties") or entry
                yield integer(properties, "id") or integer(properties, "dataid")

    async def _on(self, node_id: int, hold_id: int) -> bool | None:
        """Return ``True`` or ``None``: what ``create_once`` wants of a look."""
        found = [held for held in await self.of(node_id) if held.hold_id == hold_id]
        return True if any(held.on_node_id in (0, node_id) for held in found) else None

    async def _apply(self, node_id: int, hold_id: int) -> bool:
        await self._session.change(
            "POST",
            f"/v1/nodes/{node_id}/holds",
            what=f"put a hold on node {node_id}",
            repeatable=False,
            form=body_form({"hold_id": hold_id}),
        )
        return True

    async def _id_of(self, name: str) -> int | None:
        found = await self.by_name(name)
        return found.id if found else None

    async def _create(self, draft: HoldDraft) -> int:
        what = "create a hold"
        fields = {
            "name": draft.name,
            "type": draft.type,
            "comment": draft.comment,
            "alternate_id": draft.alternate_id,
            "date_applied": draft.applied_on.isoformat(),
        }
        answer = await self._session.request(
            "POST", "/v1/holds", what=what, repeatable=False, form=form(fields)
        )
        hold_id = integer(json_object(answer, what), "holdID")
        if hold_id <= 0:
            raise AnswerNotUnderstood(f"Could not {what}: the answer does not say its id.")
        return hold_id


def _hold(entry: JsonObject, what: str) -> Hold:
    hold_id = integer(entry, "HoldID")
    if hold_id <= 0:
        raise AnswerNotUnderstood(f"Could not {what}: the answer does not say its id.")
    return Hold(
        id=hold_id,
        name=text(entry, "HoldName"),
        type=text(entry, "HoldType"),
        comment=text(entry, "HoldComment"),
        applied_on=parse_date(entry.get("DateApplied")),
        is_active=entry.get("ActiveHold") not in (0, False, "0", "false"),
    )
