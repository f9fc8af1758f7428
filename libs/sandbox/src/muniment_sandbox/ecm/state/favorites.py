"""What members marked to find again."""

from __future__ import annotations

from muniment_sandbox.ecm.state.tables import Table


class Favorites:
    """Ids of nodes by member, in the order in which they were marked."""

    def __init__(self, rows: Table[int, list[int]]) -> None:
        self._rows = rows

    def of(self, member_id: int) -> list[int]:
        return list(self._rows.get(member_id) or [])

    def add(self, member_id: int, node_id: int) -> bool:
        """Whether the node was not among them before."""
        kept = self.of(member_id)
        if node_id in kept:
            return False
        self._rows.put(member_id, [*kept, node_id])
        return True

    def remove(self, member_id: int, node_id: int) -> bool:
        """Whether the node was among them."""
        kept = self.of(member_id)
        if node_id not in kept:
            return False
        self._rows.put(member_id, [one for one in kept if one != node_id])
        return True
