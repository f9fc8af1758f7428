"""RSIs, their schedules and approvals, and the code tables of records management."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from muniment_sandbox.ecm.answers import bare, page_of, paging
from muniment_sandbox.ecm.calls import Answer, Call, Handler
from muniment_sandbox.ecm.form import Form
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.clock import iso_local
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.retention import Approval, Code, Rsi, Stage
from muniment_sandbox.ecm.views.records import outcome, rsi_rows

routes = Routes()
_TEXT, _NUMBER, _FLAG = Form.text, Form.integer, Form.flag
_STAGE_FIELDS: Mapping[str, tuple[str, Callable[[Form, str], object]]] = {
    "actionCode": ("action_code", _NUMBER),
    "attributeId": ("attribute_id", _NUMBER),
    "categoryAttributeId": ("attribute_id", _NUMBER),
    "categoryId": ("category_id", _NUMBER),
    "dateToUse": ("date_to_use", _NUMBER),
    "description": ("description", _TEXT),
    "disposition": ("disposition", _TEXT),
    "eventCondition": ("event_condition", _TEXT),
    "eventType": ("event_type", _NUMBER),
    "fixedDate": ("fixed_date", _TEXT),
    "fixedRetention": ("fixed_retention", _FLAG),
    "markOfficialRendition": ("make_rendition", _FLAG),
    "maximumRetention": ("maximum_retention", _FLAG),
    "minNumVersionsToKeep": ("versions_to_keep", _NUMBER),
    "newStatus": ("new_status", _TEXT),
    "objectType": ("object_type", _TEXT),
    "purgeMajors": ("purge_majors", _FLAG),
    "purgeSuperseded": ("purge_superseded", _FLAG),
    "retentionDays": ("days", _NUMBER),
    "retentionIntervals": ("intervals", _NUMBER),
    "retentionMonths": ("months", _NUMBER),
    "retentionYears": ("years", _NUMBER),
    "ruleCode": ("rule_code", _TEXT),
    "ruleComment": ("rule_comment", _TEXT),
    "stage": ("stage", _TEXT),
    "yearEndDay": ("year_end_day", _NUMBER),
    "yearEndMonth": ("year_end_month", _NUMBER),
}
_V1_TABLES = {
    "accession": ("rmaccession", "accession"),
    "cycle_period": ("rmcycleperiod", "cycleperiod"),
    "essential": ("rmesscode", "essential"),
    "hold_type": ("rmholdtype", "holdtype"),
    "status": ("rmstatuscode", "status"),
    "storage": ("rmstorage", "storage"),
}
"""Code tables as the older call names them, with the name of the code in a row."""
TABLES = (
    "accession", "action_code", "cycle_period", "date_to_use", "disposition", "essential", "event_type",
    "hold_type", "retention_stage", "rsi_rule", "rsi_status", "status", "storage",
)  # fmt: skip
_NUMBERED = frozenset({"action_code", "cycle_period", "date_to_use", "event_type"})


def _answering_outcomes(handler: Handler) -> Handler:
    """A refusal of these calls is a 400 with ``ok: false``."""

    @wraps(handler)
    def answer(call: Call) -> Answer:
        try:
            return handler(call)
        except Refused as refused:
            return outcome(ok=False, message=refused.text)

    return answer


@routes.on("GET", "/v2/rsis")
def list_rsis(call: Call) -> Answer:
    """Every RSI with each of its schedules, one row a schedule."""
    page = page_of(call, default=100)
    rows = [row for rsi in call.state.retention.all() for row in rsi_rows(rsi)]
    return bare({
        "collection": {"paging": paging(page, len(rows))},
        "results": {"data": {"rsis": rows[page.start : page.stop]}},
    })  # fmt: skip


@routes.on("GET", "/v2/rsis/{id}")
@_answering_outcomes
def get_rsi(call: Call) -> Answer:
    rows = rsi_rows(call.state.retention.get(call.number()))
    page = page_of(call, default=100)
    return bare({
        "collection": {"paging": paging(page, len(rows))},
        "results": {"data": {"rsis": rows[page.start : page.stop]}},
    })  # fmt: skip


@routes.on("GET", "/v2/rsis/{rsi_id}/schedules/{id}")
@_answering_outcomes
def get_schedule(call: Call) -> Answer:
    rsi = call.state.retention.get(call.number("rsi_id"))
    stage = rsi.stage(call.number())
    rows = [row for row in rsi_rows(rsi) if row["RSIScheduleID"] == stage.id]
    return bare({"results": {"data": {"rsis": rows}}})


@routes.on("GET", "/v1/rsis")
def list_rsi_names(call: Call) -> Answer:
    return _names(call, "")


@routes.on("POST", "/v1/rsis")
def find_rsi_names(call: Call) -> Answer:
    """The RSIs whose names contain ``query``; under both names of the list that are around."""
    return _names(call, call.form.text("query").casefold())


@routes.on("POST", "/v2/rsischedules")
@_answering_outcomes
def create_rsi(call: Call) -> Answer:
    call.require_records_manager()
    form, now = call.form, iso_local(call.state.clock.seconds()) or ""
    rsi = Rsi(
        id=0,
        name=form.required_text("name"),
        status=form.required_text("status"),
        status_date=form.text("statusDate") or now,
        create_date=now,
        title=form.text("title"),
        subject=form.text("subject"),
        description=form.text("description"),
        disposition_control=form.flag("dispcontrol"),
    )
    call.state.retention.check_code("rsi_status", rsi.status)
    return outcome(new_id=call.state.retention.create(rsi).id)


@routes.on("PUT", "/v2/rsischedules/{id}")
@_answering_outcomes
def change_rsi(call: Call) -> Answer:
    call.require_records_manager()
    form, rsi = call.form, call.state.retention.get(call.number())
    if form.text("status"):
        call.state.retention.check_code("rsi_status", form.text("status"))
    rsi.status = form.text("status") or rsi.status
    rsi.status_date = form.text("statusDate") or rsi.status_date
    rsi.title = form.text("title", rsi.title)
    rsi.subject = form.text("subject", rsi.subject)
    rsi.description = form.text("description", rsi.description)
    rsi.disposition_control = form.flag("dispcontrol", default=rsi.disposition_control)
    rsi.is_discontinued = form.flag("discontinue", default=rsi.is_discontinued)
    rsi.discontinued_date = form.text("discontinueDate") or rsi.discontinued_date
    rsi.discontinued_comment = form.text("discontinueComment", rsi.discontinued_comment)
    call.state.retention.changed(rsi)
    return get_rsi(call)


@routes.on("DELETE", "/v2/rsischedules/{id}")
@_answering_outcomes
def delete_rsi(call: Call) -> Answer:
    """Delete an RSI that no record has."""
    call.require_records_manager()
    rsi = call.state.retention.get(call.number())
    if any(True for _ in call.state.records.with_rsi(rsi.name)):
        raise Refused(Kind.INVALID, f"The RSI '{rsi.name}' is in use.")
    call.state.retention.delete(rsi)
    return outcome(new_id=rsi.id)


@routes.on("POST", "/v2/rsischedules/{id}/stages")
@_answering_outcomes
def add_stage(call: Call) -> Answer:
    call.require_records_manager()
    rsi = call.state.retention.get(call.number())
    call.form.required_text("stage")
    stage = Stage(0, "")
    _fill(call, stage)
    return outcome(new_id=call.state.retention.add_stage(rsi, stage).id)


@routes.on("PUT", "/v2/rsischedules/{id}/stages/{stage_id}")
@_answering_outcomes
def change_stage(call: Call) -> Answer:
    call.require_records_manager()
    rsi = call.state.retention.get(call.number())
    stage = rsi.stage(call.number("stage_id"))
    _fill(call, stage)
    stage.is_approved = False
    call.state.retention.changed(rsi)
    return outcome(new_id=stage.id)


@routes.on("DELETE", "/v2/rsischedules/{id}/stages/{stage_id}")
@_answering_outcomes
def delete_stage(call: Call) -> Answer:
    call.require_records_manager()
    rsi = call.state.retention.get(call.number())
    stage = rsi.stage(call.number("stage_id"))
    rsi.stages.remove(stage)
    call.state.retention.changed(rsi)
    return outcome(new_id=stage.id)


@routes.on("PUT", "/v2/rsischedules/{id}/approve/{stage_id}")
@_answering_outcomes
def approve_stage(call: Call) -> Answer:
    call.require_records_manager()
    rsi = call.state.retention.get(call.number())
    stage = rsi.stage(call.number("stage_id"))
    stage.is_approved = True
    moment = call.form.text("approvedDate") or iso_local(call.state.clock.seconds()) or ""
    member_id = call.form.integer("approvedByUserID") or call.member.id
    rsi.approvals.append(Approval(stage.id, member_id, moment, call.form.text("approvalComment")))
    call.state.retention.changed(rsi)
    return outcome(new_id=stage.id)


@routes.on("GET", "/v2/rsischedules/{id}/approvalhistory")
def approval_history(call: Call) -> Answer:
    rsi = call.state.retention.get(call.number())
    page = page_of(call, default=30)
    stages = {stage.id: stage.stage for stage in rsi.stages}
    rows: list[JsonObject] = [
        {
            "data": {
                "approval_comments": one.comment,
                "approval_date": one.date,
                "approved_date": one.date,
                "owner_id": one.member_id,
                "ret_stage": stages.get(one.stage_id, ""),
                "user_id": one.member_id,
            }
        }
        for one in rsi.approvals
    ]
    return bare({
        "data": rows[page.start : page.stop],
        "paging": paging(page, len(rows)),
        "rsi_unique_id": rsi.id,
        "title": rsi.name,
    })  # fmt: skip


@routes.on("GET", "/v2/recordsmanagement/rmcodes")
def list_codes(call: Call) -> Answer:
    """Every code table: its default and its values."""
    return bare({"results": {"data": {table: _table(call, table) for table in TABLES}}})


@routes.on("GET", "/v1/recordsmanagement/rmcodes")
def list_codes_v1(call: Call) -> Answer:
    shown: JsonObject = {}
    for table, (name, key) in _V1_TABLES.items():
        shown[name] = [{key: one["code"], "description": one["description"]} for one in _values(call, table)]
    shown["rmrsi"] = [{"description": one.title, "rsi": one.name} for one in call.state.retention.all()]
    return bare(shown)


@routes.on("POST", "/v1/recordsmanagement/rmcodes/{name}")
def add_code(call: Call) -> Answer:
    """Add a code to a table, named as either call names it."""
    call.require_records_manager()
    named = call.params["name"]
    table = next((one for one, (name, _) in _V1_TABLES.items() if name == named), named)
    if table not in TABLES:
        raise Refused(Kind.INVALID, "Could not get table description")
    code = Code(call.form.required_text("code"), call.form.text("description"), call.form.flag("vitalRec"))
    call.state.retention.add_code(table, code)
    return bare({"code": code.code, "description": code.description})


def _names(call: Call, part: str) -> Answer:
    found = [{"name": one.name} for one in call.state.retention.all() if part in one.name.casefold()]
    return bare({"data": {"fast_codes": found}, "fast:codes": found})


def _fill(call: Call, stage: Stage) -> None:
    for name, (attribute, read) in _STAGE_FIELDS.items():
        if name in call.form:
            value = read(call.form, name)
            if value is not None:
                setattr(stage, attribute, value)


def _table(call: Call, table: str) -> JsonObject:
    values = _values(call, table)
    return {"default_value": values[0]["code"] if values else None, "values": values}


def _values(call: Call, table: str) -> list[dict[str, Json]]:
    shown: list[dict[str, Json]] = []
    for one in call.state.retention.codes(table):
        code: Json = int(one.code) if table in _NUMBERED and one.code.isdigit() else one.code
        value: dict[str, Json] = {"code": code, "description": one.description}
        if table == "essential":
            value["vital"] = one.is_vital
        shown.append(value)
    return shown
