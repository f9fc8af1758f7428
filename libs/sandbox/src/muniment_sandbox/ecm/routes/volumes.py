"""Volumes, and the recycle bin."""

from __future__ import annotations

from collections.abc import Callable

from muniment_sandbox.ecm.answers import bare, collection, page_of, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.clock import iso
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused, missing_argument
from muniment_sandbox.ecm.views.fields import Fields
from muniment_sandbox.ecm.views.nodes import fields_of, node_result, properties

routes = Routes()


@routes.on("GET", "/v2/volumes")
def list_volumes(call: Call) -> Answer:
    fields = fields_of(call)
    return results(call, [node_result(call, node, fields) for node in call.state.tree.volumes()])


@routes.on("GET", "/v1/volumes")
def list_volumes_v1(call: Call) -> Answer:
    return bare({"data": [properties(call.state, node) for node in call.state.tree.volumes()]})


@routes.on("GET", "/v2/volumes/{type}")
def get_volume(call: Call) -> Answer:
    return results(call, node_result(call, _volume(call), fields_of(call)))


@routes.on("GET", "/v1/volumes/{type}")
def get_volume_v1(call: Call) -> Answer:
    return bare({"data": properties(call.state, _volume(call))})


@routes.on("GET", "/v2/volumes/{type}/nodes")
def list_volume(call: Call) -> Answer:
    volume = _volume(call)
    page = page_of(call, default=25)
    children = call.state.tree.children(volume.id)
    fields = fields_of(call)
    ids = children.slice(page.start, page.stop)
    items = [node_result(call, call.state.tree.get(one), fields) for one in ids]
    return collection(call, items, page, len(children), "asc_name")


@routes.on("GET", "/v2/volumes/recyclebin/nodes")
def list_recycle_bin(call: Call) -> Answer:
    page = page_of(call, default=25)
    entries = call.state.recycle_bin.entries()
    items: list[JsonObject] = []
    for entry, node in entries[page.start : page.stop]:
        shown = dict(node_result(call, node, Fields([], ("properties",))))
        shown["data"] = {
            "properties": properties(call.state, node)
            | {"deleted_date": iso(entry.deleted_date), "deleted_user_id": entry.deleted_by}
        }
        items.append(shown)
    return collection(call, items, page, len(entries), "asc_name")


@routes.on("POST", "/v2/volumes/recyclebin/nodes/restore")
def restore(call: Call) -> Answer:
    return _each(call, call.state.recycle_bin.restore)


@routes.on("POST", "/v2/volumes/recyclebin/nodes/purge")
def purge(call: Call) -> Answer:
    return _each(call, call.state.recycle_bin.purge)


def _each(call: Call, act: Callable[[int], None]) -> Answer:
    """Do it for each id; say which it worked for."""
    ids = call.form.integers("ids")
    if not ids:
        raise missing_argument("ids")
    done: list[Json] = []
    errors: dict[str, Json] = {}
    for node_id in ids:
        try:
            act(node_id)
        except Refused as refused:
            errors[str(node_id)] = refused.text
        else:
            done.append(node_id)
    failed = [int(node_id) for node_id in errors]
    return bare({"failure": {"errors": errors, "ids": failed}, "success": {"ids": done}})


def _volume(call: Call) -> Node:
    volume = call.state.tree.volume(call.number("type"))
    if volume is None:
        raise Refused(Kind.INVALID, f"Could not get a volume for type {call.params['type']}")
    return volume
