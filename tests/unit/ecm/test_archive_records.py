"""An issued document becomes a record, once; what a person chose stays; living documents are no records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from muniment_ecm import FilingOutcome, SetUpMissing, Sort
from muniment_kit.errors import Rejected
from muniment_kit.http import PeerUnavailable
from tests.unit.ecm.fake_content_server import Fault
from tests.unit.ecm.filing_desk import (
    ACCOUNTING,
    FULFILMENT,
    NOON,
    PDF,
    WITH_RECORDS,
    FilingDesk,
    filing_plan,
    later,
)

OTHER_PDF = b"%PDF-1.7 something else"


async def test_a_new_document_is_filed_and_made_a_record_in_four_requests() -> None:
    desk = FilingDesk(layout=WITH_RECORDS)
    await desk.files(filing_plan(number="INV-1"))
    filed = await desk.files(filing_plan(classification=ACCOUNTING))
    again = await desk.files(filing_plan(classification=ACCOUNTING))
    assert (filed.classification, filed.recorded_on) == (ACCOUNTING, date(2026, 6, 1))
    assert (filed.requests_made, again.requests_made) == (4, 4)
    assert (again.outcome, again.classification) == (FilingOutcome.ALREADY_FILED, ACCOUNTING)


async def test_a_record_that_failed_after_the_upload_is_made_by_the_redelivery() -> None:
    desk = FilingDesk(layout=WITH_RECORDS)
    await desk.files(filing_plan(number="INV-1"))
    plan = filing_plan(classification=ACCOUNTING)
    desk.server.faults = {len(desk.server.calls) + 1: Fault.NOT_NOW}
    with pytest.raises(PeerUnavailable):
        await desk.files(plan)
    assert [document.classified for document in desk.server.documents] == [0, 0]
    filed = await desk.restarted().files(plan)
    assert (filed.outcome, filed.classification) == (FilingOutcome.ALREADY_FILED, ACCOUNTING)
    assert [document.classified for document in desk.server.documents] == [0, 1]


async def test_a_document_kept_under_the_number_becomes_a_record_too() -> None:
    desk = FilingDesk(layout=WITH_RECORDS)
    await desk.files(filing_plan())
    kept = await desk.files(filing_plan(OTHER_PDF, classification=ACCOUNTING), OTHER_PDF)
    assert (kept.outcome, kept.classification) == (FilingOutcome.KEPT, ACCOUNTING)


async def test_what_a_records_manager_chose_is_told_and_stays() -> None:
    desk = FilingDesk(layout=WITH_RECORDS)
    await desk.files(filing_plan(classification=FULFILMENT))
    again = await desk.files(filing_plan(classification=ACCOUNTING))
    assert again.classification == FULFILMENT


async def test_a_living_document_is_no_record_and_takes_versions() -> None:
    desk = FilingDesk(layout=WITH_RECORDS)
    plan = filing_plan(sort=Sort.LIVING, classification=ACCOUNTING)
    await desk.files(plan)
    second = later(plan, OTHER_PDF, updated_at=NOON + timedelta(hours=1), effect_id="effect-2")
    filed = await desk.files(second, OTHER_PDF)
    assert (filed.version_number, filed.classification) == (2, None)
    assert [document.classified for document in desk.server.documents] == [0]


async def test_without_records_management_a_plans_classification_does_not_matter() -> None:
    filed = await FilingDesk().files(filing_plan(classification=ACCOUNTING))
    assert filed.classification is None


async def test_a_classification_outside_the_layout_is_rejected_before_anything_is_filed() -> None:
    desk = FilingDesk(layout=WITH_RECORDS)
    with pytest.raises(Rejected, match="RM classification"):
        await desk.files(filing_plan(classification="Love letters"))
    assert desk.server.calls == []


async def test_classifications_that_are_missing_are_named_before_anything_is_filed() -> None:
    layout = replace(WITH_RECORDS, classifications=(ACCOUNTING, "Poems"))
    desk = FilingDesk(layout=layout)
    with pytest.raises(SetUpMissing, match='"Poems"'):
        await desk.files(filing_plan(classification=ACCOUNTING), PDF)
    assert desk.server.documents == []
