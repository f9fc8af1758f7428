"""What automatic steps write: attributes of the categories of the workspace a process is about."""

from __future__ import annotations

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state.categories import Categories
from muniment_sandbox.ecm.state.clock import iso_local
from muniment_sandbox.ecm.state.definitions import Attribute, CategoryDefinition
from muniment_sandbox.ecm.state.members import Members
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Refused
from muniment_sandbox.ecm.state.tree import NodeTree
from muniment_sandbox.ecm.state.workflow_attachments import WorkflowAttachments
from muniment_sandbox.ecm.state.workflow_maps import AttributeWrite, Step
from muniment_sandbox.ecm.state.workflow_processes import Process


class WorkflowWrites:
    """Carries out the writes of a step; says in a sentence what became of each category."""

    def __init__(
        self, tree: NodeTree, categories: Categories, members: Members, attachments: WorkflowAttachments
    ) -> None:
        self._tree = tree
        self._categories = categories
        self._members = members
        self._attachments = attachments

    def carry_out(self, process: Process, step: Step) -> list[str]:
        workspace = self._attachments.workspace(process.attachments_id)
        if workspace is None:
            return [f"{step.title}: nothing to write, no attachment lies in a business workspace."]
        wanted: dict[str, list[AttributeWrite]] = {}
        for write in step.writes:
            wanted.setdefault(write.category, []).append(write)
        return [
            self._write(process, step, workspace, category, writes) for category, writes in wanted.items()
        ]

    def _write(
        self, process: Process, step: Step, workspace: Node, category: str, writes: list[AttributeWrite]
    ) -> str:
        try:
            definition = self._categories.named(category)
        except KeyError:
            return f"{step.title}: there is no category '{category}'."
        if definition.id not in workspace.categories:
            return f"{step.title}: the workspace does not have the category '{category}'."
        try:
            fields = {_key(definition, one.attribute): self._value(process, one.value) for one in writes}
            self._categories.update(workspace, definition.id, fields)
        except Refused as refused:
            return f"{step.title}: {refused.text}"
        self._tree.touch(workspace, process.initiator_id)
        return f"{step.title}: wrote {', '.join(one.attribute for one in writes)} to '{category}'."

    def _value(self, process: Process, value: str) -> Json:
        decision = process.decision
        if value == "{process}":
            return process.id
        if value == "{disposition}":
            return decision.label if decision is not None else None
        if value == "{by}":
            return self._members.get(decision.by).display_name if decision is not None else None
        if value == "{at}":
            return iso_local(decision.at) if decision is not None else None
        return value


def _key(definition: CategoryDefinition, name: str) -> str:
    for item in definition.items:
        if isinstance(item, Attribute) and item.name == name:
            return f"{definition.id}_{item.id}"
    return f"{definition.id}_0"
