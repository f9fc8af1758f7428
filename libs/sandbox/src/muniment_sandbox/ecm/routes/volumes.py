"""Volumes."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare, collection, page_of, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routes.children import page_ids, sort_of
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.views.nodes import fields_of, node_result, properties

routes = Routes()


@routes.on("GET", "/v2/volumes")
def list_volumes(call: Call) -> Answer:
    fields = fields_of(call)
    return results(call, [node_result(call, node, fields) for node in _volumes(call)])


@routes.on("GET", "/v1/volumes")
def list_volumes_v1(call: Call) -> Answer:
    return bare({"data": [properties(call.state, node) for node in _volumes(call)]})


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
    sort = sort_of(call)
    ids, total = page_ids(call, volume, sort, (page.start, page.stop))
    fields = fields_of(call)
    items = [node_result(call, call.state.tree.get(one), fields) for one in ids]
    return collection(call, items, page, total, sort)


def _volume(call: Call) -> Node:
    volume = call.state.tree.volume(call.number("type"))
    if volume is None:
        raise Refused(Kind.INVALID, f"Could not get a volume for type {call.params['type']}")
    return call.require(volume)


def _volumes(call: Call) -> list[Node]:
    return call.state.access.visible(call.state.tree.volumes(), call.member)
