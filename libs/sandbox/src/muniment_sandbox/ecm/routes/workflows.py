"""Workflows: maps, drafts, starting, doing tasks, managing. Each call also under the newer names."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare, nothing, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument
from muniment_sandbox.ecm.state.whole_numbers import whole_number
from muniment_sandbox.ecm.state.workflow_engine import unknown_action
from muniment_sandbox.ecm.state.workflow_maps import WorkflowMap
from muniment_sandbox.ecm.state.workflow_processes import Draft, Process, Task
from muniment_sandbox.ecm.views.workflow_forms import draft_form, task_form
from muniment_sandbox.ecm.views.workflows import definition_result, moment

routes = Routes()
_START_IS_ENABLED = (
    "This REST API only initiates workflows with a disabled start step. The workflow's start step is "
    "enabled. Hence this operation will not be successful."
)


@routes.on("GET", "/v2/docworkflows")
def document_workflows(call: Call) -> Answer:
    """The maps a document can be sent through: all that the caller sees."""
    data: list[Json] = [
        {"DataID": one.id, "Name": one.name, "WorkflowType": 100}
        for one in call.state.workflows.maps.all()
        if call.sees(call.state.tree.get(one.id))
    ]
    return results(call, {"data": data, "fError": "", "fErrorDetail": "", "statusMsg": None})


@routes.on("GET", "/v2/workflows/{id}/definition", "/v2/processes/{id}/definition")
def map_definition(call: Call) -> Answer:
    return results(call, definition_result(_usable_map(call, call.number())))


@routes.on("POST", "/v2/draftprocesses", "/v2/workflows/draftinstances")
def create_draft(call: Call) -> Answer:
    """Make a draft; ``doc_ids`` are attached when ``AttachDocuments`` says so."""
    documents = call.form.integers("doc_ids")
    attached = documents if call.form.flag("AttachDocuments") else []
    drawn = _usable_map(call, call.form.required_integer("workflow_id"))
    draft = call.state.workflows.prepare(drawn.id, call.member, attached)
    made: JsonObject = {"draftprocess_id": draft.id}
    if documents:
        made["workflow_type"] = "1_1"
    return results(call, made)


@routes.on("POST", "/v2/draftprocesses/startwf", "/v2/workflows/draftinstances/startwf")
def start_directly(call: Call) -> Answer:
    """Start a map that has no form to fill."""
    drawn = _usable_map(call, call.form.required_integer("workflow_id"))
    if drawn.has_start_step:
        raise Refused(Kind.INVALID, _START_IS_ENABLED)
    return _started(call, call.state.workflows.start(drawn.id, call.member, call.form.integers("doc_ids")))


@routes.on("POST", "/v2/processes", "/v2/workflows/Initiate")
def start_with_roles(call: Call) -> Answer:
    """Start a map with its roles bound to members."""
    definition = call.form.mapping("definition")
    map_id, roles = definition.get("workflow_id"), definition.get("role_info") or {}
    if not isinstance(roles, dict):
        raise invalid_argument("role_info")
    bound = {name: whole_number("role_info", str(member_id)) for name, member_id in roles.items()}
    drawn = _usable_map(call, whole_number("definition", str(map_id)))
    return _started(call, call.state.workflows.start(drawn.id, call.member, roles=bound))


@routes.on("GET", "/v1/forms/draftprocesses", "/v1/forms/draftprocesses/update")
def read_draft(call: Call) -> Answer:
    draft = _draft(call, _required(call, "draftprocess_id"))
    return bare(draft_form(call.state.workflows.maps.get(draft.map_id), draft))


@routes.on("PUT", "/v2/draftprocesses/{id}", "/v2/workflows/draftinstances/{id}")
def change_draft(call: Call) -> Answer:
    """Fill the draft's form, or start its process; the draft is gone then."""
    action = call.form.text("action").casefold()
    if not action:
        raise Refused(Kind.INVALID, "Could not retrieve action")
    draft = _draft(call, call.number())
    if action == "formupdate":
        call.state.workflows.fill(draft, call.form.mapping("values"))
        return nothing(call)
    if action != "initiate":
        raise Refused(
            Kind.INVALID, "The requested action is unknown. Allowed actions 'initiate','formupdate'."
        )
    _usable_map(call, draft.map_id)
    return _started(call, call.state.workflows.initiate(draft, call.member, call.form.text("comment")))


@routes.on("GET", "/v1/forms/processes/tasks/update")
def read_task(call: Call) -> Answer:
    """The form of a task, for the one who has it."""
    ids = [_required(call, name) for name in ("process_id", "subprocess_id", "task_id")]
    try:
        process, task = call.state.workflows.task(ids[0], ids[1], ids[2], call.member)
    except Refused:
        shown = ", ".join(str(one) for one in ids)
        raise Refused(Kind.FAILED, f"Could not get a workflow for {shown}") from None
    return bare(task_form(call.state, process, task, call.member))


@routes.on(
    "PUT",
    "/v2/processes/{id}/subprocesses/{subprocess_id}/tasks/{task_id}",
    "/v2/workflows/workflowid/{id}/subworkflows/{subprocess_id}/tasks/{task_id}",
)
def do_task(call: Call) -> Answer:
    """Do a task: one standard action or one custom action, as the one who has it."""
    action, custom = call.form.text("action"), call.form.text("custom_action")
    if action and custom:
        raise Refused(Kind.INVALID, "It is not allowed to execute an action and a custom action")
    if not action and not custom:
        raise Refused(Kind.INVALID, "Could not retrieve action")
    process, task = _task(call)
    values = call.state.workflows.merged_values(process, call.form.mapping("values"))
    if custom or action.casefold() != "formupdate":
        _check_signature(call, process, task)
    if custom:
        call.state.workflows.decide(process, task, call.member, custom, call.form.text("comment"))
    elif action.casefold() != "formupdate":
        _act(call, process, task, action)
    call.state.workflows.set_values(process, values)
    return results(call, {"custom_message": None, "process_id": process.id})


@routes.on("PUT", "/v2/processes/{id}/status", "/v2/workflows/instances/{id}/status")
def change_status(call: Call) -> Answer:
    process = _process(call)
    call.state.workflows.change_standing(process, call.form.required_text("status"), call.member)
    return nothing(call)


@routes.on("DELETE", "/v2/processes/{id}", "/v2/workflows/instances/{id}")
def delete_process(call: Call) -> Answer:
    call.state.workflows.delete(_process(call), call.member)
    return nothing(call)


@routes.on(
    "GET", "/v2/mobilegroupassignment/check/taskid/{task_id}/processid/{id}/subprocessid/{subprocess_id}"
)
def check_group_assignment(call: Call) -> Answer:
    """Whether a task belongs to a group that the caller could take it from."""
    process, task = _task(call)
    if task.performer_id == call.member.id:
        return results(call, {"isGroupTask": False})
    drawn = call.state.workflows.maps.get(process.map_id)
    return results(call, {
        "dueDate": moment(task.due_at),
        "group": call.state.members.get(task.performer_id).name,
        "isGroupTask": True,
        "manager": process.initiator_id,
        "received": moment(task.ready_at),
        "startDate": moment(process.initiated_at),
        "stepName": drawn.step(task.step_id).title,
        "taskType": 0,
    })  # fmt: skip


@routes.on(
    "POST", "/v2/mobilegroupassignment/accept/taskid/{task_id}/processid/{id}/subprocessid/{subprocess_id}"
)
def accept_group_assignment(call: Call) -> Answer:
    process, task = _task(call)
    call.state.workflows.accept(process, task, call.member)
    return results(call, {"accept": True})


def _act(call: Call, process: Process, task: Task, action: str) -> None:
    workflows, comment = call.state.workflows, call.form.text("comment")
    wanted = action.casefold()
    if wanted == "sendon":
        workflows.send_on(process, task, call.member, comment)
    elif wanted == "delegate":
        workflows.delegate(process, task, call.member, _required(call, "assignee"), comment)
    elif wanted in ("review", "sendforreview"):
        workflows.ask_for_review(process, task, call.member, _required(call, "assignee"), comment)
    else:
        raise unknown_action()


def _check_signature(call: Call, process: Process, task: Task) -> None:
    step = call.state.workflows.maps.get(process.map_id).step(task.step_id)
    if step.needs_signature:
        given = call.form.mapping("authentication_info").get("password")
        call.state.workflows.check_signature(step, call.member, str(given or ""))


def _started(call: Call, process: Process) -> Answer:
    name = call.state.workflows.maps.get(process.map_id).name
    return results(call, {
        "WRID": None,
        "WorkID": None,
        "custom_message": f"{name} was initiated successfully.",
        "process_id": process.id,
    })  # fmt: skip


def _usable_map(call: Call, map_id: int) -> WorkflowMap:
    """The map of a node; refuse who may not see what is in it: to start a map is to open it."""
    drawn = call.state.workflows.maps.get(map_id)
    call.reachable(drawn.id, "see_contents")
    return drawn


def _draft(call: Call, draft_id: int) -> Draft:
    return call.state.workflows.draft(draft_id, call.member)


def _process(call: Call) -> Process:
    """A process the caller has to do with; whether they may manage it is the state's to say."""
    return call.state.workflows.involved(call.number(), call.member)


def _task(call: Call) -> tuple[Process, Task]:
    return call.state.workflows.task(
        call.number(), call.number("subprocess_id"), call.number("task_id"), call.member
    )


def _required(call: Call, name: str) -> int:
    number = call.form.integer(name)
    if number is None:
        raise Refused(Kind.INVALID, f"Argument '{name}' is required")
    return number
