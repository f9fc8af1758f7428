"""How workflows stand: one process, lists, the full record, activities; and the caller's assignments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from muniment_sandbox.ecm.answers import results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument
from muniment_sandbox.ecm.state.workflow_engine import no_task
from muniment_sandbox.ecm.state.workflow_processes import Process, Standing
from muniment_sandbox.ecm.views.workflow_record import active, record
from muniment_sandbox.ecm.views.workflows import activities, status_result, wfstatus_result

routes = Routes()
_STATUSES = frozenset({"ontime", "workflowlate", "completed", "stopped", "suspended", "archived"})
_KINDS = frozenset({"managed", "initiated", "both"})


@routes.on("GET", "/v2/workflows/status/processes/{id}", "/v2/workflows/status/instances/{id}")
def read_status(call: Call) -> Answer:
    """One process with its steps, for those who initiated or manage it."""
    process = call.state.workflows.watched(call.number(), call.member)
    return results(call, status_result(call.state, process, call.member))


@routes.on("GET", "/v2/workflows/status", "/v2/workflows/instances/status")
def list_status(call: Call) -> Answer:
    """The workflows the caller manages or initiated; archived ones only on request."""
    wanted = [one.casefold() for one in call.form.texts("wstatus")]
    if any(one not in _STATUSES for one in wanted):
        raise invalid_argument("wstatus")
    state = call.state
    found = [
        process
        for process in state.workflows.all()
        if _is_of_kind(call, process) and _stands(state.workflows.status(process), wanted)
    ]
    retention = call.form.integer("wfretention")
    if retention is not None:
        since = state.clock.seconds() - retention * 86_400
        found = [one for one in found if one.completed_at is None or one.completed_at >= since]
    shown = _sorted(call, found)
    return results(call, [wfstatus_result(state, process, call.member) for process in shown])


@routes.on("GET", "/v2/workflows/status/active")
def list_active(call: Call) -> Answer:
    """Workflows by map, workspace, name and day of the start; those that are archived on request."""
    form, state = call.form, call.state
    archived = form.text("status").upper() == "ARCHIVED"
    map_id, workspace_id = form.integer("mapObjId"), form.integer("businessWorkspaceID")
    part = form.text("search_name").casefold()
    first, last = _day(call, "fromDate"), _day(call, "toDate")
    found: list[Process] = []
    for process in state.workflows.all():
        workspace = (
            state.workflows.attachments.workspace(process.attachments_id)
            if workspace_id is not None
            else None
        )
        if (
            _is_of_kind(call, process)
            and (process.standing is Standing.ARCHIVED) == archived
            and map_id in (None, process.map_id)
            and part in process.title.casefold()
            and (first is None or process.initiated_at >= _seconds(first))
            and (last is None or process.initiated_at < _seconds(last + timedelta(days=1)))
            and (workspace_id is None or (workspace is not None and workspace.id == workspace_id))
        ):
            found.append(process)
    return results(call, [active(process) for process in _sorted(call, found)])


@routes.on("GET", "/v2/workflows/status/info")
def read_record(call: Call) -> Answer:
    """The full record of one process, for those who initiated or manage it."""
    process_id = call.form.integer("workid")
    if process_id is None:
        raise Refused(Kind.INVALID, "Argument 'workid' is required")
    return results(call, record(call.state, call.state.workflows.watched(process_id, call.member)))


@routes.on(
    "GET",
    "/v2/processes/{id}/subprocesses/{subprocess_id}/activities",
    "/v2/workflows/{id}/subworkflows/{subprocess_id}/activities",
)
def list_activities(call: Call) -> Answer:
    """What was done, the latest first, for everybody involved."""
    process = call.state.workflows.involved(call.number(), call.member)
    if call.number("subprocess_id") != process.id:
        raise no_task()
    return results(call, {"data": activities(call.state, process, call.form.integer("limit"))})


def _is_of_kind(call: Call, process: Process) -> bool:
    """``Kind`` or ``kind``: Managed, Initiated or Both (the default)."""
    kind = (call.form.text("kind") or call.form.text("Kind") or "both").casefold()
    if kind not in _KINDS:
        raise invalid_argument("Kind")
    initiated = process.initiator_id == call.member.id
    if kind == "initiated":
        return initiated
    managed = call.state.workflows.manages(process, call.member)
    return managed if kind == "managed" else managed or initiated


def _stands(status: str, wanted: list[str]) -> bool:
    return status in wanted if wanted else status != "archived"


def _sorted(call: Call, found: list[Process]) -> list[Process]:
    """By ``status_key``, ``due_date``, ``wf_name`` or ``date_initiated``, each ``asc`` or ``desc``."""
    key, _, direction = (call.form.text("sort") or "date_initiated desc").strip().partition(" ")
    keys: dict[str, Callable[[Process], str | int]] = {
        "status_key": call.state.workflows.status,
        "due_date": lambda one: one.due_at if one.due_at is not None else 2**62,
        "wf_name": lambda one: one.title.casefold(),
        "name": lambda one: one.title.casefold(),
        "date_initiated": lambda one: one.initiated_at,
    }
    if key not in keys:
        raise invalid_argument("sort")
    chosen = keys[key]
    return sorted(
        found, key=lambda one: (chosen(one), one.id), reverse=direction.strip().casefold() == "desc"
    )


def _day(call: Call, name: str) -> date | None:
    text = call.form.text(name)
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise invalid_argument(name) from None


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
