"""The tree of nodes: look-ups, and every change of its shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from itertools import filterfalse
from operator import attrgetter

from muniment_sandbox.ecm.state.clock import Clock
from muniment_sandbox.ecm.state.folder_index import FolderIndex
from muniment_sandbox.ecm.state.names import checked_name, checked_nickname
from muniment_sandbox.ecm.state.nodes import NO_ORIGIN, VOLUMES, Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused, duplicate, missing_node
from muniment_sandbox.ecm.state.rights import Acl
from muniment_sandbox.ecm.state.tables import Table

ROOT = -1
"""The parent of every volume."""
_NOTHING = FolderIndex()


class NodeTree:
    """All nodes that are not in the recycle bin, found by parent and name, by nickname, by volume type."""

    def __init__(self, nodes: Table[int, Node], clock: Clock, deleted: Container[int] = ()) -> None:
        """``deleted``: the tops of what lies in the recycle bin."""
        self._nodes = nodes
        self._clock = clock
        self._deleted = deleted
        self._folders: dict[int, FolderIndex] = {}
        self._nicknames: dict[str, int] = {}
        self._counts: Counter[int] = Counter()

    def rebuild(self) -> None:
        """Find all nodes again after the table was loaded."""
        acls: dict[Acl, Acl] = {}
        for node in self._nodes.values():
            node.acl = acls.setdefault(node.acl, node.acl)
            if node.external == NO_ORIGIN:
                node.external = NO_ORIGIN
            if node.id not in self._deleted:
                self._index(node)
            if not node.in_recycle_bin:
                self._counts[node.type] += 1
                if node.nickname:
                    self._nicknames[node.nickname.casefold()] = node.id

    def count(self, subtype: int | None = None) -> int:
        """The number of nodes of one subtype, or of all, without those in the recycle bin."""
        return self._counts.total() if subtype is None else self._counts[subtype]

    def all(self) -> Iterator[Node]:
        """Every node that is not in the recycle bin."""
        return filterfalse(attrgetter("in_recycle_bin"), self._nodes.values())

    def find(self, node_id: int) -> Node | None:
        """Return the node, or ``None`` when it is unknown or in the recycle bin."""
        node = self._nodes.get(node_id)
        return None if node is None or node.in_recycle_bin else node

    def get(self, node_id: int) -> Node:
        """Return the node, or refuse as every call but reading the node does."""
        node = self.find(node_id)
        if node is None:
            raise missing_node(node_id)
        return node

    def buried(self, node_id: int) -> Node | None:
        """Return the node when it is in the recycle bin."""
        node = self._nodes.get(node_id)
        return node if node is not None and node.in_recycle_bin else None

    def children(self, parent_id: int) -> FolderIndex:
        return self._folders.get(parent_id, _NOTHING)

    def child_named(self, parent_id: int, name: str) -> Node | None:
        node_id = self.children(parent_id).find(name.strip())
        return None if node_id is None else self._nodes[node_id]

    def by_nickname(self, nickname: str) -> Node | None:
        node_id = self._nicknames.get(nickname.casefold())
        return None if node_id is None else self._nodes[node_id]

    def volumes(self) -> list[Node]:
        return [self._nodes[node_id] for node_id in self.children(ROOT).ids()]

    def volume(self, subtype: int) -> Node | None:
        return next((node for node in self.volumes() if node.type == subtype), None)

    def ancestors(self, node: Node) -> list[Node]:
        """The way from the volume to the node, both included (shorter when what was above is purged)."""
        way = [node]
        while (above := self._nodes.get(way[-1].parent_id)) is not None:
            way.append(above)
        return way[::-1]

    def descendants(self, node: Node) -> Iterator[Node]:
        """The node and everything below it, parents first."""
        waiting = [node.id]
        while waiting:
            current = self._nodes[waiting.pop()]
            yield current
            waiting.extend(self.children(current.id).ids())

    def volume_of(self, node: Node) -> int:
        """The ``volume_id`` of the node: the negated id of its volume."""
        return -self.ancestors(node)[0].id

    def add(self, node: Node) -> Node:
        """Put a new node under its parent; refuse a taken name or a parent that holds no items."""
        node.name = checked_name(node.name)
        if node.parent_id != ROOT:
            self._check_container(node.parent_id)
        self._check_free(node.parent_id, node.name)
        self._index(node)
        self._counts[node.type] += 1
        return self._nodes.put(node.id, node)

    def rename(self, node: Node, name: str) -> None:
        name = checked_name(name)
        holder = self.child_named(node.parent_id, name)
        if holder is not None and holder.id != node.id:
            raise duplicate(name)
        self._unindex(node)
        node.name = name
        self._index(node)

    def move(self, node: Node, parent_id: int, name: str | None = None) -> None:
        """Hang the node under another container, under its own name or a new one."""
        if node.type in VOLUMES:
            raise Refused(Kind.FAILED, f"Could not move item '{node.name}': a volume cannot be moved.")
        parent = self._check_container(parent_id)
        if any(above.id == node.id for above in self.ancestors(parent)):
            raise Refused(Kind.FAILED, f"Could not move item '{node.name}': it cannot be moved into itself.")
        name = checked_name(name if name is not None else node.name)
        holder = self.child_named(parent_id, name)
        if holder is not None and holder.id != node.id:
            raise duplicate(name)
        self._unindex(node)
        node.parent_id, node.name = parent_id, name
        self._index(node)

    def set_nickname(self, node: Node, nickname: str) -> None:
        """Name a node for the whole system; an empty nickname takes it away."""
        nickname = checked_nickname(nickname)
        holder = self._nicknames.get(nickname.casefold())
        if nickname and holder not in (None, node.id):
            raise Refused(Kind.FAILED, "Nicknames must be unique")
        self._nicknames.pop(node.nickname.casefold(), None)
        node.nickname = nickname
        if nickname:
            self._nicknames[nickname.casefold()] = node.id
        self._nodes.put(node.id, node)

    def set_acl(self, node: Node, acl: Acl) -> None:
        """Give the node another access list; the caller touches it."""
        self._unindex(node)
        node.acl = acl
        self._index(node)

    def changed(self, node: Node) -> None:
        """Note that the node was changed in place, without dating it."""
        self._nodes.put(node.id, node)

    def touch(self, node: Node, member_id: int) -> None:
        """Note that a member changed the node now."""
        node.modify_date = self._clock.seconds()
        node.modify_user_id = member_id
        node.edits += 1
        self._nodes.put(node.id, node)

    def touch_parent(self, node: Node, member_id: int) -> None:
        """Note that something was put into the parent; what the parent says of itself is as before."""
        parent = self.find(node.parent_id)
        if parent is not None:
            parent.modify_date = self._clock.seconds()
            parent.modify_user_id = member_id
            self._nodes.put(parent.id, parent)

    def bury(self, node: Node) -> None:
        """Take the node and everything below it out of sight, for the recycle bin."""
        if node.type in VOLUMES:
            raise Refused(Kind.FAILED, f"Could not delete item '{node.name}': a volume cannot be deleted.")
        self._unindex(node)
        for below in self.descendants(node):
            below.in_recycle_bin = True
            self._counts[below.type] -= 1
            self._nicknames.pop(below.nickname.casefold(), None)
            self._nodes.put(below.id, below)

    def unearth(self, node: Node) -> None:
        """Bring back what :meth:`bury` took, if the place and the name are free."""
        self._check_container(node.parent_id)
        self._check_free(node.parent_id, node.name)
        self._index(node)
        for below in self.descendants(node):
            below.in_recycle_bin = False
            self._counts[below.type] += 1
            if below.nickname and self._nicknames.setdefault(below.nickname.casefold(), below.id) != below.id:
                below.nickname = ""
            self._nodes.put(below.id, below)

    def forget(self, node: Node) -> list[Node]:
        """Remove a buried node and everything below it for good; return what was removed."""
        gone = list(self.descendants(node))
        for below in gone:
            self._folders.pop(below.id, None)
            self._nodes.remove(below.id)
        return gone

    def _check_container(self, node_id: int) -> Node:
        parent = self.get(node_id)
        if not parent.is_container:
            raise Refused(Kind.INVALID, f"The item '{parent.name}' ({node_id}) cannot contain other items.")
        return parent

    def _check_free(self, parent_id: int, name: str) -> None:
        if self.child_named(parent_id, name) is not None:
            raise duplicate(name)

    def _index(self, node: Node) -> None:
        self._folders.setdefault(node.parent_id, FolderIndex()).add(node.name, node.id, node.type, node.acl)

    def _unindex(self, node: Node) -> None:
        self._folders[node.parent_id].remove(node.name, node.type, node.acl)
