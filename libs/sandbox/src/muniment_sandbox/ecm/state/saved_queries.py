"""Searches that were saved as items, to be run again by their id."""

from __future__ import annotations

from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Table


class SavedQueries:
    """What each item of type 258 looks for, in the query language."""

    def __init__(self, rows: Table[int, str]) -> None:
        self._rows = rows

    def keep(self, node: Node, where: str) -> None:
        self._rows.put(node.id, where)

    def where(self, node: Node) -> str:
        """What the item looks for; refuse (400) an item that is no saved query."""
        found = self._rows.get(node.id)
        if node.type != Subtype.SAVED_QUERY or found is None:
            raise Refused(Kind.INVALID, f"The item '{node.name}' ({node.id}) is not a saved query.")
        return found
