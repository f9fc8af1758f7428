"""Workflow maps: what an administrator drew. Steps, who performs them, how one leads to the next."""

from __future__ import annotations

from dataclasses import dataclass, field

from muniment_sandbox.ecm.state.definitions import CategoryDefinition
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Table

INITIATOR = ""
"""The role of whoever started the process."""


@dataclass(frozen=True, slots=True)
class Disposition:
    """A custom action of a step: a way to decide, and the steps it leads to (none: this path ends)."""

    key: str
    label: str
    leads_to: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributeWrite:
    """What an automatic step writes to the workspace's category.

    ``value`` may be ``{disposition}``, ``{by}``, ``{at}`` or ``{process}``; else it is meant literally.
    """

    category: str
    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. With ``writes`` it is done by the server itself; else by a member who has its ``role``.

    Without ``dispositions`` it is sent on. ``waits_for``: steps that must all be done before it is ready.
    ``due_s`` counts from when it gets ready. ``needs_signature``: the performer gives the password again.
    """

    id: int
    title: str
    role: str = INITIATOR
    instructions: str = ""
    dispositions: tuple[Disposition, ...] = ()
    leads_to: tuple[int, ...] = ()
    waits_for: tuple[int, ...] = ()
    due_s: int | None = None
    needs_signature: bool = False
    writes: tuple[AttributeWrite, ...] = ()

    @property
    def is_automatic(self) -> bool:
        return bool(self.writes)

    def disposition(self, key: str) -> Disposition | None:
        """Return the custom action of that key, compared without regard to case."""
        return next((one for one in self.dispositions if one.key.casefold() == key.casefold()), None)


@dataclass(slots=True)
class WorkflowMap:
    """The map of node ``id`` (type 128). ``roles`` binds a role to a member or a group.

    ``attributes`` is the attributes package (type 1, sub-type 3). ``manager_ids`` see and manage every
    process of the map. ``has_start_step``: a form is filled before the process starts.
    """

    id: int
    name: str
    steps: tuple[Step, ...]
    attributes: CategoryDefinition
    roles: dict[str, int] = field(default_factory=dict)
    manager_ids: list[int] = field(default_factory=list)
    first: tuple[int, ...] = (1,)
    due_s: int | None = None
    has_start_step: bool = True
    start_instructions: str = ""

    def step(self, step_id: int) -> Step:
        """Return the step; ``KeyError`` when the map has none of that id."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


class WorkflowMaps:
    """All maps, by node id and by name."""

    def __init__(self, rows: Table[int, WorkflowMap]) -> None:
        self._rows = rows

    def define(self, workflow_map: WorkflowMap) -> WorkflowMap:
        return self._rows.put(workflow_map.id, workflow_map)

    def all(self) -> list[WorkflowMap]:
        return sorted(self._rows.values(), key=lambda one: one.name.casefold())

    def get(self, map_id: int) -> WorkflowMap:
        """Return the map of a node; refuse what is none."""
        found = self._rows.get(map_id)
        if found is None:
            raise Refused(Kind.INVALID, "Error getting node from ID")
        if not found.steps:
            raise Refused(Kind.INVALID, "Could not Loadmap, Workflow Map has no versions")
        return found

    def named(self, name: str) -> WorkflowMap:
        """Return the map of this name; ``KeyError`` when there is none."""
        for one in self._rows.values():
            if one.name.casefold() == name.casefold():
                return one
        raise KeyError(name)
