"""Business workspaces: made from templates, found by business object, related to each other, with roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Table
from muniment_sandbox.ecm.state.tree import NodeTree

CHILD, PARENT = "child", "parent"


@dataclass(frozen=True, slots=True)
class BusinessObject:
    """The key under which a workspace belongs to an object of another system."""

    ext_system_id: str
    bo_type: str
    bo_id: str


@dataclass(slots=True)
class Role:
    """A role of one workspace. ``perms`` is the bit mask of its rights."""

    id: int
    name: str
    description: str = ""
    is_leader: bool = False
    perms: int = 0
    member_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Workspace:
    """What a node of type 848 has beyond a folder."""

    node_id: int
    type_id: int
    template_id: int
    objects: list[BusinessObject] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)

    def role(self, role_id: int) -> Role:
        for role in self.roles:
            if role.id == role_id:
                return role
        raise Refused(Kind.NOT_FOUND, f"The role {role_id} does not exist in the workspace {self.node_id}.")


class Workspaces:
    """All workspaces, templates included (a template is never in the indexes)."""

    def __init__(self, rows: Table[int, Workspace], tree: NodeTree) -> None:
        self._rows = rows
        self._tree = tree
        self._by_object: dict[BusinessObject, int] = {}
        self._by_type: dict[int, dict[int, None]] = {}

    def rebuild(self) -> None:
        """Index all workspaces again after the table was loaded; a template is its own template."""
        for workspace in self._rows.values():
            if workspace.template_id != workspace.node_id and self._tree.find(workspace.node_id) is not None:
                self._index(workspace)

    def add(self, workspace: Workspace, *, is_template: bool = False) -> Workspace:
        self._rows.put(workspace.node_id, workspace)
        if not is_template:
            self._index(workspace)
        return workspace

    def template(self, node_id: int) -> Workspace | None:
        return self._rows.get(node_id)

    def get(self, node_id: int) -> Workspace:
        """Return the workspace of a node; refuse (404) what is none."""
        workspace = self.find(node_id)
        if workspace is None:
            raise Refused(Kind.NOT_FOUND, f"The business workspace {node_id} does not exist.")
        return workspace

    def find(self, node_id: int) -> Workspace | None:
        workspace = self._rows.get(node_id)
        return None if workspace is None or self._tree.find(node_id) is None else workspace

    def by_object(self, business_object: BusinessObject) -> Workspace | None:
        node_id = self._by_object.get(business_object)
        return None if node_id is None else self._rows[node_id]

    def of_type(self, type_id: int) -> Iterable[int]:
        """Node ids of all workspaces of one type, in the order of their creation."""
        return list(self._by_type.get(type_id, ()))

    def all(self) -> list[int]:
        """Node ids of all workspaces."""
        return [node_id for members in self._by_type.values() for node_id in members]

    def count(self) -> int:
        return sum(len(members) for members in self._by_type.values())

    def containing(self, node: Node) -> Node | None:
        """Return the nearest workspace that the node is or lies in."""
        for above in reversed(self._tree.ancestors(node)):
            if above.is_workspace and above.id in self._rows:
                return above
        return None

    def link_object(self, workspace: Workspace, business_object: BusinessObject) -> None:
        """Give the workspace a business object; refuse one that another workspace has."""
        self.check_free(business_object, workspace.node_id)
        if business_object not in workspace.objects:
            workspace.objects.append(business_object)
        self._by_object[business_object] = workspace.node_id
        self._rows.put(workspace.node_id, workspace)

    def check_free(self, business_object: BusinessObject, node_id: int | None = None) -> None:
        holder = self._by_object.get(business_object)
        if holder not in (None, node_id):
            raise Refused(
                Kind.DUPLICATE,
                f"A business workspace for the business object '{business_object.bo_id}' of type "
                f"'{business_object.bo_type}' in '{business_object.ext_system_id}' already exists.",
            )

    def unlink_object(self, workspace: Workspace, business_object: BusinessObject) -> None:
        if business_object not in workspace.objects:
            raise Refused(Kind.NOT_FOUND, f"The business object '{business_object.bo_id}' is not referenced.")
        workspace.objects.remove(business_object)
        self._by_object.pop(business_object, None)
        self._rows.put(workspace.node_id, workspace)

    def relate(self, workspace: Workspace, other: Workspace, relation: str) -> None:
        """Make ``other`` a child or the parent of the workspace; seen from both sides."""
        parent, child = (workspace, other) if relation == CHILD else (other, workspace)
        if parent is child:
            raise Refused(Kind.INVALID, "A business workspace cannot be related to itself.")
        if child.node_id in parent.children:
            raise Refused(Kind.INVALID, "The relation between the business workspaces already exists.")
        parent.children.append(child.node_id)
        child.parents.append(parent.node_id)
        self._rows.put(parent.node_id, parent)
        self._rows.put(child.node_id, child)

    def unrelate(self, workspace: Workspace, other_id: int, relation: str) -> None:
        mine = workspace.children if relation == CHILD else workspace.parents
        if other_id not in mine:
            raise Refused(Kind.NOT_FOUND, "The relation between the business workspaces does not exist.")
        mine.remove(other_id)
        other = self._rows[other_id]
        (other.parents if relation == CHILD else other.children).remove(workspace.node_id)
        self._rows.put(workspace.node_id, workspace)
        self._rows.put(other_id, other)

    def related(self, workspace: Workspace, relation: str) -> list[int]:
        """Ids of the children or parents that are not in the recycle bin."""
        ids = workspace.children if relation == CHILD else workspace.parents
        return [node_id for node_id in ids if self._tree.find(node_id) is not None]

    def changed(self, workspace: Workspace) -> None:
        """Note that the workspace was changed in place."""
        self._rows.put(workspace.node_id, workspace)

    def unlink(self, node: Node) -> None:
        """The node goes to the recycle bin: its business objects are free again."""
        workspace = self._rows.get(node.id)
        if workspace is None:
            return
        self._by_type.get(workspace.type_id, {}).pop(node.id, None)
        for business_object in workspace.objects:
            if self._by_object.get(business_object) == node.id:
                del self._by_object[business_object]

    def relink(self, node: Node) -> None:
        """The node came back: it has its business objects again, except those taken since."""
        workspace = self._rows.get(node.id)
        if workspace is None:
            return
        workspace.objects = [one for one in workspace.objects if one not in self._by_object]
        self._index(workspace)
        self._rows.put(node.id, workspace)

    def forget(self, node: Node) -> None:
        workspace = self._rows.get(node.id)
        if workspace is None:
            return
        for child_id in list(workspace.children):
            self.unrelate(workspace, child_id, CHILD)
        for parent_id in list(workspace.parents):
            self.unrelate(workspace, parent_id, PARENT)
        self._rows.remove(node.id)

    def _index(self, workspace: Workspace) -> None:
        self._by_type.setdefault(workspace.type_id, {})[workspace.node_id] = None
        for business_object in workspace.objects:
            self._by_object[business_object] = workspace.node_id


def copied_roles(roles: Iterable[Role], new_id: Iterable[int]) -> list[Role]:
    """The template's roles for a new workspace: same rights and members, ids of their own."""
    return [
        replace(role, id=role_id, member_ids=list(role.member_ids))
        for role, role_id in zip(roles, new_id, strict=False)
    ]
