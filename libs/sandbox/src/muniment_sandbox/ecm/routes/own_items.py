"""What the caller keeps at hand: favorites, and the items reserved for them."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_sandbox.ecm.answers import collection, nothing, page_of
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.views.nodes import fields_of, node_result

routes = Routes()
DEFAULT_LIMIT = 20


@routes.on("GET", "/v2/members/favorites")
def list_favorites(call: Call) -> Answer:
    return _page(call, map(call.state.tree.find, call.state.favorites.of(call.member.id)))


@routes.on("POST", "/v2/members/favorites/{id}")
def add_favorite(call: Call) -> Answer:
    node = call.node(needs="see")
    if not call.state.favorites.add(call.member.id, node.id):
        raise Refused(Kind.INVALID, f"The item '{node.name}' is a favorite already.")
    return nothing(call)


@routes.on("DELETE", "/v2/members/favorites/{id}")
def remove_favorite(call: Call) -> Answer:
    if not call.state.favorites.remove(call.member.id, call.number()):
        raise Refused(Kind.INVALID, f"The item {call.number()} is not a favorite.")
    return nothing(call)


@routes.on("GET", "/v2/members/reserved")
def list_reserved(call: Call) -> Answer:
    mine = call.member.id
    return _page(call, (node for node in call.state.tree.all() if node.reserved_user_id == mine))


def _page(call: Call, nodes: Iterable[Node | None]) -> Answer:
    part, page = call.form.text("where_name").casefold(), page_of(call, default=DEFAULT_LIMIT)
    found = [one for one in nodes if one is not None and call.sees(one) and part in one.name.casefold()]
    found.sort(key=lambda node: (node.name.casefold(), node.id))
    fields = fields_of(call)
    items = [node_result(call, one, fields) for one in found[page.start : page.stop]]
    return collection(call, items, page, len(found), "asc_name")
