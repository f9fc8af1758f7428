"""Workflows as the API shows them: status, lists, drafts and tasks. Times have no zone."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.clock import iso_local
from muniment_sandbox.ecm.state.members import USER, Member
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.workflow_maps import Step, WorkflowMap
from muniment_sandbox.ecm.state.workflow_processes import Activity, Deed, Process, Task
from muniment_sandbox.ecm.views.categories import schema_of

ATTACHMENTS, COMMENTS, ATTRIBUTES = 1, 2, 3
"""Sub-types of data packages of type 1."""
_SHOWN_DEEDS = frozenset({
    Deed.START, Deed.SEND_ON, Deed.DISPOSITION, Deed.FORWARD, Deed.REVIEW, Deed.REPLY,
})  # fmt: skip


def moment(seconds: int | None) -> str:
    """The time without zone; empty when there is none."""
    return iso_local(seconds) or ""


def attribute_values(drawn: WorkflowMap, process_values: dict[int, Json]) -> list[tuple[int, str, Json]]:
    """Id, name and value of each attribute, in the order of the map."""
    return [(item.id, item.name, process_values.get(item.id)) for item in drawn.attributes.items]


def status_result(state: EcmState, process: Process, member: Member) -> JsonObject:
    """One process: its details and its steps, done, current and next."""
    drawn = state.workflows.maps.get(process.map_id)
    current = process.open_tasks
    started = {task.step_id for task in process.tasks}
    return {
        "attachments": {"attachment_folder_id": process.attachments_id},
        "data_packages": [
            {"DESCRIPTION": "", "SUBTYPE": ATTACHMENTS, "TYPE": 1, "USERDATA": process.attachments_id},
            {"DESCRIPTION": "", "SUBTYPE": COMMENTS, "TYPE": 1, "USERDATA": process.id},
            {"DESCRIPTION": "", "SUBTYPE": ATTRIBUTES, "TYPE": 1, "USERDATA": _userdata(drawn, process)},
        ],
        "permissions": permissions(state, process, member),
        "step_list": {
            "completed": [step_entry(state, process, task) for task in process.tasks if not task.is_open],
            "current": [step_entry(state, process, task) for task in current],
            "next": [
                _coming_entry(process, step)
                for step in drawn.steps
                if current and step.id not in started and not step.is_automatic
            ],
        },
        "wf_details": {
            "date_initiated": moment(process.initiated_at),
            "due_date": moment(process.due_at),
            "initiator": _initiator(state.members.get(process.initiator_id)),
            "status": state.workflows.status(process),
            "wf_name": process.title,
            "work_workID": process.id,
        },
    }


def permissions(state: EcmState, process: Process, member: Member) -> JsonObject:
    manages = state.workflows.manages(process, member)
    may = manages or process.initiator_id == member.id
    return {
        "Archive": may,
        "ChangeAttr": manages,
        "ChangeRoute": manages,
        "Delete": may,
        "ManagerPerms": manages,
        "SeeDetail": True,
        "Stop": may,
        "Suspend": may,
    }


def step_entry(state: EcmState, process: Process, task: Task) -> JsonObject:
    step = state.workflows.maps.get(process.map_id).step(task.step_id)
    performer = state.members.get(task.done_by or task.performer_id)
    return {
        "process_id": process.id,
        "subprocess_id": process.id,
        "task_assignees": _assignees(state, performer),
        "task_due_date": moment(task.due_at),
        "task_id": task.step_id,
        "task_name": step.title,
        "task_start_date": moment(task.ready_at),
        "task_status": state.workflows.task_status(process, task),
    }


def wfstatus_result(state: EcmState, process: Process, member: Member) -> JsonObject:
    """One line of the list of workflows."""
    current = process.open_tasks
    first = current[0] if current else process.tasks[-1]
    performer = state.members.get(first.performer_id)
    drawn = state.workflows.maps.get(process.map_id)
    assigned = _assignees(state, performer) if current else {"assignee": [], "currentAssignee": ""}
    return {
        "data": {
            "wfstatus": {
                "assignee": assigned["assignee"],
                "assignee_count": len(current),
                "comments_on": True,
                "current_assignee": assigned["currentAssignee"],
                "date_initiated": moment(process.initiated_at),
                "due_date": moment(first.due_at if current else process.due_at),
                "parallel_steps": [step_entry(state, process, task) for task in current],
                "process_id": process.id,
                "status_key": state.workflows.status(process),
                "step_name": drawn.step(first.step_id).title if current else "",
                "steps_count": len(current),
                "subprocess_id": process.id,
                "task_id": first.step_id,
                "wf_name": process.title,
            }
        },
        "definitions": {"wfstatus": {key: _definition(key, *rest) for key, *rest in _COLUMNS}},
        "definitions_map": {"wfstatus": {}},
        "definitions_order": {"wfstatus": [key for key, *_ in _COLUMNS]},
        "permissions": permissions(state, process, member),
    }


def assignment(state: EcmState, process: Process, task: Task) -> JsonObject:
    """One task of the caller's inbox."""
    step = state.workflows.maps.get(process.map_id).step(task.step_id)
    status = state.workflows.task_status(process, task)
    sender = process.initiator_id
    if task.message is not None:
        sender = task.message.performer_id
    elif (last := _last_done(process, task)) is not None:
        sender = last
    return {
        "container": False,
        "container_size": 0,
        "date_due": iso_local(task.due_at),
        "description": process.title,
        "favorite": False,
        "followup_id": None,
        "from_user_id": sender,
        "id": process.id,
        "instructions": step.instructions,
        "location_id": process.attachments_id,
        "maptask_subtype": 0,
        "name": step.title,
        "priority": 50,
        "priority_name": "Medium",
        "smartViewAttachmentsView": False,
        "status": 1 if status == "ontime" else 2,
        "status_name": status,
        "type": 153,
        "type_name": "Workflow Step",
        "workflow_id": process.id,
        "workflow_open_in_smart_ui": True,
        "workflow_subworkflow_id": process.id,
        "workflow_subworkflow_task_id": task.step_id,
    }


def activities(state: EcmState, process: Process, limit: int | None) -> list[JsonObject]:
    """What people did, the latest first; attachments added after the start are among it."""
    dated = [
        (one.at, number, _activity(one))
        for number, one in enumerate(process.history)
        if one.deed in _SHOWN_DEEDS
    ]
    dated += [
        (
            child.create_date,
            1_000_000 + child.id,
            _attachment(child.create_user_id, child.create_date, original),
        )
        for child, original in state.workflows.attachments.items(process.attachments_id)
        if child.create_date > process.initiated_at
    ]
    dated.sort(key=lambda one: one[:2], reverse=True)
    return [entry for _, _, entry in dated][:limit]


def definition_result(drawn: WorkflowMap) -> JsonObject:
    """A map: its steps and data packages; the attributes lie in the package of sub-type 3."""
    schema = schema_of(drawn.attributes, drawn.attributes.version)
    key = str(drawn.id)
    order = [one for one in schema if one != key]
    empty: JsonObject = dict.fromkeys(order)
    inner: JsonObject = {
        "data": empty,
        "definitions": schema,
        "definitions_map": {key: order},
        "definitions_order": [key],
    }
    return {
        "definition": {
            "data_packages": [
                {"data": {}, "description": None, "sub_type": ATTACHMENTS, "type": 1},
                {"data": {}, "description": None, "sub_type": COMMENTS, "type": 1},
                {
                    "data": {"data": inner, **{name: inner[name] for name in inner if name != "data"}},
                    "description": "Please fill in all required attributes.",
                    "sub_type": ATTRIBUTES,
                    "type": 1,
                },
            ],
            "tasks": [_map_task(step) for step in drawn.steps],
            "workflow_id": drawn.id,
            "workflow_roles": [
                {"member_id": member_id, "name": name} for name, member_id in drawn.roles.items()
            ],
        }
    }  # fmt: skip


def _map_task(step: Step) -> JsonObject:
    return {
        "data": {
            "custom_actions": [{"key": one.key, "label": one.label} for one in step.dispositions],
            "role": step.role,
        },
        "description": "",
        "instructions": step.instructions,
        "sub_type": 0,
        "task_id": step.id,
        "title": step.title,
        "type": 10 if step.is_automatic else 1,
    }


def _coming_entry(process: Process, step: Step) -> JsonObject:
    return {
        "process_id": process.id,
        "subprocess_id": process.id,
        "task_assignees": {"assignee": [], "assigneeCount": 0, "currentAssignee": ""},
        "task_due_date": "",
        "task_id": step.id,
        "task_name": step.title,
        "task_start_date": "",
        "task_status": "",
    }


def _userdata(drawn: WorkflowMap, process: Process) -> JsonObject:
    return {f"{drawn.id}_{number}": value for number, _, value in attribute_values(drawn, process.values)}


def _assignees(state: EcmState, performer: Member) -> JsonObject:
    """A user, or all users of the group that has the task."""
    people: Iterable[Member] = [performer]
    if performer.type != USER:
        people = [one for one in state.members.all() if performer.id in one.group_ids]
    shown: list[Json] = [
        {
            "emailAddress": one.email,
            "firstName": one.first_name,
            "lastName": one.last_name,
            "loginName": one.name,
            "phone": "",
            "userId": one.id,
        }
        for one in people
    ]
    return {"assignee": shown, "assigneeCount": len(shown), "currentAssignee": performer.display_name}


def _initiator(member: Member) -> JsonObject:
    return {
        "firstName": member.first_name,
        "lastName": member.last_name,
        "loginName": member.name,
        "userId": member.id,
    }


def _activity(one: Activity) -> JsonObject:
    told: JsonObject = {}
    if one.deed is Deed.DISPOSITION:
        told = {"event": "disposition", "label": one.label}
    elif one.member_id:
        told = {"user_id": one.member_id}
    return {
        "action": one.deed.value,
        "action_properties": told,
        "comment": one.comment,
        "date": moment(one.at),
        "user_id": one.by,
    }


def _attachment(by: int, at: int, original: Node) -> JsonObject:
    node: JsonObject = {
        "description": original.description,
        "id": original.id,
        "mime-type": original.versions[-1].mime_type if original.versions else None,
        "name": original.name,
        "type": original.type,
    }
    return {
        "action": "attachment",
        "action_properties": {"event": "add", "node": node},
        "comment": "",
        "date": moment(at),
        "user_id": by,
    }


def _last_done(process: Process, task: Task) -> int | None:
    done = [one for one in process.tasks if one.done_at is not None and one is not task and one.done_by]
    return done[-1].done_by if done else None


_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("status_key", "Status", "String"),
    ("due_date", "Step Due Date", "Date"),
    ("wf_name", "Workflow", "String"),
    ("step_name", "Current Step", "String"),
    ("assignee", "Assigned to", "Integer"),
    ("date_initiated", "Start Date", "Date"),
)
_TYPE_NUMBERS = {"Date": -7, "Integer": 2, "String": -1}


def _definition(key: str, name: str, type_name: str) -> JsonObject:
    return {
        "allow_undefined": False,
        "bulk_shared": False,
        "default_value": None,
        "description": None,
        "hidden": False,
        "key": key,
        "multi_value": False,
        "name": name,
        "persona": "",
        "read_only": True,
        "required": False,
        "type": _TYPE_NUMBERS[type_name],
        "type_name": type_name,
        "valid_values": [],
        "valid_values_name": [],
    }
