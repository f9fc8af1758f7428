"""Holds: why an item must stay. A hold on a container reaches everything below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from muniment_sandbox.ecm.state.clock import Clock, iso_local
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Sequence, Table
from muniment_sandbox.ecm.state.tree import NodeTree


@dataclass(slots=True)
class Hold:
    """A hold, whatever it is applied to. Dates are ``YYYY-MM-DDTHH:mm:ss``; removed ones bind nothing."""

    id: int
    name: str
    type: str
    comment: str
    date_applied: str
    applied_by: str
    alternate_id: str = ""
    parent_id: int | None = None
    date_to_remove: str | None = None
    date_removed: str | None = None
    removed_by: str | None = None
    removal_comment: str | None = None
    edit_date: str | None = None
    edited_by: str | None = None

    @property
    def is_active(self) -> bool:
        return self.date_removed is None


@dataclass(frozen=True, slots=True)
class Held:
    """One hold on one item. Times are epoch seconds."""

    node_id: int
    hold_id: int
    applied_by: str
    date_applied: int

    @property
    def key(self) -> str:
        return f"{self.node_id}:{self.hold_id}"


class Holds:
    """All holds and what they are applied to."""

    def __init__(
        self,
        rows: Table[int, Hold],
        held: Table[str, Held],
        tree: NodeTree,
        sequence: Sequence,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._held = held
        self._tree = tree
        self._sequence = sequence
        self._clock = clock
        self._by_node: dict[int, dict[int, Held]] = {}

    def rebuild(self) -> None:
        for held in self._held.values():
            self._by_node.setdefault(held.node_id, {})[held.hold_id] = held

    def create(self, hold: Hold) -> Hold:
        """Keep a new hold under an id of its own; refuse a name that is taken."""
        if self.named(hold.name) is not None:
            raise Refused(Kind.INVALID, f"A Hold with the name '{hold.name}' already exists.")
        hold.id = self._sequence.next()
        return self._rows.put(hold.id, hold)

    def changed(self, hold: Hold, member_name: str) -> None:
        """Note that the hold was changed in place."""
        hold.edit_date = iso_local(self._clock.seconds())
        hold.edited_by = member_name
        self._rows.put(hold.id, hold)

    def delete(self, hold_id: int) -> None:
        if hold_id not in self._rows or any(one.hold_id == hold_id for one in self._held.values()):
            raise Refused(Kind.INVALID, "Error deleting Hold. Hold may not exist or is in use.")
        self._rows.remove(hold_id)

    def all(self) -> list[Hold]:
        return list(self._rows.values())

    def get(self, hold_id: int) -> Hold:
        hold = self._rows.get(hold_id)
        if hold is None:
            raise Refused(Kind.INVALID, f"The Hold {hold_id} does not exist.")
        return hold

    def named(self, name: str) -> Hold | None:
        return next((hold for hold in self._rows.values() if hold.name.casefold() == name.casefold()), None)

    def apply(self, node: Node, hold_id: int, member_name: str) -> None:
        """Put the item under the hold; refuse one it is under already, and a closed hold."""
        hold = self.get(hold_id)
        if not hold.is_active:
            raise Refused(Kind.INVALID, f"The Hold '{hold.name}' is not active.")
        if hold_id in self._by_node.get(node.id, {}):
            raise Refused(Kind.INVALID, f"Object already has the Hold '{hold.name}'.")
        held = Held(node.id, hold_id, member_name, self._clock.seconds())
        self._held.put(held.key, held)
        self._by_node.setdefault(node.id, {})[hold_id] = held

    def release(self, node: Node, hold_id: int) -> None:
        held = self._by_node.get(node.id, {}).pop(hold_id, None)
        if held is None:
            raise Refused(Kind.INVALID, "Object does not have this Hold")
        if not self._by_node[node.id]:
            del self._by_node[node.id]
        self._held.remove(held.key)

    def has(self, node: Node, hold_id: int) -> bool:
        """Whether the hold is on the item itself."""
        return hold_id in self._by_node.get(node.id, {})

    def on(self, node: Node) -> Iterator[tuple[Hold, Held]]:
        """The holds an item is under: its own first, then those of the containers around it."""
        for above in reversed(self._tree.ancestors(node)):
            for hold_id, held in self._by_node.get(above.id, {}).items():
                yield self._rows[hold_id], held

    def binds(self, node: Node) -> bool:
        """Whether an active hold keeps the item."""
        return bool(self._by_node) and any(hold.is_active for hold, _ in self.on(node))

    def binds_below(self, node: Node) -> bool:
        """Whether an active hold keeps anything below the item."""
        return any(
            self._rows[hold_id].is_active
            for node_id, held in self._by_node.items()
            for hold_id in held
            if self._lies_below(node_id, node.id)
        )

    def items(self, hold_id: int) -> list[Node]:
        """What the hold is applied to, by id."""
        found = [self._tree.find(one.node_id) for one in self._held.values() if one.hold_id == hold_id]
        return [node for node in found if node is not None]

    def forget(self, node: Node) -> None:
        """The item was purged: what closed holds it was under is of no matter."""
        for held in self._by_node.pop(node.id, {}).values():
            self._held.remove(held.key)

    def _lies_below(self, node_id: int, top_id: int) -> bool:
        node = self._tree.find(node_id) or self._tree.buried(node_id)
        return node is not None and any(above.id == top_id for above in self._tree.ancestors(node))
