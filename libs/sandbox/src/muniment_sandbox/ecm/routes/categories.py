"""Categories on nodes."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import nothing, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused, missing_argument
from muniment_sandbox.ecm.state.whole_numbers import whole_number
from muniment_sandbox.ecm.views.categories import category_result
from muniment_sandbox.ecm.views.nodes import state_tokens

routes = Routes()


@routes.on("GET", "/v2/nodes/{id}/categories")
def list_categories(call: Call) -> Answer:
    node, metadata = call.node(), call.form.flag("metadata")
    return results(
        call,
        [category_result(call.state, node, one, metadata=metadata) for one in node.categories.values()],
    )


@routes.on("POST", "/v2/nodes/{id}/categories")
def apply_category(call: Call) -> Answer:
    """Apply one category with its values; refuse one that is there already."""
    node = _editable(call)
    applied = call.state.categories.apply(node, call.form.required_integer("category_id"), call.form.all())
    return _changed(call, node, Event.CATEGORY_ADDED, applied.category_id)


@routes.on("GET", "/v2/nodes/{id}/categories/{category_id}")
def get_category(call: Call) -> Answer:
    node = call.node()
    applied, _ = call.state.categories.on(node, call.number("category_id"))
    return results(call, category_result(call.state, node, applied, metadata=call.form.flag("metadata")))


@routes.on("PUT", "/v2/nodes/{id}/categories/{category_id}")
def update_category(call: Call) -> Answer:
    """Change the given attributes; refuse a category that is not on the node, and a stale token."""
    node = _editable(call)
    category_id = call.number("category_id")
    fields = dict(call.form.all())
    holder = f"{category_id}_1"
    if holder in fields:
        fields[holder] = call.form.mapping(holder)
    elif call.form.text("metadata_token"):
        fields[holder] = {"metadata_token": call.form.text("metadata_token")}
    call.state.categories.update(node, category_id, fields)
    return _changed(call, node, Event.ATTRIBUTE_CHANGED, category_id)


@routes.on("DELETE", "/v2/nodes/{id}/categories/{category_id}")
def remove_category(call: Call) -> Answer:
    node = _editable(call)
    category_id = call.number("category_id")
    call.state.categories.remove(node, category_id)
    call.state.tree.touch(node, call.member.id)
    call.state.audit.note(node, Event.CATEGORY_REMOVED, call.member.id, str(category_id))
    return nothing(call)


@routes.on("POST", "/v2/nodes/{id}/categories/{category_id}/inheritance")
def enable_inheritance(call: Call) -> Answer:
    """From now on new items below the container get the category."""
    return _set_inheritance(call, inherited=True)


@routes.on("DELETE", "/v2/nodes/{id}/categories/{category_id}/inheritance")
def disable_inheritance(call: Call) -> Answer:
    return _set_inheritance(call, inherited=False)


@routes.on("POST", "/v2/nodes/{id}/categories/apply")
def apply_below(call: Call) -> Answer:
    """Apply categories of the container to everything below it that does not have them."""
    top = _editable(call)
    wanted = [call.state.categories.on(top, category_id)[0] for category_id in _category_ids(call)]
    for below in list(call.state.tree.descendants(top)):
        missing = {one.category_id: one.copy() for one in wanted if one.category_id not in below.categories}
        if missing:
            below.categories |= missing
            call.state.tree.touch(below, call.member.id)
    return nothing(call)


@routes.on("PUT", "/v2/nodes/{id}/categories/upgrade")
def upgrade_categories(call: Call) -> Answer:
    """Give the node the attributes its categories got since; all of them or none."""
    node = _editable(call)
    category_ids = call.form.integers("category_id")
    if not category_ids:
        raise missing_argument("category_id")
    before = {key: applied.copy() for key, applied in node.categories.items()}
    try:
        for category_id in category_ids:
            call.state.categories.upgrade(node, category_id)
    except Refused:
        node.categories = before
        raise
    return _changed(call, node, Event.ATTRIBUTE_CHANGED, category_ids[0])


def _editable(call: Call) -> Node:
    node = call.node(needs="edit_attributes")
    call.state.preservation.check_changeable(node)
    return node


def _category_ids(call: Call) -> list[int]:
    ids: list[Json] = [
        one.get("id") if isinstance(one, dict) else one for one in call.form.items("categories")
    ]
    if not ids:
        raise missing_argument("categories")
    return [whole_number("categories", str(one)) for one in ids]


def _set_inheritance(call: Call, *, inherited: bool) -> Answer:
    node = _editable(call)
    if not node.is_container:
        raise Refused(Kind.INVALID, f"The item '{node.name}' ({node.id}) is not a container.")
    applied, _ = call.state.categories.on(node, call.number("category_id"))
    applied.inherited = inherited
    call.state.tree.touch(node, call.member.id)
    return nothing(call)


def _changed(call: Call, node: Node, event: Event, category_id: int) -> Answer:
    """Say that it worked, with the token for the next update."""
    call.state.tree.touch(node, call.member.id)
    call.state.audit.note(node, event, call.member.id, str(category_id))
    return results(call, {"data": {}, "state": state_tokens(call.state, node)})
