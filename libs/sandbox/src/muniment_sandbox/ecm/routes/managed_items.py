"""What lies under a hold, an RM classification or an RSI, page by page; and where classifications live."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_sandbox.ecm.answers import bare, links, page_of, paging
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.views.nodes import ancestor, properties

routes = Routes()
DEFAULT_LIMIT = 30


@routes.on("GET", "/v2/holditems/{id}", "/v2/holditems/{id}/page")
def hold_items(call: Call) -> Answer:
    """What a hold is applied to itself."""
    hold = call.state.holds.get(call.number())
    return _list(call, call.state.holds.items(hold.id))


@routes.on("GET", "/v2/rsiitems/{id}", "/v2/rsiitems/{id}/page")
def rsi_items(call: Call) -> Answer:
    rsi = call.state.retention.get(call.number())
    return _list(call, call.state.records.with_rsi(rsi.name))


@routes.on("GET", "/v2/classifieditems/{id}", "/v2/classifieditems/{id}/page")
def classified_items(call: Call) -> Answer:
    """What has an RM classification, or an ordinary one."""
    node = call.node()
    if node.type == Subtype.RM_CLASSIFICATION:
        found: Iterable[Node] = call.state.records.classified(node.id)
    elif node.type == Subtype.CLASSIFICATION:
        found = (one for one in call.state.tree.all() if node.id in one.classifications)
    else:
        raise Refused(Kind.INVALID, f"Could not get node for {node.id}")
    page = page_of(call, default=DEFAULT_LIMIT)
    items = _sorted(call, found)
    contents = [properties(call.state, one) for one in items[page.start : page.stop]]
    way = [ancestor(call.state, one) for one in call.state.tree.ancestors(node)]
    return bare({
        "collection": {"paging": paging(page, len(items))},
        "links": links(call),
        "results": {"ancestors": way, "contents": contents},
    })  # fmt: skip


@routes.on("GET", "/v2/classificationvolume")
def classification_volume(call: Call) -> Answer:
    volume = call.state.tree.volume(Subtype.CLASSIFICATION_VOLUME)
    if volume is None:
        raise Refused(Kind.INVALID, "Could not get the Classification Volume")
    return bare({"id": volume.id, "name": volume.name, "type": volume.type})


def _list(call: Call, found: Iterable[Node]) -> Answer:
    page = page_of(call, default=DEFAULT_LIMIT)
    items = _sorted(call, found)
    sort: JsonObject = {"sort": [{"key": "sort", "value": call.form.text("sort", "asc_name")}]}
    return bare({
        "collection": {"paging": paging(page, len(items)), "sorting": sort},
        "links": links(call),
        "results": [properties(call.state, one) for one in items[page.start : page.stop]],
    })  # fmt: skip


def _sorted(call: Call, found: Iterable[Node]) -> list[Node]:
    items = call.state.access.visible(found, call.member)
    items.sort(key=lambda node: (node.name.casefold(), node.id))
    if call.form.text("sort") == "desc_name":
        items.reverse()
    return items
