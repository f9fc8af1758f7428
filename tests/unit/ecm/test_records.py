"""Records on servers that answer in other words than the sandbox."""

from __future__ import annotations

from datetime import date

import pytest

from muniment_ecm import AnswerNotUnderstood, InvalidValue, RecordDetails
from muniment_ecm.nodes import Nodes
from muniment_ecm.records import Records
from muniment_ecm.volumes import Volumes
from muniment_kit.http import Answer
from tests.unit.ecm.scripted_transport import ScriptedTransport, answer, html, logged_in, refused

GET, POST = "GET /v1/nodes/7/rmclassifications", "POST /v1/nodes/7/rmclassifications"
NONE = answer({"data": [{"rmclassification_id": None}], "rm_metadataToken": "t1"})
JUNE = RecordDetails(record_date=date(2026, 6, 1))


def shown(**more: object) -> dict[str, object]:
    record = {"rmclassification_id": 70, "name": "Accounting documents", "record_date": "2026-06-01T00:00:00"}
    return {"data": [{**record, **more}], "rm_metadataToken": "t2"}


def records(transport: ScriptedTransport) -> Records:
    session = logged_in(transport)
    nodes = Nodes(session)
    return Records(session, nodes, Volumes(session, nodes))


@pytest.mark.parametrize(
    "refusal",
    [
        refused("Could not update metadata (edit conflict).", 400),
        refused("Missing required parameter 'rm_metadataToken'", 400),
        refused("The metadata token is needed", 400),
        answer({"results": {"ok": False, "errMsg": "The metadata token is needed"}}),
    ],
)
async def test_a_server_that_wants_the_token_at_once_gets_it_at_the_second_attempt(refusal: Answer) -> None:
    transport = ScriptedTransport((POST, refusal), (GET, NONE), (POST, answer({})), (GET, answer(shown())))
    record = await records(transport).ensure(7, 70, JUNE, is_new=True)
    assert record.record_date == date(2026, 6, 1)
    assert "rm_metadataToken" not in transport.calls[0].body
    assert transport.calls[2].body["rm_metadataToken"] == "t1"
    assert transport.calls[2].body["record_date"] == "2026-06-01"


async def test_a_value_the_server_does_not_take_is_told_after_one_attempt_with_the_token() -> None:
    wrong = refused("Invalid datatype specified for argument 'record_date'", 400)
    transport = ScriptedTransport((GET, NONE), (POST, wrong), (GET, NONE))
    with pytest.raises(InvalidValue):
        await records(transport).ensure(7, 70, JUNE)
    assert transport.is_finished


async def test_a_class_that_the_server_confirms_and_does_not_show_is_not_believed() -> None:
    transport = ScriptedTransport((POST, answer({})), (GET, NONE))
    with pytest.raises(AnswerNotUnderstood):
        await records(transport).ensure(7, 70, JUNE, is_new=True)


async def test_a_gateways_page_confirms_no_class() -> None:
    transport = ScriptedTransport((POST, html(200)))
    with pytest.raises(AnswerNotUnderstood):
        await records(transport).ensure(7, 70, JUNE, is_new=True)


async def test_an_answer_that_says_nothing_of_records_is_not_taken_for_no_record() -> None:
    with pytest.raises(AnswerNotUnderstood):
        await records(ScriptedTransport((GET, answer({"links": {}})))).state(7)


async def test_an_old_answer_with_few_fields_is_read_and_both_names_of_the_status_count() -> None:
    told = {"data": [{"rmclassification_id": "70", "status": "ACTIVE", "official": 1}]}
    state = await records(ScriptedTransport((GET, answer(told)))).state(7)
    record = state.shown()
    assert (record.class_id, record.status, record.is_official, record.record_date) == (
        70,
        "ACTIVE",
        True,
        None,
    )
    assert (state.token, state.is_inherited) == (None, False)
    assert RecordDetails(status="CLOSED").written() == {"status": "CLOSED", "file_status": "CLOSED"}
