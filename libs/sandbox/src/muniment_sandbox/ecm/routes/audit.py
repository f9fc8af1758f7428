"""The audit trail of a node."""

from __future__ import annotations

from datetime import UTC, datetime

from muniment_sandbox.ecm.answers import Page, bare, collection, page_of
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import EVENTS, AuditEntry
from muniment_sandbox.ecm.state.clock import iso
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument
from muniment_sandbox.ecm.views.members import member_summary

routes = Routes()
DEFAULT_LIMIT = 25
_DAY = "%Y-%m-%d"


@routes.on("GET", "/v2/nodes/{id}/audit")
def get_audit(call: Call) -> Answer:
    """A page of events, the newest first; filters by type, member and day."""
    page, found, sort = _asked(call)
    answer = collection(call, [], page, len(found), sort)
    body = answer.body
    shown = [_shown(call, entry) for entry in found[page.start : page.stop]]
    data: JsonObject = {"audit": shown, "audit_event_types": _event_types(call)}
    return Answer({**body, "results": {"data": data}} if isinstance(body, dict) else body)


@routes.on("GET", "/v1/nodes/{id}/audit")
def get_audit_v1(call: Call) -> Answer:
    page, found, sort = _asked(call)
    return bare({
        "data": [_shown(call, entry) for entry in found[page.start : page.stop]],
        "definitions": {},
        "definitions_order": [],
        "limit": page.limit,
        "page": page.number,
        "page_total": max(1, -(-len(found) // page.limit)),
        "sort": sort,
        "total": len(found),
    })  # fmt: skip


def _asked(call: Call) -> tuple[Page, list[AuditEntry], str]:
    page = page_of(call, default=DEFAULT_LIMIT)
    sort = call.form.text("sort", "desc_audit_date")
    if sort not in ("asc_audit_date", "desc_audit_date"):
        raise Refused(Kind.INVALID, f"The sort column '{sort}' is invalid.")
    found = [entry for entry in call.state.audit.trail(call.node()) if _wanted(call, entry)]
    if sort == "desc_audit_date":
        found.reverse()
    return page, found, sort


def _wanted(call: Call, entry: AuditEntry) -> bool:
    """Days are whole: an event counts from the start to the end of the day it happened on (UTC)."""
    number, member_id = call.form.integer("where_type"), call.form.integer("where_user_id")
    day = datetime.fromtimestamp(entry.date, UTC).strftime(_DAY)
    first, last = _day(call, "where_audit_date_start"), _day(call, "where_audit_date_end")
    return (
        number in (None, entry.number)
        and member_id in (None, entry.member_id)
        and (not first or day >= first)
        and (not last or day <= last)
    )


def _day(call: Call, name: str) -> str:
    given = call.form.text(name)[:10]
    if given:
        try:
            datetime.strptime(given, _DAY).replace(tzinfo=UTC)
        except ValueError:
            raise invalid_argument(name) from None
    return given


def _shown(call: Call, entry: AuditEntry) -> JsonObject:
    shown: JsonObject = {
        "agent_id": None,
        "audit_date": iso(entry.date),
        "audit_language_code": None,
        "audit_name": f"{entry.label} {entry.detail}".strip(),
        "event_type": entry.number,
        "id": entry.node_id,
        "target_user_id": None,
        "user_id": entry.member_id,
    }
    member = call.state.members.find(entry.member_id)
    if "user_id" in call.form.text("expand") and member is not None:
        shown["user_id_expand"] = member_summary(member)
    return shown


def _event_types(call: Call) -> list[JsonObject]:
    """The sorts of events that happened to the node, whatever the filter."""
    numbers = dict.fromkeys(entry.number for entry in call.state.audit.trail(call.node()))
    return [{"id": number, "name": EVENTS[number].label} for number in numbers]
