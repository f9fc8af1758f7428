"""Missing, double, altered: the shop's orders against the ECM's nodes, pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from muniment_ops.audit.expected import DocumentKey


@dataclass(frozen=True, slots=True)
class ArchivedDocument:
    """One document node as found in the ECM and read back.

    ``stated_sha256`` is what its category says, ``read_sha256`` the hash of the bytes downloaded now.
    """

    key: DocumentKey
    node_id: int
    folder: str
    event_id: str
    versions: int
    stated_sha256: str
    read_sha256: str
    size_bytes: int

    @property
    def is_intact(self) -> bool:
        """Whether the bytes are those that were filed."""
        return self.stated_sha256 == self.read_sha256


@dataclass(frozen=True, slots=True)
class OrderFinding:
    """What the comparison found of one order."""

    order_id: str
    order_name: str
    documents: Sequence[ArchivedDocument]
    missing: Sequence[DocumentKey]
    duplicates: Sequence[DocumentKey]
    altered: Sequence[ArchivedDocument]
    unexpected: Sequence[DocumentKey]
    workspaces: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing is missing, double, altered or unexplained."""
        return (
            not (self.missing or self.duplicates or self.altered or self.unexpected) and self.workspaces == 1
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The findings of all orders."""

    findings: Sequence[OrderFinding] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """How many documents are missing; one that is there with other bytes than were filed counts as
        missing.
        """
        return sum(len(finding.missing) + len(finding.altered) for finding in self.findings)

    @property
    def duplicates(self) -> int:
        """How many documents, versions and workspaces are there more than once."""
        return sum(len(f.duplicates) + max(0, f.workspaces - 1) for f in self.findings)

    @property
    def archived(self) -> int:
        """How many documents were found and read back."""
        return sum(len(finding.documents) for finding in self.findings)

    @property
    def is_clean(self) -> bool:
        """Whether every order is clean."""
        return all(finding.is_clean for finding in self.findings)


def compare_order(
    order_id: str,
    order_name: str,
    expected: frozenset[DocumentKey],
    found: Sequence[ArchivedDocument],
    workspaces: int,
) -> OrderFinding:
    """Return what is missing, double, altered or unexpected of one order.

    A document is double when its kind and number stand on two nodes, when one event's source record does, or
    when an issued node has more than one version.
    """
    issued = [document for document in found if document.key.kind != "source-event"]
    keys = {document.key for document in issued}
    return OrderFinding(
        order_id=order_id,
        order_name=order_name,
        documents=found,
        missing=sorted(expected - keys) + _missing_sources(found),
        duplicates=_repeated(document.key for document in issued)
        + _repeated(DocumentKey("source-event", d.event_id) for d in found if d.key.kind == "source-event")
        + [document.key for document in found if document.versions > 1],
        altered=[document for document in found if not document.is_intact],
        unexpected=sorted(keys - expected),
        workspaces=workspaces,
    )


def _missing_sources(found: Sequence[ArchivedDocument]) -> list[DocumentKey]:
    """Return the source events that issued documents name but that were not filed themselves."""
    filed = {document.event_id for document in found if document.key.kind == "source-event"}
    named = {document.event_id for document in found if document.key.kind != "source-event"}
    return [DocumentKey("source-event", event_id) for event_id in sorted(named - filed)]


def _repeated(keys: Iterable[DocumentKey]) -> list[DocumentKey]:
    counts: Mapping[DocumentKey, int] = Counter(keys)
    return [key for key, count in sorted(counts.items()) for _ in range(count - 1)]
