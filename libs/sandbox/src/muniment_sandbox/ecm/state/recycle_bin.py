"""What was deleted and can still be brought back."""

from __future__ import annotations

from dataclasses import dataclass

from muniment_sandbox.ecm.state.clock import Clock
from muniment_sandbox.ecm.state.documents import Documents
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.preservation import Preservation
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Table
from muniment_sandbox.ecm.state.tree import NodeTree
from muniment_sandbox.ecm.state.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deleted node, the top of what went with it."""

    node_id: int
    deleted_by: int
    deleted_date: int


class RecycleBin:
    """Deletes, restores and purges."""

    def __init__(
        self,
        rows: Table[int, Deleted],
        tree: NodeTree,
        documents: Documents,
        workspaces: Workspaces,
        preservation: Preservation,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._tree = tree
        self._documents = documents
        self._workspaces = workspaces
        self._preservation = preservation
        self._clock = clock

    def delete(self, node: Node, member_id: int) -> None:
        """Take the node and everything below it away; refuse what a hold or a final record keeps."""
        self._preservation.check_deletable(node)
        for below in list(self._tree.descendants(node)):
            self._workspaces.unlink(below)
        self._tree.bury(node)
        self._rows.put(node.id, Deleted(node.id, member_id, self._clock.seconds()))

    def restore(self, node_id: int) -> None:
        node = self._get(node_id)
        self._tree.unearth(node)
        self._rows.remove(node_id)
        for below in list(self._tree.descendants(node)):
            self._workspaces.relink(below)

    def purge(self, node_id: int) -> None:
        """Remove for good; a hold on what the node lay in keeps it too."""
        node = self._get(node_id)
        self._preservation.check_deletable(node)
        for gone in self._tree.forget(node):
            self._documents.forget(gone)
            self._workspaces.forget(gone)
            self._preservation.forget(gone)
        self._rows.remove(node_id)

    def entries(self) -> list[tuple[Deleted, Node]]:
        """What was deleted, the oldest first, with the nodes."""
        found = ((entry, self._tree.buried(entry.node_id)) for entry in self._rows.values())
        return [(entry, node) for entry, node in found if node is not None]

    def entry(self, node_id: int) -> tuple[Deleted, Node]:
        """What was deleted; refuse what is not in the bin."""
        node = self._get(node_id)
        return self._rows[node_id], node

    def _get(self, node_id: int) -> Node:
        node = self._tree.buried(node_id) if node_id in self._rows else None
        if node is None:
            raise Refused(Kind.FAILED, f"Could not find the item {node_id} in the Recycle Bin")
        return node
