"""What is told of workflows: status, lists, inbox, record; and that nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment_sandbox.ecm.opening import opened
from muniment_sandbox.ecm.seed_workflows import sow_workflow_map
from muniment_sandbox.ecm.state import FixedClock
from tests.unit.sandbox_ecm.desk import Desk
from tests.unit.sandbox_ecm.diary import Diary
from tests.unit.sandbox_ecm.workflow_desk import DAY_S, NO_TASK, WorkflowDesk


def test_a_process_is_late_when_a_step_is(flow: WorkflowDesk) -> None:
    process = flow.process()
    flow.clock.at += 2 * DAY_S + 1
    assert flow.standing(process) == "workflowlate"
    assert flow.status(process)["step_list"]["current"][0]["task_status"] == "workflowlate"
    flow.do(flow.rivera, process, custom_action="Approve")
    assert flow.standing(process) == "completed"


def test_the_inbox_shows_the_late_first(flow: WorkflowDesk) -> None:
    old = flow.process()
    flow.clock.at += DAY_S
    draft = flow.draft()
    flow.fill(draft, WorkflowDueDate="2026-06-01T09:00:00")
    urgent = flow.initiate(draft)
    assert flow.inbox(flow.rivera) == [(urgent, 1), (old, 1)]
    statuses = [
        one["data"]["assignments"]["status_name"]
        for one in flow.rivera.get("/v2/members/assignments").results
    ]
    assert statuses == ["workflowlate", "ontime"]


@pytest.mark.parametrize("path", ["/v2/workflows/status", "/v2/workflows/instances/status"])
def test_workflows_are_listed_by_kind_and_status(flow: WorkflowDesk, path: str) -> None:
    running, done = flow.process(), flow.process("Order Approval")
    flow.do(flow.okafor, done, custom_action="Approve")

    def listed(who: Desk, query: str) -> list[int]:
        return [one["data"]["wfstatus"]["process_id"] for one in who.get(f"{path}?{query}").results]

    assert listed(flow.reader, "kind=Managed") == [done, running]
    assert listed(flow.writer, "Kind=Initiated&wstatus=completed") == [done]
    assert listed(flow.writer, "wstatus=ontime&wstatus=workflowlate&sort=wf_name%20asc") == [running]
    assert listed(flow.writer, "kind=Managed") == []
    assert listed(flow.rivera, "kind=Both") == []
    assert flow.reader.get(f"{path}?kind=Other").status == 400
    assert flow.reader.get(f"{path}?wstatus=odd").status == 400
    assert flow.reader.get(f"{path}?sort=colour").status == 400


def test_running_workflows_are_found_by_map_workspace_name_and_day(flow: WorkflowDesk) -> None:
    case = flow.case()
    first = flow.process(documents=[flow.admin.document(parent_id=case)])
    draft = flow.draft("Order Approval")
    flow.fill(draft, Title="Order 1001")
    flow.clock.at += DAY_S
    second = flow.initiate(draft)

    def found(query: str) -> list[int]:
        return [one["Work_WorkID"] for one in flow.reader.get(f"/v2/workflows/status/active?{query}").results]

    assert found(f"mapObjId={flow.map()}") == [first]
    assert found(f"businessWorkspaceID={case}") == [first]
    assert found("search_name=ORDER%201") == [second]
    assert found("fromDate=2026-06-02&toDate=2026-06-02") == [second]
    assert found("status=ARCHIVED") == []
    assert flow.reader.get("/v2/workflows/status/active?fromDate=soon").status == 400


def test_the_record_of_a_decision_is_one_answer(flow: WorkflowDesk) -> None:
    draft = flow.draft()
    flow.fill(draft, Title="Fraud on #1001", _2="order/1/fraud")
    process = flow.initiate(draft)
    flow.do(flow.rivera, process, custom_action="Reject", comment="Stolen card")
    record = flow.reader.get(f"/v2/workflows/status/info?workid={process}").results
    assert record["generalInfo"][0]["SubWork_Title"] == "Fraud on #1001"
    assert record["generalInfo"][0]["Work_Status"] == -1
    [comment] = record["comments"]
    assert (comment["USERNAME"], comment["STEPNAME"], comment["COMMENTS"]) == (
        "rivera", "Review the exception", "Stolen card",
    )  # fmt: skip
    assert record["auditInfo"][1]["AUDIT_MSG"].endswith("completed with disposition 'Reject'")
    rootset = record["Attributes"][0]["Content"]["Rootset"]
    assert rootset["Children"][0]["DisplayName"] == "Reference"
    assert rootset["ValueTemplate"]["values"][0] == "order/1/fraud"
    assert flow.reader.get("/v2/workflows/status/info").error == (400, "Argument 'workid' is required")
    assert flow.okafor.get(f"/v2/workflows/status/info?workid={process}").error == NO_TASK


def test_what_is_attached_on_the_way_is_an_activity(flow: WorkflowDesk) -> None:
    process = flow.process()
    folder = flow.status(process)["attachments"]["attachment_folder_id"]
    flow.clock.at += 60
    flow.lindqvist.upload("/v2/nodes", {"type": 144, "parent_id": folder, "name": "note.txt"})
    entry = flow.activities(process)[0]
    assert entry["action"] == "attachment"
    assert entry["action_properties"]["node"]["name"] == "note.txt"
    path = f"/v2/workflows/{process}/subworkflows/{process}/activities?limit=1"
    assert len(flow.reader.get(path).results["data"]) == 1


def test_workflows_are_there_again_after_a_restart(tmp_path: Path) -> None:
    data, clock = tmp_path / "ecm.sqlite", FixedClock()
    with opened("demo", data, clock=clock) as (state, credentials):
        flow = WorkflowDesk(Desk.over(state, credentials, clock))
        process, draft = flow.process(), flow.draft()
        flow.do(flow.rivera, process, custom_action="RequestInformation", comment="Which card?")
        before = flow.status(process), flow.activities(process)
    with opened("demo", data, clock=clock) as (state, credentials):
        flow = WorkflowDesk(Desk.over(state, credentials, clock))
        assert (flow.status(process), flow.activities(process)) == before
        assert flow.inbox(flow.lindqvist) == [(process, 2)]
        assert flow.initiate(draft) > draft


def test_a_seed_whose_map_does_not_hang_together_is_refused(desk: Desk) -> None:
    node = desk.state.tree.get(desk.folder())
    for given in (
        {"step": [{"id": 1, "title": "A", "leads_to": [2]}]},
        {"step": [{"id": 1, "title": "A", "role": "Nobody"}]},
        {"step": [{"id": 1, "title": "A"}], "first": [7]},
    ):
        with pytest.raises(ValueError, match="the map 'Folder'"):
            sow_workflow_map(desk.state, node, given, lambda _: 1000)


def test_the_journal_hears_of_every_change_of_a_workflow() -> None:
    diary = Diary()
    flow = WorkflowDesk(Desk(journal=diary))
    process = flow.process()
    flow.do(flow.rivera, process, action="formUpdate", values={"WorkflowForm_4": "one"})
    flow.do(flow.rivera, process, action="SendOn")
    flow.do(flow.rivera, process, custom_action="RequestInformation")
    flow.reader.call("PUT", f"/v2/processes/{process}/status", {"status": "suspend"})
    diary.check_that_it_heard_everything()
