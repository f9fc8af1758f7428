"""Records management as the API shows it: holds, records, RSIs, codes."""

from __future__ import annotations

from datetime import UTC, date, datetime

from muniment_sandbox.ecm.calls import Answer
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.clock import iso_local
from muniment_sandbox.ecm.state.holds import Held, Hold
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.records import Record
from muniment_sandbox.ecm.state.retention import EVENT, FIXED, PERMANENT, Rsi, Stage

DATE_FIELDS = ("record_date", "status_date", "received_date", "last_review_date", "next_review_date")
TEXT_FIELDS = ("accession", "subject", "originator", "addressee", "sent_to", "establishment")
_CREATED, _MODIFIED, _STATUS, _RECORD, _LAST_VERSION = 91, 93, 94, 95, 131


def outcome(*, ok: bool = True, message: str = "", new_id: int = 0) -> Answer:
    """The answer of records management's v2 calls; what failed is a 400 of the same shape."""
    body: JsonObject = {"results": {"errMsg": message, "id": new_id, "ok": ok}}
    return Answer(body, status=200 if ok else 400)


def hold_fields(hold: Hold) -> JsonObject:
    return {
        "ActiveHold": int(hold.is_active),
        "AlternateHoldID": hold.alternate_id,
        "ApplyPatron": hold.applied_by,
        "DateApplied": hold.date_applied,
        "DateRemoved": hold.date_removed,
        "DateToRemove": hold.date_to_remove,
        "EditDate": hold.edit_date,
        "EditPatron": hold.edited_by,
        "HoldComment": hold.comment,
        "HoldID": hold.id,
        "HoldName": hold.name,
        "HoldType": hold.type,
        "OBJECT": None,
        "ParentID": hold.parent_id,
        "RemovalComment": hold.removal_comment,
        "RemovalPatron": hold.removed_by,
    }


def held_fields(hold: Hold, held: Held, node: Node, around: Node) -> JsonObject:
    """A hold on a node: its own, or one of the container ``around`` it, which is removed there."""
    return {
        "active": hold.is_active,
        "applied_by": held.applied_by,
        "date_applied": iso_local(held.date_applied),
        "docxreftyp": "",
        "hold_appliedmethod": "Direct" if around.id == node.id else "Indirect",
        "hold_comment": hold.comment,
        "hold_id": hold.id,
        "hold_name": hold.name,
        "hold_type": hold.type,
        "id": around.id,
        "name": around.name,
        "parent_id": around.parent_id,
        "queryid": 0,
        "removable": around.id == node.id,
        "subtype": around.type,
        "userid": 0,
    }


def record_fields(state: EcmState, record: Record) -> JsonObject:
    details = record.details
    found = state.tree.find(record.class_id)
    shown: JsonObject = {
        "class_selectable": True,
        "confidential": record.is_confidential,
        "cycle_period": details.cycle_period,
        "default_rmclassification_id": None,
        "essential": details.essential,
        "extradata": "",
        "file_number": state.records.record_class(record.class_id).file_number if found else "",
        "file_status": details.file_status,
        "final": record.is_final,
        "inherit_from": record.is_inherited,
        "inherited_rmclassification_id": record.class_id if record.is_inherited else None,
        "is_primary": True,
        "management_type": "Manual",
        "multiple_classifications": [record.class_id],
        "name": found.name if found else "",
        "official": details.official,
        "rmclassification_id": record.class_id,
        "rsi": record.rsis[0] if record.rsis else None,
        "score": None,
        "status": details.file_status,
        "storage": details.storage,
        "type": found.type if found else None,
    }
    shown |= {name: getattr(details, name) for name in TEXT_FIELDS}
    for name in DATE_FIELDS:
        value = getattr(details, name)
        shown[name] = None if value is None else f"{value}T00:00:00"
    return shown


def rsi_rows(rsi: Rsi) -> list[JsonObject]:
    """An RSI with each of its schedules, or alone when it has none."""
    return [_rsi_fields(rsi) | _stage_fields(stage) for stage in rsi.stages] or [
        _rsi_fields(rsi) | dict.fromkeys(_stage_fields(Stage(0, "")), None)
    ]


def rsi_details(state: EcmState, node: Node, rsi: Rsi) -> list[JsonObject]:
    """Each schedule of an RSI with the date it comes to for this node."""
    return [_stage_details(state, node, stage) for stage in rsi.stages]


def _stage_details(state: EcmState, node: Node, stage: Stage) -> JsonObject:
    begin = _date_to_use(state, node, stage.date_to_use)
    ends = None if begin is None else stage.ends(begin)
    return {
        "ActionInfo": stage.description,
        "ActionInt": str(stage.action_code),
        "ActionToPerform": stage.action_code,
        "AutomaticProcess": "",
        "CalculatedDate": None if ends is None else ends.isoformat(),
        "Comment": stage.rule_comment,
        "DateToUse": str(stage.date_to_use),
        "DateToUseValue": None if begin is None else begin.isoformat(),
        "DisplayEvent": stage.event_condition,
        "Disposition": stage.disposition,
        "EventBased": stage.event_type == EVENT,
        "FixedDate": stage.event_type == FIXED,
        "Intervals": stage.intervals,
        "MakeRendition": stage.make_rendition,
        "MetEventRule": False,
        "NumVersToKeep": stage.versions_to_keep,
        "Permanent": stage.event_type == PERMANENT,
        "RetentionDays": stage.days,
        "RetentionMonths": stage.months,
        "RetentionRule": str(stage.event_type),
        "RetentionYears": stage.years,
        "RuleCode": stage.rule_code,
        "Stage": stage.stage,
        "Year-EndDay": stage.year_end_day,
        "Year-EndMonth": stage.year_end_month,
    }


def _date_to_use(state: EcmState, node: Node, which: int) -> date | None:
    record = state.records.find(node.id)
    if which in (_STATUS, _RECORD):
        details = record.details if record is not None else None
        value = None if details is None else details.status_date if which == _STATUS else details.record_date
        return None if value is None else date.fromisoformat(value)
    seconds = {
        _CREATED: node.create_date,
        _MODIFIED: node.modify_date,
        _LAST_VERSION: node.versions[-1].create_date if node.versions else node.create_date,
    }.get(which)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).date()


def _rsi_fields(rsi: Rsi) -> dict[str, Json]:
    return {
        "Active": int(not rsi.is_discontinued),
        "CreateDate": rsi.create_date,
        "Description": rsi.description,
        "DiscontComment": rsi.discontinued_comment,
        "DiscontDate": rsi.discontinued_date,
        "DiscontFlag": int(rsi.is_discontinued),
        "DispControl": int(rsi.disposition_control),
        "RSI": rsi.name,
        "RSIID": rsi.id,
        "RSIStatus": rsi.status,
        "StatusDate": rsi.status_date,
        "Subject": rsi.subject,
        "Title": rsi.title,
    }


def _stage_fields(stage: Stage) -> dict[str, Json]:
    return {
        "ActionCode": str(stage.action_code),
        "ActionDescription": stage.description,
        "ApprovalFlag": int(stage.is_approved),
        "DateToUse": str(stage.date_to_use),
        "Disposition": stage.disposition,
        "EventComment": stage.rule_comment,
        "EventRule": stage.event_condition,
        "EventRuleDate": stage.fixed_date,
        "EventType": stage.event_type,
        "FixedRet": int(stage.fixed_retention),
        "MakeRendition": int(stage.make_rendition),
        "MaximumRet": int(stage.maximum_retention),
        "ObjectType": stage.object_type,
        "RSIRuleCode": stage.rule_code,
        "RSIScheduleID": stage.id,
        "RecordType": 0,
        "RetDays": stage.days,
        "RetIntervals": stage.intervals,
        "RetMonths": stage.months,
        "RetStage": stage.stage,
        "RetYears": stage.years,
        "StageAction": stage.new_status,
        "YearEndDay": stage.year_end_day,
        "YearEndMonth": stage.year_end_month,
    }
