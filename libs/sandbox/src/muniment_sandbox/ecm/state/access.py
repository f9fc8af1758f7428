"""Who may do what: an item's access list, the roles of the workspace around it, the groups of a member."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_sandbox.ecm.state.members import Member, Members
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.rights import EVERYTHING, SEE, Acl
from muniment_sandbox.ecm.state.tree import NodeTree
from muniment_sandbox.ecm.state.workspaces import Workspace, Workspaces


class Access:
    """Effective rights: what the owner, the groups, the public, assignments and roles give, together."""

    def __init__(self, tree: NodeTree, members: Members, workspaces: Workspaces) -> None:
        self._tree = tree
        self._members = members
        self._workspaces = workspaces

    def rights(self, node: Node, member: Member) -> int:
        """The mask of everything the member may do with the node."""
        if member.is_admin:
            return EVERYTHING
        ids = self._members.identities(member)
        return self._direct(node, member, ids) | self._by_roles(node, ids)

    def allows(self, node: Node, member: Member, mask: int) -> bool:
        if member.is_admin:
            return True
        ids = self._members.identities(member)
        direct = self._direct(node, member, ids)
        return mask & ~direct == 0 or mask & ~(direct | self._by_roles(node, ids)) == 0

    def sees(self, node: Node, member: Member) -> bool:
        return self.allows(node, member, SEE)

    def visible(self, nodes: Iterable[Node], member: Member) -> list[Node]:
        """Those of the nodes that the member sees; each access list is looked at once."""
        if member.is_admin:
            return list(nodes)
        ids = self._members.identities(member)
        known: dict[Acl, bool] = {}
        found: list[Node] = []
        for node in nodes:
            seen = known.get(node.acl)
            if seen is None:
                seen = known[node.acl] = granted(node.acl, ids) & SEE == SEE
            if seen or self.sees(node, member):
                found.append(node)
        return found

    def sees_all_below(self, container: Node, member: Member) -> bool:
        """Whether nothing directly in the container is hidden from the member, told without a walk."""
        if member.is_admin:
            return True
        ids = self._members.identities(member)
        return all(granted(acl, ids) & SEE == SEE for acl in self._tree.children(container.id).acls)

    def set_acl(self, node: Node, acl: Acl, member_id: int) -> None:
        self._tree.set_acl(node, acl)
        self._tree.touch(node, member_id)

    def roles(self, node: Node) -> list[tuple[int, int]]:
        """The roles of the workspace the node is in, with the rights each has on the node."""
        workspace = self._around(node)
        return (
            []
            if workspace is None
            else [(role.id, _role_mask(node, role.id, role.perms)) for role in workspace.roles]
        )

    def _direct(self, node: Node, member: Member, ids: frozenset[int]) -> int:
        mask = granted(node.acl, ids)
        return mask | (node.acl.owner or 0) if node.owner_user_id == member.id else mask

    def _by_roles(self, node: Node, ids: frozenset[int]) -> int:
        workspace = self._around(node)
        mask = 0
        for role in workspace.roles if workspace is not None else ():
            if not ids.isdisjoint(role.member_ids):
                mask |= _role_mask(node, role.id, role.perms)
        return mask

    def _around(self, node: Node) -> Workspace | None:
        around = self._workspaces.containing(node)
        return None if around is None else self._workspaces.template(around.id)


def granted(acl: Acl, ids: frozenset[int]) -> int:
    """What an access list gives to the bearer of these ids, whoever owns the item."""
    mask = acl.public or 0
    if acl.group and acl.group_id in ids:
        mask |= acl.group
    for right_id, assigned in acl.custom:
        if right_id in ids:
            mask |= assigned
    return mask


def _role_mask(node: Node, role_id: int, perms: int) -> int:
    """The rights of a role: those assigned on the node itself go before those of the workspace."""
    assigned = node.acl.assigned(role_id)
    return perms if assigned is None else assigned
