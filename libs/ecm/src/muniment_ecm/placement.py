"""Where a document goes: its workspace with what it shows, and its folder. Found, or made at most once.

Ids are remembered, so a workspace known to this process costs no request. What the workspace shows is written
only when newer: the time of the values stands beside them in the category, and the server's metadata token
turns a concurrent change into ``EditConflict``, after which everything is read again. Of two states with the
same time the one that comes later is written: Shopify's times are whole seconds, and an order is often
created and paid within one.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from muniment_ecm.attributes import Value
from muniment_ecm.creation import Origin
from muniment_ecm.errors import EditConflict
from muniment_ecm.filing_plan import FilingPlan, WorkspacePlan
from muniment_ecm.layout import ArchiveLayout
from muniment_ecm.names import comparable, safe_name
from muniment_ecm.server import ContentServer
from muniment_ecm.set_up import SetUp, WorkspaceSetUp
from muniment_ecm.times import parse_time
from muniment_ecm.workspaces import BusinessObject, WorkspaceDraft

_MAX_KNOWN = 10_000
_EDIT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in a workspace; ``folder_id`` is 0 where it is not known."""

    workspace_id: int
    folder_id: int


@dataclass(slots=True)
class _Known:
    """What this process knows of a workspace.

    ``shown_at`` is the time of the newest values seen in its category, ``shown`` the plan they came from.
    """

    workspace_id: int
    shown_at: datetime | None = None
    shown: WorkspacePlan | None = None
    folders: dict[tuple[str, ...], int] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)


class Placement:
    """Finds places and remembers them; the caller keeps calls for one business object apart."""

    def __init__(self, server: ContentServer, layout: ArchiveLayout) -> None:
        self._server = server
        self._layout = layout
        self._known: OrderedDict[BusinessObject, _Known] = OrderedDict()

    async def place(self, plan: FilingPlan, set_up: SetUp) -> Place:
        """Return the place for the document. Raises ``NodeNotAccessible`` when what is remembered is gone."""
        business_object = self.business_object(plan.workspace)
        workspace_set_up = set_up.workspaces[plan.workspace.business_object_type]
        known = self._known.get(business_object)
        if known is None:
            known = await self._find(business_object, plan.workspace, workspace_set_up)
            self._remember(business_object, known)
        else:
            self._known.move_to_end(business_object)
        await self._show(known, plan.workspace, workspace_set_up)
        folder_id = await self._folder(known, plan.folder)
        return Place(known.workspace_id, folder_id)

    def business_object(self, plan: WorkspacePlan) -> BusinessObject:
        """Return the business object the plan names."""
        return BusinessObject(
            self._layout.business_object_system, plan.business_object_type, plan.business_object_id
        )

    def remembered(self, plan: FilingPlan) -> Place | None:
        """Return what is remembered of the document's place, ``None`` if not even its workspace is."""
        known = self._known.get(self.business_object(plan.workspace))
        if known is None:
            return None
        steps = tuple(comparable(safe_name(name)) for name in plan.folder)
        return Place(known.workspace_id, known.folders.get(steps, 0 if steps else known.workspace_id))

    def forget(self, plan: WorkspacePlan) -> None:
        """Forget what is remembered of a workspace: something of it was not accessible."""
        self._known.pop(self.business_object(plan), None)

    def _remember(self, business_object: BusinessObject, known: _Known) -> None:
        self._known[business_object] = known
        if len(self._known) > _MAX_KNOWN:
            self._known.popitem(last=False)

    async def _find(
        self, business_object: BusinessObject, plan: WorkspacePlan, set_up: WorkspaceSetUp
    ) -> _Known:
        values = set_up.category.written(self._values(plan))
        draft = WorkspaceDraft(
            business_object=business_object,
            name=plan.name,
            template=set_up.template,
            category_values={set_up.category.id: values},
        )
        created = await self._server.workspaces.find_or_create(draft)
        if created.origin is not Origin.MADE:
            return _Known(created.thing)
        return _Known(created.thing, shown_at=self._shown_at(plan, set_up), shown=plan)

    def _shown_at(self, plan: WorkspacePlan, set_up: WorkspaceSetUp) -> datetime:
        """Return the time of the plan's values with the precision that the attribute keeps."""
        attribute = set_up.category.attributes[self._layout.updated_at]
        return parse_time(attribute.written(plan.updated_at)) or plan.updated_at

    def _values(self, plan: WorkspacePlan) -> dict[str, Value]:
        return {**plan.values, self._layout.updated_at: plan.updated_at}

    async def _show(self, known: _Known, plan: WorkspacePlan, set_up: WorkspaceSetUp) -> None:
        """Write the plan's values into the workspace's category unless newer ones are there."""
        if known.shown == plan:
            return
        at = self._shown_at(plan, set_up)
        if known.shown_at is not None and known.shown_at > at:
            return
        for attempt in range(1, _EDIT_ATTEMPTS + 1):
            try:
                await self._show_newer(known, plan, set_up, at)
            except EditConflict:
                if attempt == _EDIT_ATTEMPTS:
                    raise
            else:
                return

    async def _show_newer(
        self, known: _Known, plan: WorkspacePlan, set_up: WorkspaceSetUp, at: datetime
    ) -> None:
        category, values = set_up.category, self._values(plan)
        state = await self._server.categories.state(known.workspace_id, category)
        if state.values is None:
            await self._server.categories.write(known.workspace_id, category, values)
        else:
            shown_at = parse_time(state.values.get(self._layout.updated_at))  # written by us, so in UTC
            if shown_at is not None and shown_at > at:
                known.shown_at, known.shown = shown_at, None
                return
            if not category.holds(state.values, values):
                await self._server.categories.update(known.workspace_id, category, values, token=state.token)
        known.shown_at, known.shown = at, plan

    async def _folder(self, known: _Known, path: tuple[str, ...]) -> int:
        parent_id = known.workspace_id
        steps: tuple[str, ...] = ()
        for name in map(safe_name, path):
            steps = (*steps, comparable(name))
            if steps not in known.folders and parent_id not in known.listed:
                inside = await self._server.folders.inside(parent_id)
                known.folders |= {(*steps[:-1], child): child_id for child, child_id in inside.items()}
                known.listed.add(parent_id)
            if steps not in known.folders:
                known.folders[steps] = (await self._server.folders.ensure(parent_id, name)).thing
            parent_id = known.folders[steps]
        return parent_id
