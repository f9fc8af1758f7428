"""What a container holds: filtered, sorted, in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from muniment_sandbox.ecm.answers import bare, collection, page_of, paging, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.facets import condition
from muniment_sandbox.ecm.state.nodes import LEAVES, Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.views.nodes import fields_of, node_result, properties

routes = Routes()
DEFAULT_LIMIT = 25
_CONTAINERS, _SEARCHABLE, _NON_CONTAINERS = -1, -2, -3

_SortKey: TypeAlias = Callable[[Node], tuple[str | int, ...]]
_SORT_KEYS: dict[str, _SortKey] = {
    "create_date": lambda node: (node.create_date, node.id),
    "id": lambda node: (node.id,),
    "modify_date": lambda node: (node.modify_date, node.id),
    "name": lambda node: (node.name.casefold(),),
    "size": lambda node: (node.versions[-1].size_bytes if node.versions else 0, node.id),
    "type": lambda node: (node.type, node.name.casefold()),
    "mime_type": lambda node: (node.versions[-1].mime_type if node.versions else "", node.name.casefold()),
}


@routes.on("GET", "/v2/nodes/{id}/nodes")
def list_children(call: Call) -> Answer:
    node = call.node(needs="see_contents")
    page = page_of(call, default=DEFAULT_LIMIT)
    sort = sort_of(call)
    ids, total = page_ids(call, node, sort, (page.start, page.stop))
    fields = fields_of(call)
    items = [node_result(call, call.state.tree.get(one), fields) for one in ids]
    return collection(call, items, page, total, sort)


@routes.on("GET", "/v1/nodes/{id}/nodes")
def list_children_v1(call: Call) -> Answer:
    node = call.node(needs="see_contents")
    page = page_of(call, default=DEFAULT_LIMIT)
    sort = sort_of(call)
    ids, total = page_ids(call, node, sort, (page.start, page.stop))
    items = [properties(call.state, call.state.tree.get(one)) for one in ids]
    return bare({"data": items, "sort": sort, **paging(page, total)})


@routes.on("GET", "/v2/nodes/{id}/nodes/all")
def list_all_children(call: Call) -> Answer:
    ids, _ = page_ids(call, call.node(needs="see_contents"), sort_of(call), (0, None))
    fields = fields_of(call)
    return results(call, [node_result(call, call.state.tree.get(one), fields) for one in ids])


def page_ids(call: Call, node: Node, sort: str, span: tuple[int, int | None]) -> tuple[Sequence[int], int]:
    """Ids of one page and the number of all that match; the default listing looks at no node."""
    children = call.state.tree.children(node.id)
    start, stop = span
    part = call.form.text("where_name")
    accepts = _type_filter(call, children.types)
    sees_all = call.state.access.sees_all_below(node, call.member)
    facets = call.form.texts("where_facet")
    if accepts is None and not part and not facets and sees_all and sort in ("asc_name", "desc_name"):
        end = len(children) if stop is None else stop
        return children.slice(start, end, descending=sort == "desc_name"), len(children)
    ids = children.containing(part) if part else list(children.ids())
    if accepts is not None:
        ids = [one for one in ids if accepts(call.state.tree.get(one).type)]
    if facets:
        passes = condition(facets)
        ids = [one for one in ids if passes(call.state.tree.get(one))]
    if not sees_all:
        ids = [one for one in ids if call.sees(call.state.tree.get(one))]
    for column in reversed(sort.split(",")):
        _sort_by(call, ids, column)
    return ids[start:stop], len(ids)


def _sort_by(call: Call, ids: list[int], sort: str) -> None:
    direction, _, column = sort.partition("_")
    key = _SORT_KEYS[column]
    ids.sort(key=lambda one: key(call.state.tree.get(one)), reverse=direction == "desc")


def _type_filter(call: Call, present: Sequence[int] | dict[int, int]) -> Callable[[int], bool] | None:
    """Which subtypes pass; ``None`` when all that are present do."""
    wanted = set(call.form.integers("where_type"))
    if not wanted or _SEARCHABLE in wanted:
        return None

    def accepts(subtype: int) -> bool:
        if subtype in wanted:
            return True
        return (_NON_CONTAINERS if subtype in LEAVES else _CONTAINERS) in wanted

    return None if all(accepts(subtype) for subtype in present) else accepts


def sort_of(call: Call) -> str:
    """The columns to sort by, the first one foremost: ``asc_type,desc_modify_date``, or repeated."""
    given = [one.strip() for one in call.form.texts("sort") if one.strip()] or ["asc_name"]
    wanted: list[str] = []
    for text in given:
        direction, _, column = text.partition("_")
        if direction not in ("asc", "desc"):
            direction, column = "asc", text
        if column not in _SORT_KEYS:
            raise Refused(Kind.INVALID, f"The sort column '{column}' is invalid.")
        wanted.append(f"{direction}_{column}")
    return ",".join(wanted)
