"""The attachments of a workflow: a container of type 154 in the workflow volume, filled with shortcuts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from muniment_sandbox.ecm.state.creation import Creation, NewNode
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.recycle_bin import RecycleBin
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tree import NodeTree
from muniment_sandbox.ecm.state.workspaces import Workspaces


class WorkflowAttachments:
    """Makes, reads and removes attachment containers."""

    def __init__(
        self, tree: NodeTree, creation: Creation, workspaces: Workspaces, recycle_bin: RecycleBin
    ) -> None:
        self._tree = tree
        self._creation = creation
        self._workspaces = workspaces
        self._recycle_bin = recycle_bin

    def originals(self, node_ids: Iterable[int]) -> list[Node]:
        """The nodes to attach; refuse an id that is none."""
        found: list[Node] = []
        for node_id in dict.fromkeys(node_ids):
            node = self._tree.find(node_id)
            if node is None:
                raise Refused(Kind.INVALID, "Error getting node from ID")
            found.append(node)
        return found

    def open(self, draft_id: int, originals: Iterable[Node], member_id: int) -> Node:
        """Make the container of a draft, with a shortcut to each original."""
        volume = self._tree.volume(Subtype.WORKFLOW_VOLUME)
        if volume is None:
            raise Refused(Kind.FAILED, "The workflow volume does not exist.")
        folder = self._creation.create(
            NewNode(volume.id, Subtype.WORKFLOW_ATTACHMENTS, f"Attachments {draft_id}"), member_id
        )
        for original in originals:
            name = next(
                one for one in _names(original.name) if self._tree.child_named(folder.id, one) is None
            )
            self._creation.create(
                NewNode(folder.id, Subtype.SHORTCUT, name, original_id=original.id), member_id
            )
        return folder

    def items(self, folder_id: int) -> list[tuple[Node, Node]]:
        """What is attached: each child with the node it stands for (itself, or a shortcut's original)."""
        found: list[tuple[Node, Node]] = []
        for child_id in self._tree.children(folder_id).ids():
            child = self._tree.get(child_id)
            original = self._tree.find(child.original_id) if child.type == Subtype.SHORTCUT else child
            if original is not None:
                found.append((child, original))
        return found

    def workspace(self, folder_id: int) -> Node | None:
        """The business workspace that the first attached item of one lies in."""
        for _, original in self.items(folder_id):
            workspace = self._workspaces.containing(original)
            if workspace is not None:
                return workspace
        return None

    def remove(self, folder_id: int) -> None:
        folder = self._tree.find(folder_id)
        if folder is not None:
            self._recycle_bin.delete(folder, folder.create_user_id)


def _names(name: str) -> Iterator[str]:
    """The name, then the same with a number: documents of one name may come from several folders."""
    yield name
    stem, dot, extension = name.rpartition(".")
    for number in count(2):
        yield f"{stem} ({number}).{extension}" if dot else f"{name} ({number})"
