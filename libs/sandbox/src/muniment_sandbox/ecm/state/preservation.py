"""What holds and final records forbid."""

from __future__ import annotations

from muniment_sandbox.ecm.state.holds import Holds
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.records import Records
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tree import NodeTree


class Preservation:
    """Asked before anything is changed, deleted or purged."""

    def __init__(self, tree: NodeTree, holds: Holds, records: Records) -> None:
        self._tree = tree
        self._holds = holds
        self._records = records

    def check_changeable(self, node: Node) -> None:
        """A final record takes no version, no attribute, no other name."""
        if self._records.is_final(node):
            raise Refused(Kind.FAILED, f"The item '{node.name}' is a final record and cannot be changed.")

    def check_versions_removable(self, node: Node) -> None:
        """Versions of a held item and of a final record stay."""
        self.check_changeable(node)
        if self._holds.binds(node):
            raise Refused(
                Kind.FAILED, f"Could not delete a version of '{node.name}': the item is under a Hold."
            )

    def check_deletable(self, node: Node) -> None:
        """What is held, lies in something held or holds something held stays; so do final records."""
        if self._holds.binds(node):
            raise Refused(Kind.FAILED, f"Could not delete item '{node.name}': the item is under a Hold.")
        if self._holds.binds_below(node):
            raise Refused(Kind.FAILED, f"Could not delete item '{node.name}': an item in it is under a Hold.")
        if any(self._records.is_final(below) for below in self._tree.descendants(node)):
            raise Refused(
                Kind.FAILED, f"Could not delete item '{node.name}': it is or contains a final record."
            )

    def forget(self, node: Node) -> None:
        """The item was purged for good."""
        self._holds.forget(node)
        self._records.forget(node)
