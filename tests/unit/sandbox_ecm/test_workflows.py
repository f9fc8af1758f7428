"""Workflows by their calls: from a draft to a decision, and everything that is refused."""

from __future__ import annotations

import pytest

from muniment_sandbox.ecm.state.rights import SEE, Acl
from tests.unit.sandbox_ecm.desk import Desk
from tests.unit.sandbox_ecm.workflow_desk import NO_TASK, WorkflowDesk


def test_the_maps_a_document_can_go_through_are_listed(flow: WorkflowDesk) -> None:
    found = flow.writer.get("/v2/docworkflows?doc_id=1,2&parent_id=2000").results["data"]
    assert [one["Name"] for one in found] == [
        "Account Approval", "Exception Review", "Order Approval", "Parallel Review",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/v2/workflows/{}/definition", "/v2/processes/{}/definition"])
def test_a_map_says_its_steps_and_attributes(flow: WorkflowDesk, path: str) -> None:
    definition = flow.writer.get(path.format(flow.map())).results["definition"]
    [attributes] = [one["data"] for one in definition["data_packages"] if one["sub_type"] == 3]
    assert [one["title"] for one in definition["tasks"]] == [
        "Review the exception", "Provide information", "Record the decision",
    ]  # fmt: skip
    assert attributes["definitions"][f"{flow.map()}_2"]["name"] == "Reference"


def test_a_node_that_is_no_map_is_refused(flow: WorkflowDesk) -> None:
    assert flow.writer.get("/v2/workflows/2000/definition").error == (400, "Error getting node from ID")
    refused = flow.writer.call("POST", "/v2/draftprocesses", body={"workflow_id": 2000})
    assert refused.error == (400, "Error getting node from ID")


def test_a_map_is_started_by_those_only_who_may_open_it(flow: WorkflowDesk) -> None:
    wanted = flow.map()
    draft = flow.draft()

    def tried(who: Desk) -> list[tuple[int, str]]:
        direct = {"definition": {"workflow_id": wanted}}
        replies = [
            who.call("POST", "/v2/draftprocesses", body={"workflow_id": wanted}),
            who.call("POST", "/v2/draftprocesses/startwf", body={"workflow_id": wanted}),
            who.call("POST", "/v2/processes", body=direct),
            who.get(f"/v2/workflows/{wanted}/definition"),
        ]
        return [reply.error for reply in replies]

    node = flow.state.tree.get(wanted)
    flow.state.access.set_acl(node, Acl(public=SEE), 1000)
    assert tried(flow.writer) == [(500, "Insufficient permissions to perform that action")] * 4
    assert "Exception Review" in listed_maps(flow.writer)
    flow.state.access.set_acl(node, Acl(public=None), 1000)
    assert tried(flow.writer) == [flow.writer.get(f"/v2/nodes/{wanted}/versions").error] * 4
    assert "Exception Review" not in listed_maps(flow.writer)
    refused = flow.writer.call("PUT", f"/v2/draftprocesses/{draft}", body={"action": "Initiate"})
    assert refused.status != 200
    assert flow.admin.call("POST", "/v2/draftprocesses", body={"workflow_id": wanted}).status == 200


def listed_maps(who: Desk) -> list[str]:
    return [one["Name"] for one in who.get("/v2/docworkflows?doc_id=1&parent_id=2000").results["data"]]


def test_a_draft_attaches_documents_as_shortcuts_in_a_container_of_its_own(flow: WorkflowDesk) -> None:
    case, other = flow.case(), flow.case("shop.2")
    first, second = flow.admin.document("a.pdf", case), flow.admin.document("a.pdf", other)
    draft = flow.draft(documents=[first, second])
    form = flow.writer.get(f"/v1/forms/draftprocesses/update?draftprocess_id={draft}").json
    folder = form["data"]["data_packages"][0]["data"]["attachment_folder_id"]
    assert flow.admin.get(f"/v2/nodes/{folder}").properties["type"] == 154
    found = flow.admin.get(f"/v2/nodes/{folder}/nodes?fields=properties").results
    shown = [one["data"]["properties"] for one in found]
    assert [(one["name"], one["type"], one["original_id"]) for one in shown] == [
        ("a (2).pdf", 1, second), ("a.pdf", 1, first),
    ]  # fmt: skip


def test_a_draft_can_be_filled_by_whoever_made_it_only(flow: WorkflowDesk) -> None:
    draft = flow.draft()
    assert (
        flow.fill(draft, Title="A title", WorkflowDueDate="2026-07-06 21:42:30.000", _2="r-1").status == 200
    )
    form = flow.writer.get(f"/v1/forms/draftprocesses?draftprocess_id={draft}").json["forms"]
    assert form[0]["data"]["WorkflowForm_WorkflowDueDate"] == "2026-07-06T21:42:30"
    assert form[1]["data"]["WorkflowForm_2"] == "r-1"
    assert form[1]["schema"]["properties"]["WorkflowForm_2"]["title"] == "Reference"
    hidden = flow.rivera.get(f"/v1/forms/draftprocesses?draftprocess_id={draft}")
    assert hidden.error == (500, f"Could not get a draft workflow for {draft}")


def test_a_value_that_does_not_fit_leaves_the_draft_as_it_was(flow: WorkflowDesk) -> None:
    draft = flow.draft()
    assert flow.fill(draft, _2="kept").status == 200
    assert flow.fill(draft, _2="lost", _99="unknown").error[1].endswith("'WorkflowForm_99'")
    assert flow.fill(draft, _2="x" * 129).status == 500
    assert flow.fill(draft, WorkflowDueDate="tomorrow").status == 400
    process = flow.initiate(draft)
    values = flow.status(process)["data_packages"][2]["USERDATA"]
    assert values[f"{flow.map()}_2"] == "kept"


def test_a_started_process_has_an_id_of_its_own_and_its_draft_is_gone(flow: WorkflowDesk) -> None:
    draft = flow.draft()
    process = flow.initiate(draft, "here we go")
    assert process != draft
    again = flow.writer.call("PUT", f"/v2/draftprocesses/{draft}", body={"action": "Initiate"})
    assert again.error == (500, f"Could not get a draft workflow for {draft}")
    assert flow.activities(process)[-1]["comment"] == "here we go"


def test_an_unknown_action_on_a_draft_is_refused(flow: WorkflowDesk) -> None:
    draft = flow.draft()
    path = f"/v2/draftprocesses/{draft}"
    assert flow.writer.call("PUT", path, body={}).error == (400, "Could not retrieve action")
    assert "Allowed actions" in flow.writer.call("PUT", path, body={"action": "fly"}).error[1]


def test_a_decision_is_made_once_and_stays_on_record(flow: WorkflowDesk) -> None:
    case = flow.case()
    process = flow.process(documents=[flow.admin.document(parent_id=case)])
    assert flow.inbox(flow.rivera) == [(process, 1)]
    assert flow.do(flow.rivera, process, custom_action="Approve", comment="All checked").status == 200
    assert flow.standing(process) == "completed"
    decision = flow.activities(process)[0]
    assert decision["action"] == "disposition"
    assert decision["action_properties"]["label"] == "Approve"
    assert decision["comment"] == "All checked"
    assert flow.do(flow.rivera, process, custom_action="Reject").error == NO_TASK
    assert flow.inbox(flow.rivera) == []


def test_the_last_step_writes_the_decision_to_the_workspace(flow: WorkflowDesk) -> None:
    case = flow.case()
    process = flow.process(documents=[flow.admin.document(parent_id=case)])
    flow.do(flow.rivera, process, custom_action="Reject", comment="Stolen card")
    category = flow.admin.category("Shopify Case")
    values = flow.admin.get(f"/v2/nodes/{case}/categories").results[0]["data"]["categories"]
    assert [values[f"{category}_{number}"] for number in (3, 6, 7, 9)] == [
        "decided", "Reject", "Ana Rivera", process,
    ]  # fmt: skip


def test_a_workflow_without_a_workspace_completes_and_says_so(flow: WorkflowDesk) -> None:
    process = flow.process()
    flow.do(flow.rivera, process, custom_action="Approve")
    record = flow.reader.get(f"/v2/workflows/status/info?workid={process}").results
    assert "no attachment lies in a business workspace" in record["auditInfo"][-2]["AUDIT_MSG"]
    assert record["auditInfo"][-1]["AUDIT_MSG"] == "Workflow completed"


def test_asking_for_information_goes_to_support_and_comes_back(flow: WorkflowDesk) -> None:
    process = flow.process()
    flow.do(flow.rivera, process, custom_action="RequestInformation", comment="Which card?")
    assert flow.current(process) == [2]
    assert flow.inbox(flow.rivera) == []
    assert flow.form(flow.lindqvist, process, 2).json["data"]["actions"][0]["key"] == "SendOn"
    assert flow.do(flow.lindqvist, process, 2, action="SendOn", comment="The blue one").status == 200
    flow.do(flow.rivera, process, custom_action="approve", comment="Fine")
    assert [one["action"] for one in flow.activities(process)] == [
        "disposition", "sendon", "disposition", "start",
    ]  # fmt: skip
    record = flow.reader.get(f"/v2/workflows/status/info?workid={process}").results
    assert [one["WORK"]["SubWorkTask_IterNum"] for one in record["stepList"]] == [1, 1, 2, 1]


def test_only_one_kind_of_action_at_a_time(flow: WorkflowDesk) -> None:
    process = flow.process()
    both = flow.do(flow.rivera, process, action="SendOn", custom_action="Approve")
    assert both.error == (400, "It is not allowed to execute an action and a custom action")
    assert flow.do(flow.rivera, process).error == (400, "Could not retrieve action")
    assert flow.do(flow.rivera, process, action="SendOn").error == (400, "The requested action is unknown.")
    assert flow.do(flow.rivera, process, custom_action="Perhaps").status == 400
    assert flow.current(process) == [1]


def test_nobody_but_the_assignee_sees_or_does_a_task(flow: WorkflowDesk) -> None:
    process = flow.process()
    for other in (flow.okafor, flow.writer, flow.reader, flow.admin):
        assert flow.form(other, process).error == (
            500,
            f"Could not get a workflow for {process}, {process}, 1",
        )
        assert flow.do(other, process, custom_action="Approve").error == NO_TASK
    assert flow.form(flow.rivera, process).json["data"]["custom_actions"][0] == {
        "key": "Approve", "label": "Approve",
    }  # fmt: skip


def test_only_the_initiator_and_managers_see_the_status(flow: WorkflowDesk) -> None:
    process = flow.process()
    path = f"/v2/workflows/status/processes/{process}"
    assert flow.writer.get(path).status == flow.reader.get(path).status == flow.admin.get(path).status == 200
    assert flow.rivera.get(path).error == NO_TASK
    assert flow.okafor.get(path).error == NO_TASK
    activities = f"/v2/processes/{process}/subprocesses/{process}/activities"
    assert flow.rivera.get(activities).status == 200
    assert flow.okafor.get(activities).error == NO_TASK
    assert flow.rivera.call("PUT", f"/v2/processes/{process}/status", {"status": "stop"}).error == (
        400, "No permission to change the status of the process",
    )  # fmt: skip


def test_a_task_can_be_handed_over(flow: WorkflowDesk) -> None:
    process = flow.process()
    okafor = flow.state.members.named("okafor")
    assert okafor is not None
    assert flow.do(flow.rivera, process, action="Delegate").error == (400, "Argument 'assignee' is required")
    assert flow.do(flow.rivera, process, action="Delegate", assignee="424242").status == 400
    handed = flow.do(flow.rivera, process, action="Delegate", assignee=str(okafor.id), comment="On leave")
    assert handed.status == 200
    assert flow.do(flow.rivera, process, custom_action="Approve").error == NO_TASK
    message = flow.form(flow.okafor, process).json["data"]["message"]
    assert message["type"] == "delegate"
    assert message["text"] == "On leave"
    assert flow.do(flow.okafor, process, custom_action="Approve").status == 200
    assert [one["action"] for one in flow.activities(process)][:2] == ["disposition", "forward"]


def test_a_review_comes_back_and_the_reviewer_cannot_decide(flow: WorkflowDesk) -> None:
    process = flow.process()
    lindqvist = flow.state.members.named("lindqvist")
    assert lindqvist is not None
    flow.do(flow.rivera, process, action="Review", assignee=lindqvist.id, comment="What do you think?")
    form = flow.form(flow.lindqvist, process).json["data"]
    assert form["custom_actions"] == []
    assert form["message"]["type"] == "review"
    assert flow.do(flow.lindqvist, process, custom_action="Approve").status == 400
    assert flow.do(flow.lindqvist, process, action="SendOn", comment="Looks good").status == 200
    assert flow.form(flow.rivera, process).json["data"]["message"]["type"] == "review_return"
    assert [one["action"] for one in flow.activities(process)] == ["reply", "review", "start"]


def test_attributes_are_changed_with_a_task_only_when_the_task_is_done(flow: WorkflowDesk) -> None:
    process = flow.process()
    key = f"{flow.map()}_4"
    flow.do(flow.rivera, process, action="formUpdate", values={"WorkflowForm_4": "one"})
    assert (
        flow.do(flow.rivera, process, custom_action="Perhaps", values={"WorkflowForm_4": "two"}).status == 400
    )
    assert flow.do(flow.rivera, process, custom_action="Approve", values={"WorkflowForm_99": 1}).status == 400
    assert flow.status(process)["data_packages"][2]["USERDATA"][key] == "one"
    assert flow.standing(process) == "ontime"


def test_suspended_work_waits_and_goes_on(flow: WorkflowDesk) -> None:
    process = flow.process()
    path = f"/v2/processes/{process}/status"
    assert flow.reader.call("PUT", path, {"status": "suspend"}).results == {}
    assert flow.standing(process) == "suspended"
    assert flow.inbox(flow.rivera) == []
    assert flow.do(flow.rivera, process, custom_action="Approve").error == NO_TASK
    assert flow.reader.call("PUT", path, {"status": "suspend"}).error == NO_TASK
    assert flow.writer.call("PUT", path, {"status": "resume"}).status == 200
    assert flow.do(flow.rivera, process, custom_action="Approve").status == 200


@pytest.mark.parametrize("base", ["/v2/processes", "/v2/workflows/instances"])
def test_stopped_work_is_archived_and_deleted(flow: WorkflowDesk, base: str) -> None:
    process = flow.process()
    path = f"{base}/{process}/status"
    assert flow.reader.call("PUT", path, {"status": "archive"}).error == NO_TASK
    assert flow.reader.call("PUT", path, {"status": "paused"}).status == 400
    flow.reader.call("PUT", path, {"status": "stop"})
    assert flow.reader.call("PUT", path, {"status": "resume"}).error == NO_TASK
    assert flow.reader.call("PUT", path, {"status": "archive"}).status == 200
    assert flow.standing(process) == "archived"
    attachments = flow.status(process)["attachments"]["attachment_folder_id"]
    assert flow.reader.call("DELETE", f"{base}/{process}").results == {}
    assert flow.reader.get(f"/v2/workflows/status/processes/{process}").error == NO_TASK
    assert flow.admin.get(f"/v2/nodes/{attachments}").status == 400


def test_two_steps_at_once_join_before_the_next(flow: WorkflowDesk) -> None:
    process = flow.parallel()
    assert flow.admin.get(f"/v2/workflows/status/instances/{process}").results["step_list"]["next"]
    flow.do(flow.okafor, process, 1, action="SendOn")
    assert flow.inbox(flow.rivera) == [(process, 2)]
    flow.do(flow.rivera, process, 2, action="SendOn")
    assert flow.inbox(flow.rivera) == [(process, 3)]


def test_a_group_has_a_task_until_one_of_it_accepts(flow: WorkflowDesk) -> None:
    process = flow.parallel()
    where = f"taskid/2/processid/{process}/subprocessid/{process}"
    check = flow.okafor.get(f"/v2/mobilegroupassignment/check/{where}").results
    assert (check["isGroupTask"], check["group"]) == (True, "Approvers")
    assert flow.form(flow.okafor, process, 2).json["data"]["member_accept"]
    assert flow.inbox(flow.okafor) == [(process, 1), (process, 2)]
    accepted = flow.rivera.call("POST", f"/v2/mobilegroupassignment/accept/{where}").results
    assert accepted == {"accept": True}
    assert flow.inbox(flow.okafor) == [(process, 1)]
    assert not flow.rivera.get(f"/v2/mobilegroupassignment/check/{where}").results["isGroupTask"]


def test_a_signed_step_takes_the_password_again(flow: WorkflowDesk) -> None:
    process = flow.parallel()
    flow.do(flow.okafor, process, 1, action="SendOn")
    flow.do(flow.okafor, process, 2, action="SendOn")
    assert flow.form(flow.rivera, process, 3).json["data"]["authentication"]
    wrong = flow.do(flow.rivera, process, 3, custom_action="Approve", authentication_info={"password": "x"})
    assert wrong.error == (400, "Invalid username/password specified")
    assert wrong.json["errorDetail"] == 662306821
    right = {"password": "rivera-secret"}
    assert flow.do(flow.rivera, process, 3, custom_action="Approve", authentication_info=right).status == 200
    assert flow.inbox(flow.admin) == [(process, 4)]


def test_only_a_map_without_a_start_step_starts_directly(flow: WorkflowDesk) -> None:
    for path in ("/v2/draftprocesses/startwf", "/v2/workflows/draftinstances/startwf"):
        refused = flow.writer.call("POST", path, body={"workflow_id": flow.map()})
        assert refused.error[1].startswith(
            "This REST API only initiates workflows with a disabled start step."
        )


def test_roles_can_be_bound_at_the_start(flow: WorkflowDesk) -> None:
    okafor = flow.state.members.named("okafor")
    assert okafor is not None
    definition = {"workflow_id": flow.map(), "role_info": {"Risk reviewer": okafor.id}}
    started = flow.writer.call("POST", "/v2/workflows/Initiate", body={"definition": definition})
    assert flow.inbox(flow.okafor) == [(started.results["process_id"], 1)]
    wrong = {"workflow_id": flow.map(), "role_info": {"Nobody": 1000}}
    assert flow.writer.call("POST", "/v2/processes", body={"definition": wrong}).status == 400


def test_the_newer_names_do_the_same(flow: WorkflowDesk) -> None:
    made = flow.writer.call("POST", "/v2/workflows/draftinstances", body={"workflow_id": flow.map()})
    draft = made.results["draftprocess_id"]
    assert "workflow_type" not in made.results
    started = flow.writer.call("PUT", f"/v2/workflows/draftinstances/{draft}", body={"action": "initiate"})
    process = started.results["process_id"]
    path = f"/v2/workflows/workflowid/{process}/subworkflows/{process}/tasks/1"
    assert flow.rivera.call("PUT", path, body={"custom_action": "Reject"}).status == 200
    assert flow.standing(process) == "completed"
