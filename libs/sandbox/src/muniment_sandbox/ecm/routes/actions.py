"""What the caller may do with nodes, as links: the answer by which clients show and hide their buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from muniment_sandbox.ecm.answers import links
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import missing_argument
from muniment_sandbox.ecm.state.rights import MASKS

routes = Routes()


@dataclass(frozen=True, slots=True)
class _Action:
    """``right`` it takes, where it is asked for, and on which nodes it makes sense."""

    name: str
    method: str
    path: str
    right: str
    for_containers: bool | None = None


_ACTIONS: Mapping[str, _Action] = {
    "addcategory": _Action("Add Category", "POST", "/categories", "edit_attributes"),
    "addversion": _Action("Add Version", "POST", "/versions", "add_major_version", for_containers=False),
    "audit": _Action("Audit", "GET", "/audit?limit=1000", "see"),
    "browse": _Action("Browse", "GET", "/nodes", "see_contents", for_containers=True),
    "copy": _Action("Copy", "POST", "", "see_contents"),
    "delete": _Action("Delete", "DELETE", "", "delete"),
    "download": _Action("Download", "GET", "/content?action=download", "see_contents", for_containers=False),
    "move": _Action("Move", "PUT", "", "delete"),
    "open": _Action("Open", "GET", "/content?action=open", "see_contents", for_containers=False),
    "permissions": _Action("Permissions", "GET", "/permissions", "see"),
    "properties": _Action("Properties", "GET", "", "see"),
    "rename": _Action("Rename", "PUT", "", "modify"),
    "reserve": _Action("Reserve", "PUT", "", "reserve", for_containers=False),
    "versionscontrol": _Action("Version Control", "PUT", "", "modify", for_containers=False),
}


@routes.on("GET", "/v2/nodes/actions")
@routes.on("POST", "/v2/nodes/actions")
def list_actions(call: Call) -> Answer:
    """Of the ``actions`` asked for (all when none are) those that the caller may take, node by node."""
    ids = call.form.integers("ids")
    if not ids:
        raise missing_argument("ids")
    wanted = set(call.form.texts("actions")) or set(_ACTIONS)
    nodes = [call.state.tree.find(one) for one in dict.fromkeys(ids)]
    shown: JsonObject = {
        str(node.id): _actions(call, node, wanted) for node in nodes if node is not None and call.sees(node)
    }
    return Answer({"links": links(call), "results": shown})


def _actions(call: Call, node: Node, wanted: set[str]) -> JsonObject:
    rights = call.state.access.rights(node, call.member)
    taken = {
        key: one
        for key, one in _ACTIONS.items()
        if key in wanted
        and one.for_containers in (None, node.is_container)
        and rights & MASKS[one.right] == MASKS[one.right]
    }
    order: list[Json] = list(taken)
    return {"data": {key: _link(node, one) for key, one in taken.items()}, "map": {}, "order": order}


def _link(node: Node, one: _Action) -> JsonObject:
    path = "/api/v2/nodes" if one.name == "Copy" else f"/api/v2/nodes/{node.id}{one.path}"
    return {
        "body": "",
        "content_type": "",
        "form_href": "",
        "href": path,
        "method": one.method,
        "name": one.name,
    }
