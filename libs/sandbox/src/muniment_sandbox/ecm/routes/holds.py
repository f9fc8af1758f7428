"""Holds: define, change and close them, put items under them, list what they keep; in both spellings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from muniment_sandbox.ecm.answers import bare, page_of, paging
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.holds import Hold
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument, missing_argument
from muniment_sandbox.ecm.views.records import held_fields, hold_fields, outcome

routes = Routes()
DEFAULT_LIMIT = 100


@routes.on("POST", "/v1/holds")
def create_hold(call: Call) -> Answer:
    """Define a hold; answers with its id alone."""
    call.require_records_manager()
    form = call.form
    hold_type = form.required_text("type")
    call.state.retention.check_code("hold_type", hold_type)
    hold = Hold(
        id=0,
        name=form.required_text("name"),
        type=hold_type,
        comment=form.text("comment"),
        date_applied=_moment(call, "date_applied") or _missing("date_applied"),
        applied_by=call.member.name,
        alternate_id=form.text("alternate_id"),
        parent_id=form.integer("parent_id"),
        date_to_remove=_moment(call, "date_to_remove"),
    )
    return bare({"holdID": call.state.holds.create(hold).id})


@routes.on("PUT", "/v1/holds")
def change_hold(call: Call) -> Answer:
    """Change what is given; ``date_removed`` closes the hold, and it binds nothing from then on."""
    call.require_records_manager()
    form = call.form
    hold = call.state.holds.get(form.required_integer("id"))
    if form.text("type"):
        call.state.retention.check_code("hold_type", form.text("type"))
    dates = {name: _moment(call, name) for name in ("date_applied", "date_to_remove", "date_removed")}
    _check_name(call, hold)
    hold.name = form.text("name") or hold.name
    hold.type = form.text("type") or hold.type
    hold.comment = form.text("comment", hold.comment)
    hold.alternate_id = form.text("alternate_id", hold.alternate_id)
    hold.date_applied = dates["date_applied"] or hold.date_applied
    hold.date_to_remove = dates["date_to_remove"] or hold.date_to_remove
    if dates["date_removed"] is not None:
        hold.date_removed = dates["date_removed"]
        hold.removed_by = call.member.name
    hold.removal_comment = form.text("removal_comment") or hold.removal_comment
    call.state.holds.changed(hold, call.member.name)
    return bare({"holdID": hold.id})


@routes.on("GET", "/v1/holds")
def list_holds_v1(call: Call) -> Answer:
    return bare([
        {"ActiveHold": hold.is_active, "HoldID": hold.id, "HoldName": hold.name}
        for hold in call.state.holds.all()
    ])  # fmt: skip


@routes.on("GET", "/v2/holds")
def list_holds(call: Call) -> Answer:
    page = page_of(call, default=DEFAULT_LIMIT)
    holds = call.state.holds.all()
    shown = [hold_fields(hold) for hold in holds[page.start : page.stop]]
    return bare({
        "collection": {"paging": paging(page, len(holds))},
        "results": {"data": {"holds": shown}},
    })  # fmt: skip


@routes.on("GET", "/v2/holds/{id}")
def get_hold_by_id(call: Call) -> Answer:
    return _one(call.state.holds.get(call.number()))


@routes.on("GET", "/v2/hold")
def get_hold(call: Call) -> Answer:
    """One hold by ``id`` or ``holdname``; both shapes in which clients look for it."""
    hold = _named(call)
    if hold is None:
        return outcome(ok=False, message="The Hold does not exist.")
    return _one(hold)


@routes.on("DELETE", "/v2/hold")
def delete_hold(call: Call) -> Answer:
    call.require_records_manager()
    hold = _named(call)
    if hold is None:
        return outcome(ok=False, message="The Hold does not exist.")
    call.state.holds.delete(hold.id)
    return outcome(new_id=hold.id)


@routes.on("DELETE", "/v1/holds/{id}")
def delete_hold_v1(call: Call) -> Answer:
    call.require_records_manager()
    call.state.holds.delete(call.number())
    return bare({"holdID": call.number()})


@routes.on("GET", "/v1/nodes/{id}/holds")
def holds_of_node(call: Call) -> Answer:
    """The node's own holds, then those of the containers around it."""
    node = call.node()
    return bare({"data": _holds_of(call, node), "definitions": {}})


@routes.on("POST", "/v1/nodes/{id}/holds")
def apply_hold(call: Call) -> Answer:
    call.require_records_manager()
    node = call.node(needs="see")
    _apply(call, node, call.form.required_integer("hold_id"))
    return bare({"data": _holds_of(call, node), "definitions": {}})


@routes.on("DELETE", "/v1/nodes/{id}/holds/{hold_id}")
def remove_hold(call: Call) -> Answer:
    call.require_records_manager()
    node = call.node(needs="see")
    _release(call, node, call.number("hold_id"))
    return bare({"data": _holds_of(call, node), "definitions": {}})


@routes.on("POST", "/v1/rmclassifications/applyhold")
def apply_to_many(call: Call) -> Answer:
    """Put several items under a hold; those that are under it already stay as they are."""
    return _each(call, _apply, is_there=False)


@routes.on("POST", "/v1/rmclassifications/removehold")
def remove_from_many(call: Call) -> Answer:
    return _each(call, _release, is_there=True)


@routes.on("GET", "/v1/rmstatistics/holds")
def count_holds(call: Call) -> Answer:
    count = sum(len(call.state.holds.items(hold.id)) for hold in call.state.holds.all())
    return bare({"directHoldsCount": count, "totalCount": count})


def _each(call: Call, act: Callable[[Call, Node, int], None], *, is_there: bool) -> Answer:
    call.require_records_manager()
    hold_id = call.form.integer("holdID")
    if hold_id is None:
        raise Refused(Kind.NOT_FOUND, "Hold ID is not specified")
    call.state.holds.get(hold_id)
    ids = call.form.integers("ids")
    if not ids:
        raise Refused(Kind.NOT_FOUND, "ID is not specified")
    nodes = [call.reachable(one) for one in dict.fromkeys(ids)]
    for node in nodes:
        if call.state.holds.has(node, hold_id) is is_there:
            act(call, node, hold_id)
    return outcome()


def _apply(call: Call, node: Node, hold_id: int) -> None:
    call.state.holds.apply(node, hold_id, call.member.name)
    call.state.audit.note(node, Event.HOLD_APPLIED, call.member.id, str(hold_id))


def _release(call: Call, node: Node, hold_id: int) -> None:
    call.state.holds.release(node, hold_id)
    call.state.audit.note(node, Event.HOLD_REMOVED, call.member.id, str(hold_id))


def _holds_of(call: Call, node: Node) -> list[JsonObject]:
    shown: list[JsonObject] = []
    for hold, held in call.state.holds.on(node):
        around = call.state.tree.find(held.node_id)
        if around is not None:
            shown.append(held_fields(hold, held, node, around))
    return shown


def _named(call: Call) -> Hold | None:
    hold_id, name = call.form.integer("id"), call.form.text("holdname")
    if hold_id is None and not name:
        raise missing_argument("id")
    if hold_id is not None:
        return next((hold for hold in call.state.holds.all() if hold.id == hold_id), None)
    return call.state.holds.named(name)


def _one(hold: Hold) -> Answer:
    shown: Json = hold_fields(hold)
    return bare({"hold": shown, "results": {"data": {"hold": shown}}})


def _check_name(call: Call, hold: Hold) -> None:
    holder = call.state.holds.named(call.form.text("name"))
    if holder is not None and holder.id != hold.id:
        raise Refused(Kind.INVALID, f"A Hold with the name '{holder.name}' already exists.")


def _moment(call: Call, name: str) -> str | None:
    """A date with or without time, as the server keeps it; ``None`` when not given."""
    text = call.form.text(name).strip()
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0).isoformat()
    except ValueError:
        raise invalid_argument(name) from None


def _missing(name: str) -> str:
    raise missing_argument(name)
