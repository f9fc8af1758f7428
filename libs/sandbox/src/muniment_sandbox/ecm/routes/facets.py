"""The facets of what a container holds."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.facets import FacetValue, condition, counted

routes = Routes()
DEFAULT_TOP_VALUES = 10


@routes.on("GET", "/v2/facets/{id}")
def list_facets(call: Call) -> Answer:
    """The commonest values of each facet among the items that pass ``where_facet``."""
    container = call.node(needs="see_contents")
    selected = call.form.texts("where_facet")
    passes = condition(selected)
    children = map(call.state.tree.get, call.state.tree.children(container.id).ids())
    nodes = [node for node in call.state.access.visible(children, call.member) if passes(node)]
    top = max(1, call.form.integer("top_values_limit") or DEFAULT_TOP_VALUES)
    facets: JsonObject = {}
    available: list[Json] = []
    for facet, values in counted(nodes, call.state.members).items():
        if not values:
            continue
        facets[str(facet.id)] = {
            "display_count": True,
            "id": facet.id,
            "name": facet.name,
            "show_text_in_more": True,
            "total_displayable": len(values),
        }
        available.append({str(facet.id): [_value(one, len(nodes)) for one in values[:top]]})
    chosen: list[Json] = [dict([one.split(":", 1)]) for one in selected]
    return results(call, {"data": {"facets": facets, "values": {"available": available, "selected": chosen}}})


def _value(one: FacetValue, total: int) -> JsonObject:
    share = 100 * one.count / total
    return {"count": one.count, "name": one.name, "percentage": share, "value": one.value}
