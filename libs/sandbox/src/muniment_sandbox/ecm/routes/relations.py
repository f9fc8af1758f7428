"""Relations between business workspaces."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import nothing, page_of, workspace_page
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.refusals import invalid_argument
from muniment_sandbox.ecm.state.workspaces import CHILD, PARENT
from muniment_sandbox.ecm.views.workspaces import workspace_item

routes = Routes()
DEFAULT_LIMIT = 100
MAX_LIMIT = 500


@routes.on("GET", "/v2/businessworkspaces/{id}/relateditems")
def list_related(call: Call) -> Answer:
    """Children by default; both kinds on request; seen from either side."""
    workspace = call.workspace()
    page = page_of(call, default=DEFAULT_LIMIT, most=MAX_LIMIT)
    found = [
        (relation, call.state.tree.get(node_id))
        for relation in _wanted_relations(call)
        for node_id in call.state.workspaces.related(workspace, relation)
        if call.sees(call.state.tree.get(node_id))
    ]
    start = call.form.text("where_name").casefold()
    type_ids = set(
        call.form.integers("where_workspace_type_id") + call.form.integers("where_workspace_type_ids")
    )
    found = [
        (relation, node)
        for relation, node in found
        if node.name.casefold().startswith(start) and (not type_ids or node.workspace_type_id in type_ids)
    ]
    found.sort(key=lambda pair: (pair[1].name.casefold(), pair[1].id))
    items: list[Json] = []
    for relation, node in found[page.start : page.stop]:
        item = workspace_item(call, node)
        data = item["data"]
        shown = data.get("properties") if isinstance(data, dict) else None
        if isinstance(data, dict) and isinstance(shown, dict):
            item["data"] = data | {"properties": shown | {"rel_type": relation}}
        items.append(item)
    return workspace_page(call, items, page, len(found))


@routes.on("POST", "/v2/businessworkspaces/{id}/relateditems", takes_json=True)
def relate(call: Call) -> Answer:
    workspace = call.workspace()
    other = call.state.workspaces.get(call.form.required_integer("rel_bw_id"))
    call.reachable(other.node_id)
    call.state.workspaces.relate(workspace, other, _relation(call.form.text("rel_type", CHILD)))
    return nothing(call)


@routes.on("DELETE", "/v2/businessworkspaces/{id}/relateditems/{other_id}")
def unrelate(call: Call) -> Answer:
    workspace = call.workspace()
    relation = _relation(call.form.text("rel_type", CHILD))
    call.state.workspaces.unrelate(workspace, call.number("other_id"), relation)
    return nothing(call)


def _wanted_relations(call: Call) -> list[str]:
    wanted = call.form.texts("where_rel_types") or call.form.texts("where_relationtype") or [CHILD]
    return [_relation(one) for one in dict.fromkeys(wanted)]


def _relation(text: str) -> str:
    relation = (text or CHILD).lower()
    if relation not in (CHILD, PARENT):
        raise invalid_argument("rel_type")
    return relation
