"""Nicknames: a name of a node for the whole system."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import nothing, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.views.nodes import fields_of, node_result

routes = Routes()


@routes.on("PUT", "/v2/nodes/{id}/nicknames")
def set_nickname(call: Call) -> Answer:
    node = call.node()
    call.state.tree.set_nickname(node, call.form.text("nickname"))
    call.state.audit.note(node, Event.NICKNAME_CHANGED, call.member.id)
    return nothing(call)


@routes.on("GET", "/v2/nicknames/{nickname}/nodes")
def node_of_nickname(call: Call) -> Answer:
    node = call.state.tree.by_nickname(call.params["nickname"])
    if node is None or not call.sees(node):
        raise Refused(Kind.NOT_FOUND, f"The nickname '{call.params['nickname']}' does not exist.")
    return results(call, node_result(call, node, fields_of(call)))
