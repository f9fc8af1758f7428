"""Whatever fails at whichever request, the end is one workspace, one document, the right bytes."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_ecm import FilingOutcome, Sort
from tests.unit.ecm.fake_content_server import DOCUMENT_CATEGORY, Fault
from tests.unit.ecm.filing_desk import ACCOUNTING, NOON, PDF, WITH_RECORDS, FilingDesk, filing_plan, later

LATEST_REQUEST = 16
NEXT_PDF = b"%PDF-1.7 next"


async def check_filed_once(faults: dict[int, Fault]) -> None:
    desk = FilingDesk()
    desk.server.faults = dict(faults)
    plan = filing_plan(folder=("Approvals", "2026"))
    filed = await desk.files_until_done(plan, attempts=3 + len(faults))
    assert filed.outcome in (FilingOutcome.FILED, FilingOutcome.ALREADY_FILED)
    desk.server.faults = {}
    again = await desk.restarted().files(plan)
    assert again.node_id == filed.node_id
    assert len(desk.server.workspaces) == 1
    [document] = desk.server.documents
    assert [content for content, _ in document.versions] == [PDF]
    assert desk.server.shown(document, DOCUMENT_CATEGORY)["SHA-256"] == hashlib.sha256(PDF).hexdigest()
    folders = [node.name for node in desk.server.nodes.values() if node.type == 0]
    assert len(folders) == len(set(folders))


@pytest.mark.parametrize("fault", Fault)
async def test_one_fault_at_any_request(fault: Fault) -> None:
    for number in range(LATEST_REQUEST):
        await check_filed_once({number: fault})


@settings(max_examples=40)
@given(st.dictionaries(st.integers(0, LATEST_REQUEST + 8), st.sampled_from(Fault), max_size=6))
async def test_several_faults_at_any_requests(faults: dict[int, Fault]) -> None:
    await check_filed_once(faults)


async def check_recorded_once(faults: dict[int, Fault]) -> None:
    desk = FilingDesk(layout=WITH_RECORDS)
    desk.server.faults = dict(faults)
    plan = filing_plan(classification=ACCOUNTING)
    filed = await desk.files_until_done(plan, attempts=3 + len(faults))
    desk.server.faults = {}
    again = await desk.restarted().files(plan)
    assert filed.classification == again.classification == ACCOUNTING
    assert again.node_id == filed.node_id
    [document] = desk.server.documents
    assert document.classified == 1
    assert document.record["record_date"] == "2026-06-01T00:00:00"


@pytest.mark.parametrize("fault", Fault)
async def test_one_fault_at_any_request_leaves_one_record(fault: Fault) -> None:
    for number in range(LATEST_REQUEST + 4):
        await check_recorded_once({number: fault})


@settings(max_examples=40)
@given(st.dictionaries(st.integers(0, LATEST_REQUEST + 8), st.sampled_from(Fault), max_size=6))
async def test_several_faults_at_any_requests_leave_one_record(faults: dict[int, Fault]) -> None:
    await check_recorded_once(faults)


@settings(max_examples=40)
@given(st.dictionaries(st.integers(0, 8), st.sampled_from(Fault), max_size=4))
async def test_a_living_document_has_one_version_an_effect_under_faults(faults: dict[int, Fault]) -> None:
    desk = FilingDesk()
    plan = filing_plan(sort=Sort.LIVING)
    await desk.files(plan)
    begun = len(desk.server.calls)
    desk.server.faults = {begun + number: fault for number, fault in faults.items()}
    second = later(plan, NEXT_PDF, updated_at=NOON + timedelta(hours=1), effect_id="effect-2")
    filed = await desk.files_until_done(second, NEXT_PDF)
    desk.server.faults = {}
    await desk.files(second, NEXT_PDF)
    assert filed.version_number == 2
    [document] = desk.server.documents
    assert [content for content, _ in document.versions] == [PDF, NEXT_PDF]
    assert desk.server.shown(document, DOCUMENT_CATEGORY)["SHA-256"] == second.sha256
