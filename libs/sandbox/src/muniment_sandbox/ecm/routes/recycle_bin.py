"""The recycle bin: what was deleted, and bringing it back or removing it for good."""

from __future__ import annotations

from collections.abc import Callable

from muniment_sandbox.ecm.answers import bare, collection, page_of
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.clock import iso
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.recycle_bin import Deleted
from muniment_sandbox.ecm.state.refusals import Refused, missing_argument, not_permitted
from muniment_sandbox.ecm.state.rights import MASKS
from muniment_sandbox.ecm.views.fields import Fields
from muniment_sandbox.ecm.views.nodes import node_result, properties

routes = Routes()
_SORTS: dict[str, Callable[[tuple[Deleted, Node]], tuple[str | int, ...]]] = {
    "name": lambda pair: (pair[1].name.casefold(), pair[1].id),
    "deleted_date": lambda pair: (pair[0].deleted_date, pair[1].id),
}


@routes.on("GET", "/v2/volumes/recyclebin/nodes")
def list_recycle_bin(call: Call) -> Answer:
    """What the caller may see of it; by name, or by ``deleted_date``."""
    page = page_of(call, default=25)
    part = call.form.text("where_name").casefold()
    entries = [
        (entry, node)
        for entry, node in call.state.recycle_bin.entries()
        if _handles(call, entry, node) and part in node.name.casefold()
    ]
    direction, _, column = call.form.text("sort", "asc_name").partition("_")
    entries.sort(key=_SORTS.get(column, _SORTS["name"]), reverse=direction == "desc")
    items = [_shown(call, entry, node) for entry, node in entries[page.start : page.stop]]
    return collection(call, items, page, len(entries), call.form.text("sort", "asc_name"))


@routes.on("POST", "/v2/volumes/recyclebin/nodes/restore")
def restore(call: Call) -> Answer:
    return _each(call, call.state.recycle_bin.restore, Event.RESTORED)


@routes.on("POST", "/v2/volumes/recyclebin/nodes/purge")
def purge(call: Call) -> Answer:
    return _each(call, call.state.recycle_bin.purge, None)


def _shown(call: Call, entry: Deleted, node: Node) -> JsonObject:
    shown = dict(node_result(call, node, Fields([], ("properties",))))
    deleted = {"deleted_date": iso(entry.deleted_date), "deleted_user_id": entry.deleted_by}
    shown["data"] = {"properties": properties(call.state, node) | deleted}
    return shown


def _each(call: Call, act: Callable[[int], None], event: Event | None) -> Answer:
    """Do it for each id; say which it worked for."""
    ids = call.form.integers("ids")
    if not ids:
        raise missing_argument("ids")
    done: list[Json] = []
    errors: dict[str, Json] = {}
    for node_id in ids:
        try:
            entry, node = call.state.recycle_bin.entry(node_id)
            if not _handles(call, entry, node):
                raise not_permitted()
            act(node_id)
        except Refused as refused:
            errors[str(node_id)] = refused.text
            continue
        if event is not None:
            call.state.audit.note(node, event, call.member.id)
        done.append(node_id)
    failed = [int(node_id) for node_id in errors]
    return bare({"failure": {"errors": errors, "ids": failed}, "success": {"ids": done}})


def _handles(call: Call, entry: Deleted, node: Node) -> bool:
    """Whether the caller deleted it, or may delete such an item."""
    return entry.deleted_by == call.member.id or call.state.access.allows(node, call.member, MASKS["delete"])
