"""RM classifications of documents: by name, with record date, at most once, people's choices kept."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from muniment_ecm import EditConflict, FinalRecord, RecordDetails, RefusedByServer, SetUpMissing
from muniment_ecm.documents import Upload
from tests.integration.ecm.desk import new_desk, open_desk
from tests.integration.ecm.workspaces import new_document

ACCOUNTING, FULFILMENT = "Accounting documents", "Fulfilment documents"
JUNE = RecordDetails(record_date=date(2026, 6, 1))
JULY = RecordDetails(record_date=date(2026, 7, 1))


async def test_a_document_becomes_a_record_of_its_class_and_date() -> None:
    async with new_desk() as desk:
        classes = await desk.server.records.require([ACCOUNTING, FULFILMENT])
        node_id = await new_document(desk.server)
        assert (await desk.server.records.state(node_id)).records == ()
        record = await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE, is_new=True)
        assert (record.class_name, record.record_date) == (ACCOUNTING, date(2026, 6, 1))
        assert (await desk.server.records.state(node_id)).shown() == record


async def test_the_names_that_are_missing_are_all_told() -> None:
    async with new_desk() as desk:
        with pytest.raises(SetUpMissing) as missing:
            await desk.server.records.require(["Love letters", ACCOUNTING, "Poems"])
        assert [sentence.split('"')[1] for sentence in missing.value.missing] == ["Love letters", "Poems"]


async def test_codes_are_read_from_the_server() -> None:
    async with new_desk() as desk:
        holds = await desk.server.records.codes("hold_type")
        assert list(holds) == [code.code for code in desk.ecm.state.retention.codes("hold_type")]
        assert all(holds.values())
        assert await desk.server.records.codes("poems") == {}


async def test_a_record_is_made_once_however_often_it_is_asked_for() -> None:
    async with new_desk() as desk:
        classes = await desk.server.records.require([ACCOUNTING])
        node_id = await new_document(desk.server)
        await asyncio.gather(
            *(desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE) for _ in range(3))
        )
        again = await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE, is_new=True)
        record = desk.ecm.state.records.find(node_id)
        assert record is not None
        assert (record.edits, again.record_date) == (1, date(2026, 6, 1))


async def test_what_a_records_manager_chose_stays() -> None:
    async with new_desk() as desk:
        classes = await desk.server.records.require([ACCOUNTING, FULFILMENT])
        node_id = await new_document(desk.server)
        await desk.server.records.reclassify(node_id, classes[FULFILMENT], JULY)
        kept = await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE)
        assert (kept.class_name, kept.record_date) == (FULFILMENT, date(2026, 7, 1))
        await desk.server.records.reclassify(node_id, classes[ACCOUNTING], JULY)
        kept = await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE)
        assert kept.record_date == date(2026, 7, 1)


async def test_an_inherited_class_gives_way_to_the_documents_own() -> None:
    async with new_desk() as desk:
        classes = await desk.server.records.require([ACCOUNTING, FULFILMENT])
        first = await new_document(desk.server)
        parent_id = (await desk.server.nodes.get(first)).parent_id
        await desk.server.records.ensure(parent_id, classes[FULFILMENT], JULY)
        node_id = await desk.server.documents.create(
            parent_id, Upload(name="b.txt", media_type="text/plain", content=b"b")
        )
        assert (await desk.server.records.state(node_id)).is_inherited
        record = await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE, is_new=True)
        assert (record.class_name, record.record_date) == (ACCOUNTING, date(2026, 6, 1))


async def test_a_change_made_in_between_is_read_and_the_other_change_made_after_it() -> None:
    async with new_desk() as desk, open_desk(desk.ecm) as other:
        classes = await desk.server.records.require([ACCOUNTING])
        node_id = await new_document(desk.server)
        await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE)
        desk.ecm.faults.add("latency=20;method=PUT")
        await asyncio.gather(
            desk.server.records.change(node_id, JULY),
            other.server.records.change(node_id, RecordDetails(subject="Order #1001")),
        )
        record = (await desk.server.records.state(node_id)).shown()
        assert (record.record_date, record.subject) == (date(2026, 7, 1), "Order #1001")


async def test_a_conflict_that_stays_is_told() -> None:
    async with new_desk() as desk:
        classes = await desk.server.records.require([ACCOUNTING])
        node_id = await new_document(desk.server)
        await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE)
        desk.ecm.faults.add("status=409;method=PUT;path=/v1/nodes/*/rmclassifications")
        with pytest.raises(EditConflict):
            await desk.server.records.change(node_id, JULY)


async def test_a_final_record_takes_no_version() -> None:
    async with new_desk() as desk:
        classes = await desk.server.records.require([ACCOUNTING])
        node_id = await new_document(desk.server)
        await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE)
        await desk.server.records.finalise([node_id])
        await desk.server.records.finalise([node_id])
        state = await desk.server.records.state(node_id)
        assert (state.can_finalise, state.shown().is_official) == (False, True)
        with pytest.raises(FinalRecord):
            await desk.server.documents.add_version(
                node_id, Upload(name="a.txt", media_type="text/plain", content=b"b")
            )
        with pytest.raises(FinalRecord):
            await desk.server.nodes.delete(node_id)


async def test_a_class_is_taken_away_once() -> None:
    async with new_desk() as desk:
        classes = await desk.server.records.require([ACCOUNTING])
        node_id = await new_document(desk.server)
        await desk.server.records.ensure(node_id, classes[ACCOUNTING], JUNE)
        assert await desk.server.records.unclassify(node_id, classes[ACCOUNTING])
        assert not await desk.server.records.unclassify(node_id, classes[ACCOUNTING])
        with pytest.raises(RefusedByServer):
            await desk.server.records.change(node_id, JUNE)
