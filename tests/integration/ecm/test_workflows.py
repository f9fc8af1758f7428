"""From a plan to a recorded decision, with one account that starts and one that watches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from muniment_ecm import ContentServer, InvalidValue, SetUpMissing
from muniment_ecm.creation import Origin
from muniment_ecm.session import counted_requests
from muniment_ecm.workflow_errors import TaskNotAccessible
from muniment_ecm.workflow_progress import ProcessState
from muniment_ecm.workflows import StatusChange, Workflows
from tests.integration.ecm.desk import settings
from tests.integration.ecm.workflow_desk import (
    KEY,
    WorkflowDesk,
    new_workflow_desk,
    workflow_plan,
)

pytestmark = pytest.mark.connected


@pytest.fixture
async def desk() -> AsyncIterator[WorkflowDesk]:
    async with new_workflow_desk() as made:
        yield made


async def test_a_plan_becomes_one_process_with_attachments_and_attributes(desk: WorkflowDesk) -> None:
    _, document = desk.document_of_a_case()
    plan = replace(workflow_plan(documents=(document,)), due_at=datetime(2030, 1, 31, 12, tzinfo=UTC))
    created = await desk.writer.start_once(plan)
    assert created.origin is Origin.MADE
    [process] = desk.processes
    status = await desk.reader.status(created.thing)
    assert status.title == f"Fraud flag on #1042 {plan.mark}"
    assert status.state is ProcessState.ON_TIME
    assert status.due_at == plan.due_at
    assert [(step.title, step.assignees) for step in status.current] == [
        ("Review the exception", ("rivera",))
    ]
    assert [one.id for _, one in desk.ecm.state.workflows.attachments.items(process.attachments_id)] == [
        document
    ]
    record = await desk.reader.record(created.thing)
    assert record.values["Reference"] == KEY
    assert record.values["Customer"] == "Ana Lima"


async def test_the_same_key_starts_nothing_again_whatever_became_of_it(desk: WorkflowDesk) -> None:
    first = await desk.writer.start_once(workflow_plan())
    again = replace(workflow_plan(), title="Another title")
    assert await desk.writer.start_once(again) == replace(first, origin=Origin.FOUND)
    desk.decides(first.thing, "Approve")
    assert (await desk.writer.start_once(again)).origin is Origin.FOUND
    await desk.reader.change_status(first.thing, StatusChange.ARCHIVE)
    assert (await desk.writer.start_once(again)).origin is Origin.FOUND
    assert (await desk.writer.start_once(workflow_plan(key="another"))).thing != first.thing
    assert len(desk.processes) == 2


async def test_a_start_costs_ten_requests_and_six_from_the_second_on(desk: WorkflowDesk) -> None:
    await desk.writer.find("(nothing)")  # logs in
    async with counted_requests() as first:
        await desk.writer.start_once(workflow_plan())
    async with counted_requests() as second:
        await desk.writer.start_once(workflow_plan(key="another"))
    assert (first.made, second.made) == (10, 6)


async def test_the_decision_is_read_with_who_when_and_why(desk: WorkflowDesk) -> None:
    case, document = desk.document_of_a_case()
    process_id = (await desk.writer.start_once(workflow_plan(documents=(document,)))).thing
    assert await desk.reader.outcome(process_id) is None
    desk.decides(process_id, "Reject", "Stolen card")
    outcome = await desk.reader.outcome(process_id)
    assert outcome is not None
    assert outcome.state is ProcessState.COMPLETED
    assert outcome.decision is not None
    assert outcome.decision.label == "Reject"
    assert outcome.decision.by_name == "rivera"
    assert outcome.decision.by_id == desk.member_id("rivera")
    assert outcome.decision.comment == "Stolen card"
    assert outcome.decision.at is not None
    assert [one.action for one in outcome.activities] == ["start", "disposition"]
    assert outcome.record.completed_at is not None
    assert outcome.record.audit[0].message == "Workflow initiated"
    node = desk.ecm.state.tree.get(case)
    assert "Reject" in [value for one in node.categories.values() for value in one.values.values()]


async def test_a_question_in_between_is_no_decision(desk: WorkflowDesk) -> None:
    process_id = (await desk.writer.start_once(workflow_plan())).thing
    desk.decides(process_id, "RequestInformation", "Which card?")
    status = await desk.reader.status(process_id)
    assert [step.title for step in status.current] == ["Provide information"]
    assert await desk.reader.outcome(process_id) is None


async def test_a_stopped_process_ended_without_a_decision(desk: WorkflowDesk) -> None:
    process_id = (await desk.writer.start_once(workflow_plan())).thing
    await desk.reader.change_status(process_id, StatusChange.SUSPEND)
    assert (await desk.reader.status(process_id)).state is ProcessState.SUSPENDED
    await desk.reader.change_status(process_id, StatusChange.STOP)
    outcome = await desk.reader.outcome(process_id)
    assert outcome is not None
    assert (outcome.state, outcome.decision) == (ProcessState.STOPPED, None)
    with pytest.raises(TaskNotAccessible):
        await desk.reader.change_status(process_id, StatusChange.RESUME)


async def test_tasks_are_read_and_done_by_their_assignee_only(desk: WorkflowDesk) -> None:
    _, document = desk.document_of_a_case()
    process_id = (await desk.writer.start_once(workflow_plan(documents=(document,)))).thing
    with pytest.raises(TaskNotAccessible):
        await desk.writer.task(process_id, 1)
    with pytest.raises(TaskNotAccessible):
        await desk.reader.decide(process_id, 1, "Approve", "not mine")
    mine = replace(settings(desk.ecm), username="rivera", password="rivera-secret")
    server = ContentServer.connect(mine)
    try:
        rivera = server.workflows
        [assignment] = await rivera.assignments()
        assert (assignment.process_id, assignment.task_id, assignment.is_late) == (process_id, 1, False)
        form = await rivera.task(process_id, 1)
        assert form.dispositions == {
            "Approve": "Approve", "Reject": "Reject", "RequestInformation": "Request information",
        }  # fmt: skip
        assert form.attachments_id == (await desk.reader.status(process_id)).attachments_id
        await rivera.decide(process_id, 1, "Approve", "Fine")
        with pytest.raises(TaskNotAccessible):
            await rivera.decide(process_id, 1, "Reject", "Changed my mind")
    finally:
        await server.close()


async def test_more_is_attached_to_a_draft_and_twice_is_once(desk: WorkflowDesk) -> None:
    _, document = desk.document_of_a_case()
    drawn = await desk.writer.map_named("Order Approval")
    draft = await desk.writer.draft(drawn.id)
    folder = await desk.writer.attachments_of_draft(draft)
    await desk.writer.attach(folder, document, "a.pdf")
    await desk.writer.attach(folder, document, "a.pdf")
    assert [one.id for _, one in desk.ecm.state.workflows.attachments.items(folder)] == [document]
    process_id = await desk.writer.initiate(draft)
    with pytest.raises(TaskNotAccessible):
        await desk.writer.attachments_of_draft(draft)
    assert process_id != draft


async def test_what_an_administrator_has_not_prepared_is_named_before_anything_is_made(
    desk: WorkflowDesk,
) -> None:
    with pytest.raises(SetUpMissing, match='no workflow map "Unknown" in "Workflows"'):
        await desk.writer.start_once(replace(workflow_plan(), map_name="Unknown"))
    with pytest.raises(SetUpMissing, match='"Exception Review" has no attribute "Colour"'):
        await desk.writer.start_once(replace(workflow_plan(), values={"Colour": "red"}))
    assert desk.processes == []


async def test_maps_of_another_folder_are_used_and_values_checked_before_anything_is_made(
    desk: WorkflowDesk,
) -> None:
    server = ContentServer.connect(settings(desk.ecm))
    try:
        samples = Workflows(server.session, server.nodes, server.volumes, map_folder=("Workflows", "Samples"))
        plan = replace(workflow_plan(), map_name="Parallel Review", values={"Needed by": "soon"})
        with pytest.raises(InvalidValue):
            await samples.start_once(plan)
        assert desk.processes == []
        elsewhere = Workflows(server.session, server.nodes, server.volumes, map_folder=("Maps",))
        with pytest.raises(SetUpMissing, match='no folder "Maps"'):
            await elsewhere.map_named("Parallel Review")
    finally:
        await server.close()
