from __future__ import annotations

from datetime import date

import pytest

from ecm_archiver.filing import effect_id, folder_of, plan_filing
from muniment_ecm.filing_plan import Sort
from muniment_ecm.layout import DOCUMENT_CATEGORY
from muniment_kit.errors import Rejected
from tests.builders.events import document_produced


@pytest.mark.parametrize(
    ("kind", "folder"),
    [
        ("order-confirmation", "Order"),
        ("invoice", "Payment"),
        ("payment-record", "Payment"),
        ("credit-note", "Returns and refunds"),
        ("shipping-confirmation", "Fulfilment"),
        ("source-event", "Source events"),
    ],
)
def test_each_kind_has_its_folder(kind: str, folder: str) -> None:
    assert plan_filing(document_produced(kind=kind).body).folder == (folder,)


def test_a_kind_without_a_folder_is_rejected_and_the_sentence_says_where_to_add_it() -> None:
    with pytest.raises(Rejected, match=r"love-letter.*folders\.yaml"):
        folder_of("love-letter")


def test_the_plan_holds_every_value_that_proves_the_document() -> None:
    document = document_produced(
        "CN-1001-1", kind="credit-note", refers_to="INV-1001", business_date=date(2026, 3, 2)
    )
    plan = plan_filing(document.body)
    assert plan.values == {
        "Kind": "credit-note",
        "Number": "CN-1001-1",
        "Business date": date(2026, 3, 2),
        "Event id": document.body.origin_event_id,
        "Template version": "2026.1",
        "Refers to": "INV-1001",
    }
    assert set(plan.values) <= set(DOCUMENT_CATEGORY.attributes)
    assert (plan.record_date, plan.sort, plan.sha256) == (
        date(2026, 3, 2),
        Sort.ISSUED,
        document.body.content_sha256,
    )


def test_the_effect_is_the_same_for_a_redelivery_and_another_for_other_content() -> None:
    one, again = document_produced(content=b"one").body, document_produced(content=b"one").body
    assert effect_id(one) == effect_id(again)
    assert effect_id(one) != effect_id(document_produced(content=b"two").body)
    assert effect_id(one) != effect_id(document_produced("INV-1002", content=b"one").body)


def test_the_other_name_is_the_same_for_any_content_and_keeps_the_extension() -> None:
    plan = plan_filing(document_produced(content=b"one").body)
    other = plan.under_another_name().name
    assert other != plan.name
    assert other.endswith(".pdf")
    assert other == plan_filing(document_produced(content=b"two").body).under_another_name().name
