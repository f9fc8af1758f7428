"""OpenText's own client runs a workflow here unchanged, from the draft to the decision."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muniment_sandbox.ecm.testing import RunningEcm

# pyxecm opens the files it uploads and leaves them to the garbage collector.
pytestmark = [
    pytest.mark.connected,
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]


@pytest.fixture
def rivera(log_in: Callable[..., Any]) -> Any:
    """The reviewer's own client."""
    return log_in(username="rivera", password="rivera-secret")


def map_id(server: RunningEcm, name: str = "Exception Review") -> int:
    return server.state.workflows.maps.named(name).id


def evidence(otcs: Any, tmp_path: Path) -> int:
    path = tmp_path / "evidence.txt"
    path.write_text("evidence", encoding="utf-8")
    made = otcs.upload_file_to_parent(parent_id=2000, file_url=str(path), file_name="evidence.txt")
    return int(otcs.get_result_value(made, "id"))


def started(otcs: Any, server: RunningEcm, documents: list[int] | None = None) -> int:
    draft = otcs.create_draft_process(map_id(server), documents)["results"]["draftprocess_id"]
    attributes = otcs.get_workflow_attributes(map_id(server))
    values = {attributes["Order"]["form_id"]: "#1001", attributes["Reference"]["form_id"]: "order/1"}
    assert otcs.update_draft_process(draft, title="Fraud on #1001", due_date="2030-01-31", values=values)
    process = otcs.initiate_draft_process(draft)["results"]["process_id"]
    assert process != draft
    return int(process)


def test_maps_and_their_attributes_are_found(otcs: Any, server: RunningEcm, tmp_path: Path) -> None:
    found = otcs.get_document_workflows(evidence(otcs, tmp_path), 2000)["results"]["data"]
    assert "Exception Review" in [one["Name"] for one in found]
    assert otcs.get_workflow_definition(map_id(server))["results"]["definition"]["tasks"]
    attributes = otcs.get_workflow_attributes(map_id(server))
    assert attributes["Reference"] == {
        "id": f"{map_id(server)}_2",
        "type": "String",
        "form_id": "WorkflowForm_2",
    }


def test_a_workflow_runs_from_draft_to_decision(
    otcs: Any, rivera: Any, server: RunningEcm, tmp_path: Path
) -> None:
    document = evidence(otcs, tmp_path)
    draft = otcs.create_draft_process(map_id(server), [document])["results"]
    assert draft["workflow_type"] == "1_1"
    form = otcs.get_draft_process(draft["draftprocess_id"])["data"]
    assert form["actions"][0]["key"] == "Initiate"
    process = started(otcs, server, [document])
    status = otcs.get_workflow_status(process)["results"]
    assert status["wf_details"]["wf_name"] == "Fraud on #1001"
    assert status["step_list"]["current"][0]["task_assignees"]["currentAssignee"] == "Ana Rivera"
    assert otcs.get_process_task(process) is None
    task = rivera.get_process_task(process)["data"]
    assert [one["key"] for one in task["custom_actions"]] == ["Approve", "Reject", "RequestInformation"]
    assert rivera.update_process_task(process, custom_action="Approve", comment="Checked")
    assert otcs.get_workflow_status(process)["results"]["wf_details"]["status"] == "completed"


def test_a_task_is_filled_and_handed_over(otcs: Any, rivera: Any, server: RunningEcm) -> None:
    process = started(otcs, server)
    assert rivera.update_process_task(process, values={"WorkflowForm_3": "fraud-flag"})
    okafor = server.state.members.named("okafor")
    assert okafor is not None
    assert rivera.update_process_task(process, action="Delegate", assignee=okafor.id, comment="Yours")
    assert rivera.update_process_task(process, custom_action="Approve") is None


def test_workflows_are_listed_by_kind_and_status(otcs: Any, server: RunningEcm) -> None:
    process = started(otcs, server)
    found = otcs.get_workflows_by_kind_and_status(
        kind="Both", status=["ontime", "workflowlate"], sort="name asc"
    )
    assert [one["data"]["wfstatus"]["process_id"] for one in found["results"]] == [process]
    assert otcs.get_workflows_by_kind_and_status(kind="Initiated", status="completed")["results"] == []


def test_a_map_without_start_step_starts_at_once(otcs: Any, server: RunningEcm, tmp_path: Path) -> None:
    made = otcs.initiate_workflow(map_id(server, "Parallel Review"), [evidence(otcs, tmp_path)])
    assert (
        len(otcs.get_workflow_status(made["results"]["process_id"])["results"]["step_list"]["current"]) == 2
    )


def test_the_inbox_holds_what_waits_for_its_owner(otcs: Any, rivera: Any, server: RunningEcm) -> None:
    process = started(otcs, server)
    waiting = rivera.get_user_mytodo()["results"]
    assert [one["data"]["assignments"]["workflow_id"] for one in waiting] == [process]
    assert rivera.update_process_task(process, custom_action="Reject", comment="Not plausible")
    assert rivera.get_user_mytodo()["results"] == []
