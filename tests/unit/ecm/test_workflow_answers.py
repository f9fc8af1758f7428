"""Workflows as other servers may tell of them: other orders, missing parts, older calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm import AnswerNotUnderstood, InvalidValue, RefusedByServer
from muniment_ecm.attributes import AttributeType
from muniment_ecm.nodes import Nodes
from muniment_ecm.volumes import Volumes
from muniment_ecm.workflow_errors import TaskNotAccessible
from muniment_ecm.workflow_maps import parse_map
from muniment_ecm.workflow_plans import MAX_TITLE_LENGTH, WorkflowPlan
from muniment_ecm.workflow_progress import (
    Activity,
    ProcessState,
    last_decision,
    parse_activities,
    parse_record,
    parse_state,
    parse_status,
)
from muniment_ecm.workflows import Workflows
from tests.unit.ecm.scripted_transport import ScriptedTransport, Step, answer, logged_in, refused

MARK = "(0123456789ab)"
LIST = "GET /v2/workflows/status"
ACTIVE = "GET /v2/workflows/status/active"
UNKNOWN = refused("The REST API URL could not be found in the mappings registry", 400)


def workflows(*script: Step) -> tuple[Workflows, ScriptedTransport]:
    transport = ScriptedTransport(*script)
    session = logged_in(transport)
    nodes = Nodes(session)
    return Workflows(session, nodes, Volumes(session, nodes)), transport


def listed(*entries: tuple[int, str]) -> object:
    return {
        "results": [{"data": {"wfstatus": {"process_id": one, "wf_name": title}}} for one, title in entries]
    }


def entry(action: str, at: str, **more: object) -> dict[str, object]:
    return {"action": action, "date": at, "user_id": 7, "comment": "", **more}


def chosen(label: str, at: str) -> dict[str, object]:
    return entry("disposition", at, action_properties={"event": "disposition", "label": label})


def activities(*entries: dict[str, object]) -> Sequence[Activity]:
    return parse_activities({"data": list(entries)})


async def test_the_oldest_of_several_is_found_and_titles_that_only_contain_the_mark_are_not() -> None:
    found, transport = workflows(
        (LIST, answer(listed((9, f"Done {MARK}"), (3, f"{MARK} elsewhere")))),
        (ACTIVE, answer({"results": {"Work_WorkID": 8, "SubWork_Title": f"Runs {MARK}"}})),
        (ACTIVE, answer({"results": {}})),
    )
    assert await found.find(MARK) == 8
    assert transport.is_finished
    assert [dict(call.params).get("status") for call in transport.calls] == [None, "NOARCHIVE", "ARCHIVED"]
    assert all(call.repeatable for call in transport.calls)


async def test_an_older_server_is_asked_for_its_plain_list() -> None:
    found, transport = workflows(
        (LIST, answer(listed())), (ACTIVE, UNKNOWN), (LIST, answer(listed((4, f"Runs {MARK}"))))
    )
    assert await found.find(MARK) == 4
    assert ("wstatus", "workflowlate") in transport.calls[-1].params


async def test_an_answer_without_results_is_not_taken_for_nothing() -> None:
    found, _ = workflows((LIST, answer({"links": {}})))
    with pytest.raises(AnswerNotUnderstood):
        await found.find(MARK)


async def test_what_makes_something_is_never_marked_repeatable() -> None:
    made, transport = workflows(
        ("POST /v2/draftprocesses", answer({"results": [{"draftprocess_id": 5}]})),
        ("PUT /v2/draftprocesses/5", answer({"results": [{"process_id": "6"}]})),
        ("PUT /v2/processes/6/subprocesses/6/tasks/1", answer({"results": {}})),
    )
    assert await made.draft(1, [10, 11]) == 5
    assert await made.initiate(5) == 6
    await made.decide(6, 1, "Approve", "Fine")
    assert [call.repeatable for call in transport.calls] == [False, False, False]
    assert transport.calls[0].body == {"workflow_id": 1, "doc_ids": "10,11", "AttachDocuments": "true"}
    assert transport.calls[2].body == {"custom_action": "Approve", "comment": "Fine"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Could not access task status", 400),
        ("Could not get a workflow for 1, 1, 1", 500),
        ("Could not get a draft workflow for 5", 500),
    ],
)
async def test_the_servers_words_for_a_task_that_is_not_there(said: str, status: int) -> None:
    found, _ = workflows(("PUT /v2/draftprocesses/5", refused(said, status)))
    with pytest.raises(TaskNotAccessible):
        await found.initiate(5)


async def test_any_other_refusal_stays_what_it_is() -> None:
    found, _ = workflows(("PUT /v2/draftprocesses/5", refused("The step is broken.", 500)))
    with pytest.raises(RefusedByServer):
        await found.initiate(5)


async def test_a_start_without_an_id_in_the_answer_is_not_understood() -> None:
    found, _ = workflows(("PUT /v2/draftprocesses/5", answer({"results": {"custom_message": "ok"}})))
    with pytest.raises(AnswerNotUnderstood):
        await found.initiate(5)


def test_activities_come_in_the_order_of_the_events_whichever_way_round_they_are_listed() -> None:
    started, decided = entry("start", "2026-06-01T08:00:00"), chosen("Approve", "2026-06-01T09:00:00")
    assert activities(started, decided) == activities(decided, started)
    same_second = entry("start", "2026-06-01T09:00:00")
    assert [one.action for one in activities(decided, same_second)] == ["start", "disposition"]
    assert [one.action for one in activities(same_second, decided)] == ["start", "disposition"]
    assert activities() == []


def test_the_last_disposition_is_the_decision_and_its_author_is_named_by_the_record() -> None:
    record = parse_record(
        6,
        {
            "generalInfo": [{"SubWork_Title": "T"}],
            "auditInfo": [{"USER_ID": 7, "USER_NAME": "rivera", "AUDIT_MSG": "…"}],
        },
        "read",
    )
    made = activities(
        chosen("Request information", "2026-06-01T08:00:00"), chosen("Approve", "2026-06-01T09:00:00")
    )
    decision = last_decision(made, record)
    assert decision is not None
    assert (decision.label, decision.by_name) == ("Approve", "rivera")
    assert decision.at == datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert last_decision(made[:0], record) is None


def test_a_status_without_details_is_not_understood() -> None:
    with pytest.raises(AnswerNotUnderstood):
        parse_status(6, {"step_list": {}}, "read the status")
    with pytest.raises(AnswerNotUnderstood):
        parse_record(6, {}, "read the record")
    with pytest.raises(AnswerNotUnderstood):
        parse_map(6, "Map", {}, "read the map")


def test_an_unknown_word_for_the_status_is_not_over() -> None:
    assert parse_state("Completed") is ProcessState.COMPLETED
    assert parse_state("on fire") is ProcessState.UNKNOWN
    assert not ProcessState.UNKNOWN.is_over


def test_attributes_of_a_map_are_typed_and_sets_are_left_out() -> None:
    definitions = {
        "9": {"name": "Map", "type_name": "Assoc", "persona": "category"},
        "9_2": {"name": "Order", "type_name": "String", "max_length": 8},
        "9_3": {"name": "Due", "type_name": "Date", "include_time": False},
        "9_4": {"name": "Seen", "type_name": "Date", "include_time": True},
        "9_5": {"name": "By", "type_name": "Integer", "persona": "user"},
        "9_6": {"name": "Rows", "type_name": "Assoc", "persona": "set"},
        "9_6_x_7": {"name": "Cell", "type_name": "String"},
    }
    packages = [
        {"type": 1, "sub_type": 2, "data": {}},
        {"type": 1, "sub_type": 3, "data": {"definitions": definitions}},
    ]
    drawn = parse_map(9, "Map", {"definition": {"data_packages": packages, "tasks": []}}, "read")
    assert {name: (one.key, one.type) for name, one in drawn.attributes.items()} == {
        "Order": ("WorkflowForm_2", AttributeType.TEXT),
        "Due": ("WorkflowForm_3", AttributeType.DATE),
        "Seen": ("WorkflowForm_4", AttributeType.DATE_TIME),
        "By": ("WorkflowForm_5", AttributeType.OTHER),
    }
    assert drawn.form_values({"Order": "123456789"}) == {"WorkflowForm_2": "1234567…"}
    with pytest.raises(InvalidValue):
        drawn.form_values({"Due": "soon"})


@given(key=st.text(min_size=1), title=st.text())
def test_a_title_is_one_line_of_bounded_length_that_ends_with_the_keys_mark(key: str, title: str) -> None:
    plan = WorkflowPlan(map_name="Map", key=key, title=title)
    marked = plan.marked_title
    assert marked.endswith(plan.mark)
    assert len(marked.splitlines()) == 1
    assert len(marked) <= MAX_TITLE_LENGTH + 1 + len(plan.mark)
    assert WorkflowPlan(map_name="Other", key=key, title="Other").mark == plan.mark
    assert WorkflowPlan(map_name="Map", key=f"{key}!", title=title).mark != plan.mark
