"""Each kind of document that is to be a record has its RM classification."""

from __future__ import annotations

import pytest

from ecm_archiver.content_server import layout_of
from ecm_archiver.filing import all_classifications, classification_of, plan_filing
from ecm_archiver.settings import EcmArchiverSettings
from muniment_ecm.filing_plan import Sort
from tests.builders.events import document_produced


@pytest.mark.parametrize(
    ("kind", "classification"),
    [
        ("invoice", "Accounting documents"),
        ("shipping-confirmation", "Fulfilment documents"),
        ("decision-record", "Approvals and decisions"),
        ("love-letter", None),
    ],
)
def test_each_kind_has_its_classification(kind: str, classification: str | None) -> None:
    assert classification_of(kind) == classification


def test_an_issued_document_is_planned_as_a_record_and_a_living_one_is_not() -> None:
    issued = plan_filing(document_produced(kind="invoice").body)
    living = plan_filing(document_produced(kind="invoice", sort="living").body)
    assert (issued.classification, issued.sort) == ("Accounting documents", Sort.ISSUED)
    assert (living.classification, living.sort) == (None, Sort.LIVING)


def test_the_layout_names_every_classification_unless_records_are_not_wanted() -> None:
    on = EcmArchiverSettings(url="https://ecm.example/cs/cs")
    off = EcmArchiverSettings(url="https://ecm.example/cs/cs", classify_records=False)
    assert layout_of(on).classifications == all_classifications()
    assert len(all_classifications()) == 8
    assert layout_of(off).classifications == ()
