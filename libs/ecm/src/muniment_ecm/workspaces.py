"""Business workspaces, keyed by their business object: found, or created at most once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from muniment_ecm.answers import JsonObject, integer, json_object, part, required_id, results, text
from muniment_ecm.creation import Created, Origin, create_once
from muniment_ecm.errors import EditConflict, InvalidValue, NameTaken, NodeNotAccessible, RefusedByServer
from muniment_ecm.forms import body_form
from muniment_ecm.names import alternative, safe_name
from muniment_ecm.nodes import NodeType
from muniment_ecm.session import Session
from muniment_ecm.workspace_types import WorkspaceTemplate


@dataclass(frozen=True, slots=True)
class BusinessObject:
    """What a workspace is about: ``system`` and ``type`` as registered, ``id`` unique within both."""

    system: str
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """One business workspace."""

    id: int
    name: str
    parent_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceDraft:
    """A workspace to be made. ``category_values`` are flat keys by category id."""

    business_object: BusinessObject
    name: str
    template: WorkspaceTemplate
    category_values: Mapping[int, Mapping[str, object]] = field(default_factory=dict, repr=False)


class Workspaces:
    """Finds, makes and changes workspaces."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def by_business_object(self, business_object: BusinessObject) -> Workspace | None:
        """Return the workspace of the business object; the oldest if a server let several come into being."""
        return min(await self.all_of(business_object), key=lambda workspace: workspace.id, default=None)

    async def all_of(self, business_object: BusinessObject) -> list[Workspace]:
        """Return every workspace of the business object: none, one, or a sign that something went wrong."""
        what = f"find the workspace of a business object of type {business_object.type}"
        steps = [
            quote(step, safe="")
            for step in (business_object.system, business_object.type, business_object.id)
        ]
        path = "/v2/externalsystems/{}/botypes/{}/boids/{}".format(*steps)
        try:
            answer = await self._session.request("GET", path, what=what, repeatable=True)
        except NodeNotAccessible:
            return []
        return [_workspace(result, what) for result in results(json_object(answer, what), what)]

    async def create(self, draft: WorkspaceDraft, *, name: str | None = None) -> int:
        """Create the workspace and return its node id. Not repeatable: see ``find_or_create``."""
        what = f"create a workspace for a business object of type {draft.business_object.type}"
        body: JsonObject = {
            "template_id": draft.template.template_id,
            "wksp_type_id": draft.template.type_id,
            "type": int(NodeType.WORKSPACE),
            "name": name or safe_name(draft.name),
            "ext_system_id": draft.business_object.system,
            "bo_type": draft.business_object.type,
            "bo_id": draft.business_object.id,
        }
        if draft.category_values:
            nested = {str(category): dict(values) for category, values in draft.category_values.items()}
            body["roles"] = {"categories": nested}
        answer = await self._session.request(
            "POST", "/v2/businessworkspaces", what=what, repeatable=False, form=body_form(body)
        )
        return required_id(part(json_object(answer, what), "results"), what)

    async def find_or_create(self, draft: WorkspaceDraft) -> Created[int]:
        """Return the business object's workspace, creating it at most once.

        Look → create → on any refusal or lost answer look again. A name that belongs to another workspace is
        answered with ``names.alternative`` of the business object's id.
        """
        found = await self._id_of(draft.business_object)
        if found is not None:
            return Created(found, Origin.FOUND)
        try:
            return await self._create_once(draft, safe_name(draft.name))
        except NameTaken:
            return await self._create_once(draft, alternative(draft.name, draft.business_object.id))

    async def _create_once(self, draft: WorkspaceDraft, name: str) -> Created[int]:
        find = partial(self._id_of, draft.business_object)
        try:
            return await create_once(partial(self.create, draft, name=name), find)
        except (RefusedByServer, InvalidValue, EditConflict):
            found = await find()  # a concurrent creator makes some servers refuse with a text of their own
            if found is None:
                raise
            return Created(found, Origin.FOUND)

    async def _id_of(self, business_object: BusinessObject) -> int | None:
        found = await self.by_business_object(business_object)
        return found.id if found else None

    async def rename(self, workspace_id: int, name: str) -> None:
        """Give the workspace another name. Raises ``NameTaken``."""
        await self._session.change(
            "PUT",
            f"/v2/nodes/{workspace_id}",
            what=f"rename workspace {workspace_id}",
            repeatable=True,
            form=body_form({"name": safe_name(name)}),
        )


def _workspace(result: JsonObject, what: str) -> Workspace:
    properties = part(result, "data", "properties") or part(result, "properties") or result
    return Workspace(
        required_id(properties, what), text(properties, "name"), integer(properties, "parent_id")
    )
