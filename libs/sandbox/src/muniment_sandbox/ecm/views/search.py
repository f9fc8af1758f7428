"""What a search finds, as the API shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from muniment_sandbox.ecm.answers import Page, link
from muniment_sandbox.ecm.calls import Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state.facets import counted
from muniment_sandbox.ecm.state.members import Members
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.regions import LOCATION, Region, Sort
from muniment_sandbox.ecm.views.nodes import properties, version_properties

_TYPES = {Sort.TEXT: -1, Sort.NUMBER: 2, Sort.DATE: -7}
_SORTABLE = ("OTName", "OTObjectDate", "OTObjectSize")


def search_result(call: Call, node: Node, regions: Iterable[Region]) -> JsonObject:
    """One hit: properties, the regions asked for, and its file, so that no second call is needed."""
    state = call.state
    summary = node.description or node.name
    data: dict[str, Json] = {
        "properties": properties(state, node) | {"short_summary": summary, "summary": summary},
        "regions": region_values(call, node, regions),
    }
    version = node.versions[-1] if node.versions else None
    if version is not None:
        data["versions"] = version_properties(node, version)
    way = state.tree.ancestors(node)[:-1]
    parent = way[-1] if way else node
    number = version.number if version is not None else 0
    return {
        "data": data,
        "links": {
            "ancestors": [_place(above, "") for above in way],
            "ancestors_nodes": [_place(above, "/nodes") for above in way],
            "data": {"self": link(f"/api/v2/nodes/{node.id}")},
            "parent": _place(parent, ""),
            "parent_nodes": _place(parent, "/nodes"),
        },
        "search_result_metadata": {
            "current_version": True,
            "object_href": None,
            "object_id": f"DataId={node.id}&Version={number}",
            "result_type": "264",
            "source_id": "2275",
            "version_type": None,
        },
    }


def region_values(call: Call, node: Node, regions: Iterable[Region]) -> JsonObject:
    shown: JsonObject = {}
    for region in regions:
        values = region.values(node)
        if region.name == LOCATION:
            shown[region.name] = " ".join(str(value) for value in values)
            above = call.state.tree.find(node.parent_id)
            shown[f"{region.name}_formatted"] = above.name if above is not None else ""
            continue
        shown[region.name] = _single(values)
        if region.sort is Sort.DATE and values:
            day = str(values[0])
            shown[f"{region.name}_formatted"] = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        elif region.name in ("OTCreatedBy", "OTOwnerID"):
            member = call.state.members.find(int(str(values[0])))
            shown[f"{region.name}_formatted"] = member.display_name if member is not None else ""
    return shown


def regions_metadata(regions: Iterable[Region]) -> JsonObject:
    return {
        region.name: {"name": region.title, "persona": "", "type": _TYPES[region.sort]} for region in regions
    }


def facets_of(found: Iterable[Node], members: Members) -> JsonObject:
    """How many of all that was found have which value, region by region."""
    available: list[Json] = [
        {
            "count": len(values),
            "count_exceeded": False,
            "display_name": facet.name,
            "facet_items": [
                {"count": one.count, "display_name": one.name, "value": one.value} for one in values
            ],
            "name": facet.region,
            "type": "Text",
        }
        for facet, values in counted(found, members).items()
        if values
    ]
    return {"available": available}


def sort_links(call: Call) -> JsonObject:
    """The other orders the result can be had in."""
    path = call.href.partition("?")[0]
    shown: JsonObject = {"relevance": {**link(path, call.method, "Relevance"), "display_name": "Relevance"}}
    for name in _SORTABLE:
        for direction in ("asc", "desc"):
            shown[f"{direction}_{name}"] = {
                **link(path, call.method, name),
                "direction": direction,
                "display_name": name,
                "region_name": name,
            }
    return shown


def header(page: Page, total: int, sort: str) -> str:
    """What stands above a page of results."""
    by = "Relevance" if sort == "relevance" else sort.partition("_")[2]
    if page.start >= total:
        return f"No results of {total} sorted by {by}"
    return f"Results {page.start + 1} to {min(page.stop, total)} of {total} sorted by {by}"


def _single(values: Sequence[Json]) -> Json:
    if not values:
        return None
    return values[0] if len(values) == 1 else list(values)


def _place(node: Node, suffix: str) -> JsonObject:
    return {"href": f"api/v1/nodes/{node.id}{suffix}", "name": node.name}
