from __future__ import annotations

from collections.abc import Sequence

from muniment_ops.audit.comparison import ArchivedDocument, OrderFinding, compare_order
from muniment_ops.audit.expected import DocumentKey

CONFIRMATION = DocumentKey("order-confirmation", "OC-1001")
INVOICE = DocumentKey("invoice", "INV-1001")


def archived(
    key: DocumentKey, node_id: int = 1, *, versions: int = 1, read: str = "aa", event: str = "e1"
) -> ArchivedDocument:
    return ArchivedDocument(
        key=key,
        node_id=node_id,
        folder="Order",
        event_id=event,
        versions=versions,
        stated_sha256="aa",
        read_sha256=read,
        size_bytes=10,
    )


SOURCE = archived(DocumentKey("source-event", "e1"), 9)


def compare(
    found: Sequence[ArchivedDocument],
    expected: frozenset[DocumentKey] = frozenset({CONFIRMATION}),
    workspaces: int = 1,
) -> OrderFinding:
    return compare_order("5001", "#1001", expected, found, workspaces)


def test_what_is_expected_and_there_once_is_clean() -> None:
    assert compare([archived(CONFIRMATION), SOURCE]).is_clean


def test_an_expected_document_that_is_not_there_is_missing() -> None:
    finding = compare([archived(CONFIRMATION), SOURCE], frozenset({CONFIRMATION, INVOICE}))
    assert finding.missing == [INVOICE]
    assert not finding.is_clean


def test_two_nodes_of_one_number_are_a_duplicate() -> None:
    assert compare([archived(CONFIRMATION), archived(CONFIRMATION, 2), SOURCE]).duplicates == [CONFIRMATION]


def test_a_second_version_of_an_issued_document_is_a_duplicate() -> None:
    assert compare([archived(CONFIRMATION, versions=2), SOURCE]).duplicates == [CONFIRMATION]


def test_a_source_event_filed_twice_is_a_duplicate() -> None:
    again = archived(DocumentKey("source-event", "e1"), 10)
    assert compare([archived(CONFIRMATION), SOURCE, again]).duplicates == [DocumentKey("source-event", "e1")]


def test_a_document_whose_source_event_was_not_filed_misses_it() -> None:
    assert compare([archived(CONFIRMATION)]).missing == [DocumentKey("source-event", "e1")]


def test_bytes_that_differ_from_their_recorded_hash_are_altered() -> None:
    finding = compare([archived(CONFIRMATION, read="bb"), SOURCE])
    assert [document.key for document in finding.altered] == [CONFIRMATION]
    assert not finding.is_clean


def test_a_document_nobody_can_explain_is_unexpected() -> None:
    finding = compare([archived(CONFIRMATION), archived(INVOICE, 2), SOURCE])
    assert finding.unexpected == [INVOICE]
    assert not finding.is_clean


def test_no_workspace_or_two_are_never_clean() -> None:
    assert not compare([], frozenset(), workspaces=0).is_clean
    assert not compare([archived(CONFIRMATION), SOURCE], workspaces=2).is_clean
