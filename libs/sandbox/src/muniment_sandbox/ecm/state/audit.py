"""Who did what to an item, and when.

The creation of an item is told by the item itself and takes no room of its own; every other event is an
entry. Entries stay when the item is purged, as on the real server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from muniment_sandbox.ecm.state.clock import Clock
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.tables import Table

_FIRST_ID = 1_000_000_000


class Event(Enum):
    """Number and name. 9, 10, 92 and 264 are the numbers of the real server; the others are ours."""

    CREATED = (1, "Create")
    DELETED = (2, "Delete")
    MOVED = (3, "Move")
    RENAMED = (4, "Rename")
    VERSION_ADDED = (5, "Add Version")
    VERSION_DELETED = (6, "Delete Version")
    VERSIONS_PURGED = (7, "Purge Versions")
    FETCHED = (8, "Fetch")
    PERMISSION_CHANGED = (9, "Permission Changed")
    ATTRIBUTE_CHANGED = (10, "Attribute Value Changed")
    RESERVED = (11, "Reserve")
    UNRESERVED = (12, "Unreserve")
    PROPERTIES_CHANGED = (13, "Properties Changed")
    VERSION_LOCKED = (14, "Version Locked")
    VERSION_UNLOCKED = (15, "Version Unlocked")
    VERSION_PROMOTED = (16, "Version Promoted")
    NICKNAME_CHANGED = (17, "Nickname Changed")
    RESTORED = (18, "Restore")
    CREATED_FROM_COPY = (92, "Create from Copy")
    CATEGORY_ADDED = (110, "Category Added")
    CATEGORY_REMOVED = (111, "Category Removed")
    CLASSIFIED = (264, "Classification Applied")
    UNCLASSIFIED = (265, "Classification Removed")
    RECORD_CLASSIFIED = (560, "RM Classification Applied")
    RECORD_UNCLASSIFIED = (561, "RM Classification Removed")
    RECORD_CHANGED = (562, "Record Details Changed")
    RECORD_FINALIZED = (563, "Record Finalized")
    HOLD_APPLIED = (564, "Hold Applied")
    HOLD_REMOVED = (565, "Hold Removed")

    @property
    def number(self) -> int:
        return self.value[0]

    @property
    def label(self) -> str:
        return self.value[1]


EVENTS = {event.number: event for event in Event}


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event; ``number`` is the event's, ``date`` epoch seconds."""

    id: int
    node_id: int
    number: int
    date: int
    member_id: int
    detail: str = ""

    @property
    def label(self) -> str:
        return EVENTS[self.number].label


class Audit:
    """The trails of all items."""

    def __init__(self, rows: Table[int, AuditEntry], clock: Clock) -> None:
        self._rows = rows
        self._clock = clock
        self._by_node: dict[int, list[AuditEntry]] = {}

    def rebuild(self) -> None:
        for entry in self._rows.values():
            self._by_node.setdefault(entry.node_id, []).append(entry)

    def note(self, node: Node, event: Event, member_id: int, detail: str = "") -> None:
        """Write down that a member did something to an item just now."""
        entry = AuditEntry(
            _FIRST_ID + len(self._rows), node.id, event.number, self._clock.seconds(), member_id, detail
        )
        self._rows.put(entry.id, entry)
        self._by_node.setdefault(node.id, []).append(entry)

    def trail(self, node: Node) -> Iterator[AuditEntry]:
        """Everything that happened to an item, the oldest first."""
        yield AuditEntry(node.id, node.id, Event.CREATED.number, node.create_date, node.create_user_id)
        yield from self._by_node.get(node.id, ())
