"""A new business workspace: type, place and template found, template copied, business object linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state.categories import Categories
from muniment_sandbox.ecm.state.creation import Creation
from muniment_sandbox.ecm.state.names import checked_name
from muniment_sandbox.ecm.state.nodes import NO_ORIGIN, External, Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused, duplicate, missing_argument
from muniment_sandbox.ecm.state.tables import Sequence
from muniment_sandbox.ecm.state.tree import NodeTree
from muniment_sandbox.ecm.state.workspace_types import WorkspaceType, WorkspaceTypes
from muniment_sandbox.ecm.state.workspaces import BusinessObject, Workspace, Workspaces, copied_roles

May: TypeAlias = Callable[[Node, str], object]


def _anything_goes(_node: Node, _right: str) -> None:
    """Refuse nothing: the administrator of a seed."""


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    """What a client asks for when it creates a business workspace; what is left out follows from the rest."""

    name: str = ""
    description: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    template_id: int | None = None
    type_id: int | None = None
    parent_id: int | None = None
    business_object: BusinessObject | None = None
    completes_id: int | None = None
    external: External = NO_ORIGIN
    categories: Mapping[str, Json] = field(default_factory=dict)
    classifications: tuple[int, ...] = ()


class WorkspaceCreation:
    """Creates workspaces, and completes or updates existing ones."""

    def __init__(
        self,
        tree: NodeTree,
        creation: Creation,
        categories: Categories,
        workspaces: Workspaces,
        types: WorkspaceTypes,
        sequence: Sequence,
    ) -> None:
        self._tree = tree
        self._creation = creation
        self._categories = categories
        self._workspaces = workspaces
        self._types = types
        self._sequence = sequence

    def create(self, new: NewWorkspace, member_id: int, may: May = _anything_goes) -> Node:
        """Create a workspace; refuse a taken name and a business object that has one already.

        ``may`` refuses when the one who asks has not that right on that node.
        """
        if new.completes_id is not None:
            return self.update(self._workspaces.get(new.completes_id), new, member_id, may)
        workspace_type = self._type(new)
        template = self._template(new, workspace_type)
        parent_id = new.parent_id if new.parent_id is not None else workspace_type.location_id
        if parent_id is None:
            raise missing_argument("parent_id")
        may(template, "see_contents")
        may(self._tree.get(parent_id), "add_items")
        if new.business_object is not None:
            self._workspaces.check_free(new.business_object)
        return self._build(new, workspace_type, template, parent_id, member_id)

    def update(
        self,
        workspace: Workspace,
        new: NewWorkspace,
        member_id: int,
        may: May = _anything_goes,
    ) -> Node:
        """Write name, description, categories and business object of an existing workspace."""
        node = self._tree.get(workspace.node_id)
        may(node, "modify")
        if new.categories:
            may(node, "edit_attributes")
        categories = self._categories.merged(node, new.categories)
        if new.business_object is not None:
            self._workspaces.check_free(new.business_object, node.id)
        if new.name and new.name != node.name:
            self._tree.rename(node, new.name)
        if new.business_object is not None:
            self._workspaces.link_object(workspace, new.business_object)
        if new.description:
            node.description = new.description
        node.categories = categories
        self._tree.touch(node, member_id)
        return node

    def _build(
        self, new: NewWorkspace, workspace_type: WorkspaceType, template: Node, parent_id: int, member_id: int
    ) -> Node:
        name = checked_name(self._name(new))
        if self._tree.child_named(parent_id, name) is not None:
            raise duplicate(name)
        trial = replace(template, id=0, categories={k: v.copy() for k, v in template.categories.items()})
        categories = self._categories.merged(trial, new.categories)
        node = self._creation.copy(template, parent_id, name, member_id)
        node.categories = categories
        node.description = new.description or template.description
        node.names = dict(new.names)
        node.external = new.external
        node.workspace_type_id = workspace_type.id
        node.workspace_template_id = template.id
        node.classifications += [one for one in new.classifications if one not in node.classifications]
        self._tree.touch(node, member_id)
        if new.business_object is not None:
            self._workspaces.link_object(self._workspaces.get(node.id), new.business_object)
        return node

    def adopt(self, source: Node, copy: Node) -> None:
        """Make the copy of a workspace or template a workspace: same type and roles, no business object."""
        pattern = self._workspaces.template(source.id)
        if pattern is not None:
            role_ids = [self._sequence.next() for _ in pattern.roles]
            self._workspaces.add(
                Workspace(
                    copy.id,
                    pattern.type_id,
                    pattern.template_id,
                    roles=copied_roles(pattern.roles, role_ids),
                )
            )

    def _type(self, new: NewWorkspace) -> WorkspaceType:
        found: WorkspaceType | None = None
        if new.template_id is not None:
            found = self._types.of_template(new.template_id)
        elif new.type_id is not None:
            found = self._types.find(new.type_id)
        elif new.business_object is not None:
            key = new.business_object
            object_type = self._types.object_type(key.ext_system_id, key.bo_type)
            if object_type is None:
                raise Refused(Kind.NOT_FOUND, f"The business object type '{key.bo_type}' does not exist.")
            found = self._types.find(object_type.workspace_type_id)
        else:
            raise missing_argument("template_id")
        if found is None:
            raise Refused(Kind.NOT_FOUND, "The business workspace type does not exist.")
        return found

    def _template(self, new: NewWorkspace, workspace_type: WorkspaceType) -> Node:
        template_id = (
            new.template_id if new.template_id is not None else next(iter(workspace_type.template_ids), None)
        )
        template = None if template_id is None else self._tree.find(template_id)
        if template is None:
            raise Refused(Kind.NOT_FOUND, f"The template {template_id} does not exist.")
        return template

    def _name(self, new: NewWorkspace) -> str:
        if new.name:
            return new.name
        if new.business_object is not None:
            return new.business_object.bo_id
        raise missing_argument("name")
