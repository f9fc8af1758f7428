"""Records: items with an RM classification, their details, and the token that guards each change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Table
from muniment_sandbox.ecm.state.tree import NodeTree


@dataclass(slots=True)
class RecordClass:
    """What the RM classification of node ``node_id`` gives to records: RSIs by name, default codes."""

    node_id: int
    file_number: str
    rsis: list[str] = field(default_factory=list)
    file_status: str = "ACTIVE"
    essential: str = "NR"
    storage: str = "EL"
    is_selectable: bool = True


@dataclass(slots=True)
class RecordDetails:
    """Dates are ``YYYY-MM-DD``; codes are those of the code tables."""

    record_date: str | None = None
    file_status: str = ""
    status_date: str | None = None
    received_date: str | None = None
    essential: str = ""
    cycle_period: int | None = None
    last_review_date: str | None = None
    next_review_date: str | None = None
    official: bool = False
    storage: str = ""
    accession: str | None = None
    subject: str | None = None
    originator: str | None = None
    addressee: str | None = None
    sent_to: str | None = None
    establishment: str | None = None


@dataclass(slots=True)
class Record:
    """The record side of one item. ``edits`` counts writes; the token is made of it."""

    node_id: int
    class_id: int
    details: RecordDetails
    rsis: list[str] = field(default_factory=list)
    is_inherited: bool = False
    is_confidential: bool = False
    is_final: bool = False
    edits: int = 0


class Records:
    """RM classifications and the records they make of items."""

    def __init__(self, rows: Table[int, Record], classes: Table[int, RecordClass], tree: NodeTree) -> None:
        self._rows = rows
        self._classes = classes
        self._tree = tree

    def define(self, record_class: RecordClass) -> RecordClass:
        return self._classes.put(record_class.node_id, record_class)

    def record_class(self, class_id: int) -> RecordClass:
        found = self._classes.get(class_id)
        node = self._tree.find(class_id)
        if found is None or node is None or node.type != Subtype.RM_CLASSIFICATION:
            raise Refused(Kind.INVALID, f"The item {class_id} is not an RM Classification.")
        return found

    def find(self, node_id: int) -> Record | None:
        return self._rows.get(node_id)

    def get(self, node: Node) -> Record:
        record = self._rows.get(node.id)
        if record is None:
            raise Refused(Kind.INVALID, "The item does not have an RM Classification.")
        return record

    def token(self, node_id: int) -> str:
        """The state of the item's record; another one after every change."""
        record = self._rows.get(node_id)
        edits = "none" if record is None else str(record.edits)
        return hashlib.md5(f"{node_id}:{edits}".encode(), usedforsecurity=False).hexdigest()

    def check_token(self, node: Node, given: str) -> None:
        """Refuse a token that is not the present one."""
        if given != self.token(node.id):
            raise Refused(Kind.INVALID, "Could not update metadata (edit conflict).")

    def classify(
        self,
        node: Node,
        class_id: int,
        changes: Mapping[str, object],
        today: str,
        *,
        is_inherited: bool = False,
    ) -> Record:
        """Give the item an RM classification, or another one; what is not said comes from the class."""
        record_class = self.record_class(class_id)
        before = self._rows.get(node.id)
        details = RecordDetails(
            record_date=today,
            file_status=record_class.file_status,
            status_date=today,
            essential=record_class.essential,
            storage=record_class.storage,
        )
        if before is not None:
            details = before.details
        record = Record(
            node.id,
            class_id,
            replace(details, **changes),  # type: ignore[arg-type]  # the route has checked names and types
            rsis=list(record_class.rsis),
            is_inherited=is_inherited,
            is_confidential=before.is_confidential if before is not None else False,
            edits=before.edits + 1 if before is not None else 1,
        )
        return self._rows.put(node.id, record)

    def change(self, record: Record, changes: Mapping[str, object]) -> None:
        record.details = replace(record.details, **changes)  # type: ignore[arg-type]  # as in classify
        self.changed(record)

    def changed(self, record: Record) -> None:
        """Note that the record was changed in place."""
        record.edits += 1
        self._rows.put(record.node_id, record)

    def unclassify(self, node: Node, class_id: int) -> None:
        if self.get(node).class_id != class_id:
            raise Refused(Kind.INVALID, f"The item does not have the RM Classification {class_id}.")
        self._rows.remove(node.id)

    def inherit(self, node: Node, today: str, source: Node | None = None) -> None:
        """A new item gets the class of what it was copied from, else of the container it lies in."""
        origin = self._rows.get(source.id) if source is not None else None
        origin = origin or self._rows.get(node.parent_id)
        if origin is not None and self._tree.find(origin.class_id) is not None:
            self.classify(node, origin.class_id, {}, today, is_inherited=True)

    def is_final(self, node: Node) -> bool:
        record = self._rows.get(node.id)
        return record is not None and record.is_final

    def classified(self, class_id: int) -> Iterator[Node]:
        """The items that have this RM classification, in the order in which they got it."""
        return self._living(record for record in self._rows.values() if record.class_id == class_id)

    def with_rsi(self, rsi: str) -> Iterator[Node]:
        return self._living(record for record in self._rows.values() if rsi in record.rsis)

    def count(self) -> int:
        return sum(1 for _ in self._living(iter(self._rows.values())))

    def forget(self, node: Node) -> None:
        self._rows.remove(node.id)

    def _living(self, records: Iterator[Record]) -> Iterator[Node]:
        for record in records:
            node = self._tree.find(record.node_id)
            if node is not None:
                yield node
