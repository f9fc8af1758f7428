"""The archive files once, keeps what was issued, and proves what is there."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from muniment_ecm import (
    ArchiveLayout,
    CategoryLayout,
    ContentMismatch,
    FilingOutcome,
    NameTakenByOther,
    SetUpMissing,
    Sort,
)
from muniment_ecm.names import alternative
from muniment_kit.errors import Rejected
from tests.unit.ecm.fake_content_server import DOCUMENT_CATEGORY, ORDER_CATEGORY, FakeContentServer
from tests.unit.ecm.filing_desk import NOON, PDF, FilingDesk, filing_plan, later, workspace_plan

OTHER_PDF = b"%PDF-1.7 something else"


async def test_a_document_is_filed_with_its_values_and_read_back() -> None:
    desk = FilingDesk()
    filed = await desk.files(filing_plan())
    [document] = desk.server.documents
    assert filed.outcome is FilingOutcome.FILED
    assert (filed.node_id, filed.version_number, filed.folder_id) == (document.id, 1, document.parent_id)
    assert filed.sha256 == hashlib.sha256(PDF).hexdigest()
    values = desk.server.shown(document, DOCUMENT_CATEGORY)
    assert values["Kind"] == "invoice"
    assert values["SHA-256"] == filed.sha256
    assert values["Record date"] == date(2026, 6, 1).isoformat()


async def test_a_known_workspace_costs_two_requests_a_document() -> None:
    desk = FilingDesk()
    await desk.archive.prepare()
    first = await desk.files(filing_plan(number="INV-1"))
    second = await desk.files(filing_plan(number="INV-2"))
    again = await desk.files(filing_plan(number="INV-2"))
    assert (first.requests_made, second.requests_made, again.requests_made) == (5, 2, 3)


async def test_a_workspace_of_another_process_costs_five_requests() -> None:
    desk = FilingDesk()
    await desk.files(filing_plan(number="INV-1"))
    desk = desk.restarted()
    await desk.archive.prepare()
    assert (await desk.files(filing_plan(number="INV-2"))).requests_made == 5


async def test_newer_facts_cost_two_requests_more() -> None:
    desk = FilingDesk()
    await desk.files(filing_plan(number="INV-1"))
    newer = workspace_plan(updated_at=NOON + timedelta(seconds=1), status="REFUNDED")
    assert (await desk.files(filing_plan(number="INV-2", workspace=newer))).requests_made == 4


@pytest.mark.parametrize("sort", [Sort.ISSUED, Sort.COLLECTED])
async def test_an_issued_document_is_never_altered(sort: Sort) -> None:
    desk = FilingDesk()
    await desk.files(filing_plan(sort=sort))
    kept = await desk.files(filing_plan(OTHER_PDF, sort=sort), OTHER_PDF)
    again = await desk.restarted().files(filing_plan(sort=sort))
    assert kept.outcome is FilingOutcome.KEPT
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    assert again.outcome is FilingOutcome.ALREADY_FILED
    [document] = desk.server.documents
    assert [content for content, _ in document.versions] == [PDF]


async def test_a_version_that_a_person_adds_to_an_issued_document_does_not_hide_ours() -> None:
    desk = FilingDesk()
    await desk.files(filing_plan())
    desk.server.documents[0].versions.append((b"scribbled on", "corrected"))
    again = await desk.restarted().files(filing_plan())
    assert (again.outcome, again.version_number) == (FilingOutcome.ALREADY_FILED, 1)


async def test_a_category_replaced_by_hand_is_found_again_by_name() -> None:
    desk = FilingDesk()
    await desk.files(filing_plan(number="INV-1"))
    desk.server.replace_document_category(51)
    filed = await desk.files(filing_plan(number="INV-2"))
    document = desk.server.nodes[filed.node_id]
    assert desk.server.shown(document, 51)["Number"] == "INV-2"


async def test_a_category_deleted_by_hand_is_waited_for() -> None:
    desk = FilingDesk()
    await desk.files(filing_plan(number="INV-1"))
    desk.server.replace_document_category(None)
    with pytest.raises(SetUpMissing, match="Shopify Document"):
        await desk.files(filing_plan(number="INV-2"))
    desk.server.replace_document_category(51)
    assert (await desk.files(filing_plan(number="INV-2"))).outcome is FilingOutcome.FILED


async def test_a_living_document_gets_a_version_for_each_new_content_only() -> None:
    desk = FilingDesk()
    plan = filing_plan(sort=Sort.LIVING)
    second = later(plan, OTHER_PDF, updated_at=NOON + timedelta(hours=1), effect_id="effect-2")
    assert (await desk.files(plan)).version_number == 1
    filed = await desk.files(second, OTHER_PDF)
    assert (filed.outcome, filed.version_number) == (FilingOutcome.FILED, 2)
    again = await desk.restarted().files(second, OTHER_PDF)
    assert (again.outcome, again.version_number) == (FilingOutcome.ALREADY_FILED, 2)
    first_again = await desk.files(plan)
    assert (first_again.outcome, first_again.version_number) == (FilingOutcome.ALREADY_FILED, 1)
    [document] = desk.server.documents
    assert len(document.versions) == 2
    assert desk.server.shown(document, DOCUMENT_CATEGORY)["SHA-256"] == second.sha256


async def test_an_older_state_of_a_living_document_never_becomes_its_newest_version() -> None:
    desk = FilingDesk()
    plan = filing_plan(sort=Sort.LIVING)
    older = later(plan, OTHER_PDF, updated_at=NOON - timedelta(hours=1), effect_id="effect-0")
    await desk.files(plan)
    assert (await desk.files(older, OTHER_PDF)).outcome is FilingOutcome.KEPT
    assert len(desk.server.documents[0].versions) == 1


async def test_a_living_document_may_return_to_an_earlier_content() -> None:
    desk = FilingDesk()
    plan = filing_plan(sort=Sort.LIVING)
    await desk.files(plan)
    await desk.files(
        later(plan, OTHER_PDF, updated_at=NOON + timedelta(hours=1), effect_id="effect-2"), OTHER_PDF
    )
    back = await desk.files(later(plan, PDF, updated_at=NOON + timedelta(hours=2), effect_id=plan.effect_id))
    assert (back.outcome, back.version_number) == (FilingOutcome.FILED, 3)


async def test_a_version_whose_values_never_came_gets_them_at_the_redelivery() -> None:
    desk = FilingDesk()
    plan = filing_plan(sort=Sort.LIVING)
    second = later(plan, OTHER_PDF, updated_at=NOON + timedelta(hours=1), effect_id="effect-2")
    await desk.files(plan)
    await desk.files(second, OTHER_PDF)
    [document] = desk.server.documents
    key = next(key for key, value in document.values.items() if value == second.sha256)
    document.values[key] = plan.sha256
    await desk.files(second, OTHER_PDF)
    assert document.values[key] == second.sha256


@pytest.mark.parametrize("person", ["folder", "document", "other number"])
async def test_a_persons_node_with_the_name_stays_and_the_document_goes_under_another(person: str) -> None:
    desk = FilingDesk()
    place = await desk.files(filing_plan(number="INV-1"))
    values = {f"{DOCUMENT_CATEGORY}_2": "invoice", f"{DOCUMENT_CATEGORY}_3": "INV-9"}
    theirs = desk.server.add(
        place.folder_id,
        0 if person == "folder" else 144,
        "inv-1001.PDF",
        values=values if person == "other number" else {},
        versions=[(b"mine", "")],
    )
    plan = filing_plan()
    with pytest.raises(NameTakenByOther) as taken:
        await desk.files(plan)
    assert taken.value.node_id == theirs.id
    other = plan.under_another_name()
    filed = await desk.files(other)
    again = await desk.files(other)
    assert (filed.outcome, again.outcome) == (FilingOutcome.FILED, FilingOutcome.ALREADY_FILED)
    assert theirs.versions == [(b"mine", "")]


async def test_newer_facts_stay_whatever_comes_later() -> None:
    desk = FilingDesk()
    newer = workspace_plan(updated_at=NOON + timedelta(seconds=30), status="REFUNDED")
    await desk.files(filing_plan(number="INV-1", workspace=newer))
    await desk.files(filing_plan(number="INV-2"))
    await desk.restarted().files(filing_plan(number="INV-3"))
    [workspace] = desk.server.workspaces
    shown = desk.server.shown(workspace, ORDER_CATEGORY)
    assert shown["Financial status"] == "REFUNDED"
    assert shown["Updated at"] == "2026-06-01T12:00:30Z"


async def test_facts_of_the_same_second_are_shown_in_the_order_they_come() -> None:
    desk = FilingDesk()
    await desk.files(filing_plan(number="INV-1", workspace=workspace_plan(status="PENDING")))
    await desk.files(filing_plan(number="INV-2", workspace=workspace_plan(status="PAID")))
    [workspace] = desk.server.workspaces
    assert desk.server.shown(workspace, ORDER_CATEGORY)["Financial status"] == "PAID"


async def test_facts_that_two_processes_write_at_once_are_read_again() -> None:
    desk = FilingDesk()
    await desk.files(filing_plan(number="INV-1"))
    [workspace] = desk.server.workspaces
    newest = workspace_plan(updated_at=NOON + timedelta(hours=2), status="VOIDED")
    newer = workspace_plan(updated_at=NOON + timedelta(hours=1), status="REFUNDED")
    one, other = desk.restarted(), desk.restarted()
    await asyncio.gather(
        one.files(filing_plan(number="INV-2", workspace=newest)),
        other.files(filing_plan(number="INV-3", workspace=newer)),
    )
    assert desk.server.shown(workspace, ORDER_CATEGORY)["Financial status"] == "VOIDED"


async def test_two_archivers_that_file_the_same_document_at_once_file_one() -> None:
    desk = FilingDesk()
    one, other = await asyncio.gather(desk.files(filing_plan()), desk.restarted().files(filing_plan()))
    assert one.node_id == other.node_id
    assert len(desk.server.documents) == len(desk.server.workspaces) == 1


async def test_two_orders_of_one_name_get_two_workspaces() -> None:
    desk = FilingDesk()
    one = await desk.files(filing_plan())
    other = await desk.files(filing_plan(workspace=workspace_plan("7007")))
    assert one.workspace_id != other.workspace_id
    assert [node.name for node in desk.server.workspaces] == [
        "Order #1001",
        alternative("Order #1001", "north.7007"),
    ]


async def test_a_folder_deleted_by_hand_is_made_again() -> None:
    desk = FilingDesk()
    filed = await desk.files(filing_plan(number="INV-1"))
    desk.server.delete(filed.folder_id)
    again = await desk.files(filing_plan(number="INV-2"))
    assert again.remade == ("folder",)
    assert again.workspace_id == filed.workspace_id
    assert [node.name for node in desk.server.documents] == ["INV-2.pdf"]


async def test_a_workspace_deleted_by_hand_is_made_again() -> None:
    desk = FilingDesk()
    filed = await desk.files(filing_plan(number="INV-1"))
    desk.server.delete(filed.workspace_id)
    again = await desk.files(filing_plan(number="INV-2"))
    assert again.remade == ("workspace",)
    assert again.workspace_id != filed.workspace_id


async def test_a_folder_the_template_lacks_is_made_once_at_any_depth() -> None:
    desk = FilingDesk()
    one = await desk.files(filing_plan(number="INV-1", folder=("Correspondence", "2026")))
    other = await desk.restarted().files(filing_plan(number="INV-2", folder=("correspondence", "2026")))
    assert one.folder_id == other.folder_id


async def test_content_that_is_not_the_planned_one_is_never_sent() -> None:
    desk = FilingDesk()
    with pytest.raises(ContentMismatch, match="offered"):
        await desk.files(filing_plan(), OTHER_PDF)
    assert desk.server.calls == []


async def test_stored_bytes_that_differ_are_told_and_left_as_they_are() -> None:
    desk = FilingDesk()
    await desk.files(filing_plan())
    [document] = desk.server.documents
    document.versions[0] = (b"tampered", "")
    with pytest.raises(ContentMismatch, match=str(document.id)) as mismatch:
        await desk.files(filing_plan())
    assert mismatch.value.found == hashlib.sha256(b"tampered").hexdigest()
    assert document.versions == [(b"tampered", "")]


async def test_a_recorded_hash_that_was_cleared_by_hand_is_replaced_by_the_bytes_themselves() -> None:
    desk = FilingDesk()
    plan = filing_plan()
    await desk.files(plan)
    [document] = desk.server.documents
    document.values = {key: None if value == plan.sha256 else value for key, value in document.values.items()}
    assert (await desk.files(plan)).outcome is FilingOutcome.ALREADY_FILED
    assert (await desk.files(filing_plan(OTHER_PDF), OTHER_PDF)).outcome is FilingOutcome.KEPT


async def test_what_an_administrator_forgot_is_named_before_anything_is_written() -> None:
    layout = ArchiveLayout(document_category=CategoryLayout("Shopify Document", ("Kind", "Number", "Colour")))
    server = FakeContentServer()
    desk = FilingDesk(server, layout)
    with pytest.raises(SetUpMissing, match='no attribute "Colour"'):
        await desk.files(filing_plan())
    assert server.nodes == {}


async def test_a_plan_for_something_the_layout_does_not_know_is_rejected_before_anything_is_sent() -> None:
    desk = FilingDesk()
    plan = filing_plan()
    with pytest.raises(Rejected, match='"case"'):
        await desk.files(replace(plan, workspace=replace(plan.workspace, business_object_type="case")))
    with pytest.raises(Rejected, match='"Number"'):
        await desk.files(replace(plan, values={"Kind": "invoice"}))
    assert desk.server.calls == []
