"""Nodes: read, create, copy, change, move, delete."""

from __future__ import annotations

from collections.abc import Mapping

from muniment_sandbox.ecm.answers import bare, nothing, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.requests import external_of, new_node, role_categories
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.refusals import Kind, Refused, hidden, missing_argument
from muniment_sandbox.ecm.views.fields import Fields
from muniment_sandbox.ecm.views.nodes import ancestor, fields_of, node_result, node_token, properties

routes = Routes()
MAX_LIST_IDS = 250
_RIGHTS = {"categories": "edit_attributes", "reserved_user_id": "reserve", "reserved_date": "reserve"}
_ALL_SECTIONS = ("properties", "categories", "versions", "permissions")


@routes.on("GET", "/v2/nodes/{id}")
def get_node(call: Call) -> Answer:
    return results(call, node_result(call, _readable(call), fields_of(call, *_ALL_SECTIONS)))


@routes.on("GET", "/v2/nodes/{id}/properties")
def get_properties(call: Call) -> Answer:
    return results(call, node_result(call, _readable(call), Fields([], ("properties",))))


@routes.on("GET", "/v1/nodes/{id}")
def get_node_v1(call: Call) -> Answer:
    node = _readable(call)
    return bare({
        "data": properties(call.state, node),
        "addable_types": [0, 1, 140, 144, 848] if node.is_container else [],
        "available_actions": [],
        "available_roles": [],
        "features": [],
        "type": node.type,
        "type_info": {"advanced_versioning": False, "container": node.is_container},
        "type_name": node.type_name,
    })  # fmt: skip


@routes.on("POST", "/v2/nodes/list")
def list_nodes(call: Call) -> Answer:
    """Read up to 250 nodes; unknown ids are left out without a word."""
    ids = call.form.integers("ids")
    if not ids:
        raise missing_argument("ids")
    if len(ids) > MAX_LIST_IDS:
        raise Refused(Kind.INVALID, f"The number of ids cannot be greater than {MAX_LIST_IDS}.")
    fields = fields_of(call)
    found = [call.state.tree.find(node_id) for node_id in dict.fromkeys(ids)]
    visible = [node for node in found if node is not None and call.sees(node)]
    return results(call, [node_result(call, node, fields) for node in visible])


@routes.on("GET", "/v1/nodes/{id}/ancestors")
def get_ancestors(call: Call) -> Answer:
    way = call.state.tree.ancestors(call.node())
    return bare({"ancestors": [ancestor(call.state, node) for node in way]})


@routes.on("POST", "/v2/nodes")
def create_node(call: Call) -> Answer:
    node = _create(call)
    return results(call, {"data": {"properties": properties(call.state, node)}})


@routes.on("POST", "/v1/nodes")
def create_node_v1(call: Call) -> Answer:
    node = _create(call)
    return bare(
        {"id": node.id, "data": properties(call.state, node), "type": node.type, "type_name": node.type_name}
    )


@routes.on("PUT", "/v2/nodes/{id}")
def update_node(call: Call) -> Answer:
    node = call.node(needs="see")
    _update(call, node)
    return results(call, {"data": {"properties": properties(call.state, node)}})


@routes.on("PUT", "/v1/nodes/{id}")
def update_node_v1(call: Call) -> Answer:
    node = call.node(needs="see")
    _update(call, node)
    return bare({"id": node.id, "data": properties(call.state, node)})


@routes.on("DELETE", "/v2/nodes/{id}")
def delete_node(call: Call) -> Answer:
    """Move the node and everything below it to the recycle bin."""
    _delete(call)
    return nothing(call)


@routes.on("DELETE", "/v1/nodes/{id}")
def delete_node_v1(call: Call) -> Answer:
    _delete(call)
    return bare({"id": call.number()})


@routes.on("POST", "/v1/validation/nodes/names")
def check_names(call: Call) -> Answer:
    """Name the collisions, and only those."""
    parent = call.reachable(call.form.required_integer("parent_id"))
    taken = [call.state.tree.child_named(parent.id, name) for name in call.form.texts("names")]
    return bare({
        "results": [
            {"id": node.id, "name": node.name, "type": node.type, "versioned": node.is_document}
            for node in taken
            if node is not None
        ]
    })  # fmt: skip


def _readable(call: Call) -> Node:
    node = call.state.tree.find(call.number())
    if node is None:
        raise Refused(Kind.NODE_UNREADABLE, f"Could not get a node for {call.params['id']}")
    if not call.sees(node):
        raise hidden(Kind.NODE_UNREADABLE)
    return node


def _delete(call: Call) -> None:
    node = call.node(needs="delete")
    call.state.recycle_bin.delete(node, call.member.id)
    call.state.audit.note(node, Event.DELETED, call.member.id)


def _create(call: Call) -> Node:
    original_id = call.form.integer("original_id")
    wanted_type = call.form.integer("type")
    if original_id and wanted_type in (None, *_copied_types(call, original_id)):
        return _copy(call, original_id)
    if wanted_type == Subtype.WORKSPACE:
        raise Refused(Kind.INVALID, "A business workspace is created by /v2/businessworkspaces.")
    new = new_node(call)
    call.reachable(new.parent_id, "add_items")
    return call.state.creation.create(new, call.member.id)


def _copied_types(call: Call, original_id: int) -> list[int]:
    """The type that, named beside ``original_id``, still means a copy: the original's own."""
    original = call.reachable(original_id)
    return [] if original.type == Subtype.SHORTCUT else [original.type]


def _copy(call: Call, original_id: int) -> Node:
    source = call.reachable(original_id, "see_contents")
    parent_id = call.reachable(call.form.required_integer("parent_id"), "add_items").id
    categories = call.state.categories.merged(source, role_categories(call.form))
    node = call.state.creation.copy(source, parent_id, call.form.text("name") or None, call.member.id)
    node.categories = {key: applied.copy() for key, applied in categories.items()}
    call.state.tree.touch(node, call.member.id)
    call.state.audit.note(node, Event.CREATED_FROM_COPY, call.member.id)
    return node


def _update(call: Call, node: Node) -> None:
    """Change what is given; a refused update changes nothing."""
    state, form = call.state, call.form
    token = form.text("metadata_token")
    if token and token != node_token(node):
        raise Refused(Kind.CONFLICT, "Could not update metadata (edit conflict).")
    parent_id, name = form.integer("parent_id"), form.text("name") or None
    moves = parent_id is not None and parent_id != node.parent_id
    changes = _changes(call, node)
    _check_update(call, node, changes, moves=moves)
    if moves and parent_id is not None:
        call.reachable(parent_id, "add_items")
        state.tree.move(node, parent_id, name)
        state.audit.note(node, Event.MOVED, call.member.id)
    elif name is not None and name != node.name:
        state.tree.rename(node, name)
        state.audit.note(node, Event.RENAMED, call.member.id)
    for key, value in changes.items():
        setattr(node, key, value)
    _note_changes(call, node, changes)
    state.tree.touch(node, call.member.id)


def _changes(call: Call, node: Node) -> dict[str, object]:
    """The fields of the node that the request gives another value."""
    state, form = call.state, call.form
    wanted: dict[str, object] = {
        "description": form.text("description", node.description),
        "descriptions": node.descriptions | _texts(form.mapping("description_multilingual")),
        "external": external_of(form, node.external),
        "names": node.names | _texts(form.mapping("name_multilingual")),
        "url": form.text("url") or node.url,
    }
    categories = role_categories(form)
    if categories:
        wanted["categories"] = state.categories.merged(node, categories)
    if "reserved_user_id" in form:
        wanted["reserved_user_id"] = _reserver(call, node, form.integer("reserved_user_id") or 0)
        wanted["reserved_date"] = state.clock.seconds() if wanted["reserved_user_id"] else None
    if "versions_control_advanced" in form:
        wanted["advanced_versioning"] = form.flag("versions_control_advanced")
    return {key: value for key, value in wanted.items() if value != getattr(node, key)}


def _check_update(call: Call, node: Node, changes: Mapping[str, object], *, moves: bool) -> None:
    """Each change needs its right; a final record takes no change but a reservation or another place."""
    needed = {_RIGHTS.get(key, "modify") for key in changes}
    name = call.form.text("name")
    if moves:
        needed.add("delete")
    if name and name != node.name:
        needed.add("modify")
    for right in sorted(needed or {"modify"}):
        call.require(node, right)
    if needed - {"reserve", "delete"}:
        call.state.preservation.check_changeable(node)


def _note_changes(call: Call, node: Node, changes: Mapping[str, object]) -> None:
    for event in dict.fromkeys(_event(node, key) for key in changes):
        call.state.audit.note(node, event, call.member.id)


def _event(node: Node, key: str) -> Event:
    if key.startswith("reserved"):
        return Event.RESERVED if node.reserved_user_id else Event.UNRESERVED
    return Event.ATTRIBUTE_CHANGED if key == "categories" else Event.PROPERTIES_CHANGED


def _texts(given: Mapping[str, Json]) -> dict[str, str]:
    return {key: str(value) for key, value in given.items()}


def _reserver(call: Call, node: Node, member_id: int) -> int:
    """Who the node is reserved for from now on: a member, or nobody (0)."""
    if node.reserved_user_id not in (0, call.member.id) and not call.member.is_admin:
        raise Refused(Kind.FAILED, f"The item '{node.name}' is reserved by another user.")
    return call.state.members.get(member_id).id if member_id else 0
