"""The form of a draft and of a task: what may be done, attachments, attributes as an Alpaca form."""

from __future__ import annotations

from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.members import USER, Member
from muniment_sandbox.ecm.state.workflow_engine import actions_of
from muniment_sandbox.ecm.state.workflow_maps import WorkflowMap
from muniment_sandbox.ecm.state.workflow_processes import Draft, Message, Process, Task
from muniment_sandbox.ecm.state.workflows import FORM_PREFIX
from muniment_sandbox.ecm.views.categories import form_schema
from muniment_sandbox.ecm.views.workflows import ATTACHMENTS, ATTRIBUTES, COMMENTS, moment


def draft_form(drawn: WorkflowMap, draft: Draft) -> JsonObject:
    """What a client shows before the start."""
    data = _data(draft.attachments_id, drawn.name, drawn.start_instructions) | {
        "actions": [{"key": "Initiate", "label": "Start"}],
        "custom_actions": [],
        "message": None,
        "process_id": draft.id,
        "task": {"data": {}, "sub_type": 0, "type": 0},
        "workflow_type": "1_1",
    }
    values: JsonObject = {
        f"{FORM_PREFIX}_Title": draft.title,
        f"{FORM_PREFIX}_WorkflowDueDate": moment(draft.due_at) or None,
    }
    schema: JsonObject = {
        f"{FORM_PREFIX}_Title": {"readonly": False, "required": False, "title": "Title", "type": "string"},
        f"{FORM_PREFIX}_WorkflowDueDate": {
            "format": "datetime",
            "readonly": False,
            "required": False,
            "title": "Due Date",
            "type": "string",
        },
    }
    form = _attributes(drawn, draft.values)
    return {"data": data, "forms": [_form(values, schema), form]}


def task_form(state: EcmState, process: Process, task: Task, member: Member) -> JsonObject:
    """What a client shows to the one who has the task."""
    drawn = state.workflows.maps.get(process.map_id)
    step = drawn.step(task.step_id)
    standard, custom = actions_of(step, task)
    data = _data(process.attachments_id, step.title, step.instructions) | {
        "actions": [{"key": key, "label": label} for key, label in standard],
        "authentication": step.needs_signature,
        "custom_actions": [{"key": one.key, "label": one.label} for one in custom],
        "member_accept": task.performer_id != member.id and state.members.get(task.performer_id).type != USER,
        "message": _message(task.message),
        "process_id": process.id,
        "subprocess_id": process.id,
        "task": {"data": {}, "sub_type": 0, "type": 1},
        "task_id": step.id,
    }
    if task.asker_id:
        data["reply_performer_id"] = task.asker_id
    return {"data": data, "forms": [_attributes(drawn, process.values)]}


def _data(attachments_id: int, title: str, instructions: str) -> JsonObject:
    return {
        "attachment_centric_default_mode": "properties",
        "attachments_on": True,
        "authentication": False,
        "comments_on": True,
        "data_packages": [
            {"data": {"attachment_folder_id": attachments_id}, "sub_type": ATTACHMENTS, "type": 1},
            {"data": {}, "sub_type": COMMENTS, "type": 1},
            {"data": {}, "sub_type": ATTRIBUTES, "type": 1},
        ],
        "enableTopAlignedLabel": True,
        "instructions": instructions,
        "member_accept": False,
        "priority": 50,
        "title": title,
    }


def _attributes(drawn: WorkflowMap, values: dict[int, Json]) -> JsonObject:
    named = form_schema(drawn.attributes)["properties"]
    prefix = f"{drawn.id}_"
    schema: JsonObject = {}
    if isinstance(named, dict):
        schema = {f"{FORM_PREFIX}_{key.removeprefix(prefix)}": entry for key, entry in named.items()}
    shown: JsonObject = {}
    for item in drawn.attributes.items:
        shown[f"{FORM_PREFIX}_{item.id}"] = values.get(item.id)
    return _form(shown, schema)


def _form(values: JsonObject, schema: JsonObject) -> JsonObject:
    return {
        "columns": 1,
        "data": values,
        "options": {"fields": {}, "form": {}},
        "schema": {"properties": schema, "type": "object"},
    }


def _message(message: Message | None) -> JsonObject | None:
    if message is None:
        return None
    return {"performer": message.performer_id, "text": message.text, "type": message.type}
