"""The whole record of a process, as ``status/info`` and ``status/active`` give it: database columns by name.

The numbers of ``Work_Status`` are not documented by OpenText's specification: 1 runs, 2 is suspended, 3 is
stopped, 4 is archived, -1 is completed.
"""

from __future__ import annotations

from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.clock import iso_local
from muniment_sandbox.ecm.state.members import Member
from muniment_sandbox.ecm.state.workflow_maps import WorkflowMap
from muniment_sandbox.ecm.state.workflow_processes import Activity, Deed, Process, Standing, Task
from muniment_sandbox.ecm.views.workflows import attribute_values

_STATUS = {
    Standing.RUNNING: 1,
    Standing.SUSPENDED: 2,
    Standing.STOPPED: 3,
    Standing.ARCHIVED: 4,
    Standing.COMPLETED: -1,
}
_DONE: dict[Deed, str] = {
    Deed.START: "Workflow initiated",
    Deed.SEND_ON: "Step '{step}' sent on",
    Deed.DISPOSITION: "Step '{step}' completed with disposition '{label}'",
    Deed.FORWARD: "Step '{step}' forwarded to {member}",
    Deed.REVIEW: "Step '{step}' sent for review to {member}",
    Deed.REPLY: "Step '{step}' returned from review to {member}",
    Deed.ACCEPT: "Step '{step}' accepted",
    Deed.WRITE: "{note}",
    Deed.SUSPEND: "Workflow suspended",
    Deed.RESUME: "Workflow resumed",
    Deed.STOP: "Workflow stopped",
    Deed.COMPLETE: "Workflow completed",
    Deed.ARCHIVE: "Workflow archived",
}


def record(state: EcmState, process: Process) -> JsonObject:
    """Everything there is to know about a process, in one answer."""
    drawn = state.workflows.maps.get(process.map_id)
    general = _general(state, drawn, process)
    return {
        "Attachments": process.attachments_id,
        "Attributes": [_attributes(drawn, process)],
        "ManagerList": [
            {"WorkACL_Permissions": 127, "WorkACL_RightID": one, "WorkACL_WorkID": process.id}
            for one in drawn.manager_ids
        ],
        "auditInfo": [
            {
                "AUDIT_DATE": iso_local(one.at),
                "AUDIT_MSG": audit_message(state, drawn, one),
                "USER_ID": one.by,
                "USER_NAME": state.members.get(one.by).name,
            }
            for one in process.history
        ],
        "comments": [_comment(state, drawn, one) for one in process.history if one.comment],
        "forms": [],
        "generalInfo": [general],
        "stepList": [_step(state, drawn, process, task, general) for task in process.tasks],
    }


def active(process: Process) -> JsonObject:
    """One line of ``status/active``."""
    current = process.open_tasks
    due = current[0].due_at if current else process.due_at
    return {
        "Map_MapID": process.map_id,
        "Map_MapObjID": process.map_id,
        "SubWorkTask_DateDue_Max": iso_local(due),
        "SubWorkTask_DateMilestone": None,
        "SubWork_DateDue_Max": iso_local(process.due_at),
        "SubWork_DateInitiated": iso_local(process.initiated_at),
        "SubWork_ReturnSubWorkID": 0,
        "SubWork_Status": _STATUS[process.standing],
        "SubWork_SubWorkID": process.id,
        "SubWork_Title": process.title,
        "SubWork_UserData": None,
        "Work_DateDue_Max": iso_local(process.due_at),
        "Work_ManagerID": process.initiator_id,
        "Work_OwnerID": process.initiator_id,
        "Work_OwnerPerms": 127,
        "Work_Status": _STATUS[process.standing],
        "Work_WorkID": process.id,
        "comments_on": 1,
    }


def audit_message(state: EcmState, drawn: WorkflowMap, one: Activity) -> str:
    """What happened, in a sentence."""
    member = state.members.find(one.member_id)
    return _DONE[one.deed].format(
        step=drawn.step(one.step_id).title if one.step_id else "",
        label=one.label,
        member=member.name if member is not None else "",
        note=one.note,
    )


def _comment(state: EcmState, drawn: WorkflowMap, one: Activity) -> JsonObject:
    return {
        "COMMENTS": one.comment,
        "DATESAVED": iso_local(one.at),
        "GIF": None,
        "GROUPASSIGNMENT": False,
        "MODULENAME": "",
        "STEPNAME": drawn.step(one.step_id).title if one.step_id else "Start",
        "TASKID": one.step_id,
        "USERID": one.by,
        "USERNAME": state.members.get(one.by).name,
    }


def _attributes(drawn: WorkflowMap, process: Process) -> JsonObject:
    values = attribute_values(drawn, process.values)
    children: list[Json] = [
        {
            "DisplayName": name,
            "FixedRows": True,
            "ID": number,
            "MaxRows": 1,
            "Name": name,
            "NumRows": 1,
            "Required": False,
            "Search": True,
            "Type": -1,
            "setName": "",
        }
        for number, name, _ in values
    ]
    return {
        "Content": {
            "Rootset": {
                "Children": children,
                "DisplayName": drawn.name,
                "FixedRows": True,
                "ID": drawn.id,
                "MaxRows": 1,
                "Name": drawn.name,
                "NextID": drawn.attributes.next_id,
                "NumRows": 1,
                "Type": -18,
                "ValueTemplate": {"ID": drawn.id, "values": [_text(value) for _, _, value in values]},
            }
        }
    }


def _general(state: EcmState, drawn: WorkflowMap, process: Process) -> JsonObject:
    owner = state.members.get(process.initiator_id)
    dates: JsonObject = {}
    for part in ("Work", "SubWork"):
        dates |= {
            f"{part}_CustomData": None,
            f"{part}_DateCompleted": iso_local(process.completed_at),
            f"{part}_DateDue_Max": iso_local(process.due_at),
            f"{part}_DateDue_Min": None,
            f"{part}_DateInitiated": iso_local(process.initiated_at),
            f"{part}_Flags": 0,
            f"{part}_Status": _STATUS[process.standing],
            f"{part}_UserData": None,
        }
    return {
        **dates,
        **_person("_WORK_OWNERID", owner),
        **_person("_WORK_MANAGERID", owner),
        "DESCRIPTION": drawn.start_instructions,
        "MANAGER_PERMISSIONS": 127,
        "PERMISSIONS": 127,
        "SubWork_MapID": drawn.id,
        "SubWork_Project": None,
        "SubWork_ReturnSubWorkID": 0,
        "SubWork_ReturnTaskID": 0,
        "SubWork_SubWorkID": process.id,
        "SubWork_Title": process.title,
        "SubWork_WorkID": process.id,
        "Work_ManagerID": owner.id,
        "Work_OwnerID": owner.id,
        "Work_OwnerPerms": 127,
        "Work_WorkID": process.id,
    }


def _step(
    state: EcmState, drawn: WorkflowMap, process: Process, task: Task, general: JsonObject
) -> JsonObject:
    step = drawn.step(task.step_id)
    performer = state.members.get(task.done_by or task.performer_id)
    return {
        "PAINTER": [
            {"InitiateInSmartView": True, "SetDueDate": False, "Signature": int(step.needs_signature)}
        ],
        "SUBTYPE": 0,
        "TASKID": step.id,
        "TITLE": step.title,
        "TYPE": 10 if step.is_automatic else 1,
        "WORK": {
            **_person("_SUBWORKTASK_PERFORMERID", performer),
            "SubWorkTask_CustomData": None,
            "SubWorkTask_DateDone": iso_local(task.done_at),
            "SubWorkTask_DateDue_Max": iso_local(task.due_at),
            "SubWorkTask_DateDue_Min": None,
            "SubWorkTask_DateMilestone": None,
            "SubWorkTask_DateReady": iso_local(task.ready_at),
            "SubWorkTask_Flags": 0,
            "SubWorkTask_IterNum": task.round,
            "SubWorkTask_PerformerID": performer.id,
            "SubWorkTask_Status": state.workflows.task_status(process, task),
            "SubWorkTask_SubWorkID": process.id,
            "SubWorkTask_TaskID": step.id,
            "SubWorkTask_Title": step.title,
            "SubWorkTask_Type": 10 if step.is_automatic else 1,
            "SubWorkTask_WaitCount": 0,
            "SubWorkTask_WorkID": process.id,
        },
        "WORKINFO": general,
    }


def _person(prefix: str, member: Member) -> JsonObject:
    return {
        f"{prefix}_GroupID": member.group_id,
        f"{prefix}_LeaderID": None,
        f"{prefix}_Name": member.name,
        f"{prefix}_OwnerID": 0,
        f"{prefix}_Type": member.type,
        f"{prefix}_UserData": None,
        f"{prefix}_UserPrivileges": 0,
    }


def _text(value: Json) -> str:
    if isinstance(value, list):
        return "; ".join(_text(one) for one in value)
    return "" if value is None else str(value)
