"""Which business workspaces a request means: by type, name, business object, or a column query."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from muniment_sandbox.ecm.calls import Call
from muniment_sandbox.ecm.column_query import Condition, parse_column_query
from muniment_sandbox.ecm.state.attribute_values import TRUE_WORDS
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.workspaces import BusinessObject

MAX_LIMIT = 500
_FILTERS = (
    "where_workspace_type_id", "where_workspace_type_name", "where_name", "where_column_query", "where_bo_id",
    "where_bo_type", "where_ext_system_id",
)  # fmt: skip
_SORT_KEYS: dict[str, Callable[[Node], tuple[str | int, ...]]] = {
    "name": lambda node: (node.name.casefold(), node.id),
    "create_date": lambda node: (node.create_date, node.id),
    "modify_date": lambda node: (node.modify_date, node.id),
    "id": lambda node: (node.id,),
    "size": lambda node: (node.id,),
}


def find_workspaces(call: Call) -> list[Node]:
    """The workspaces that match, sorted; unfiltered and not expanded only those the caller changed."""
    filtered = any(call.form.text(name) for name in _FILTERS)
    ids = _candidates(call)
    nodes = call.state.access.visible((call.state.tree.get(one) for one in ids), call.member)
    if not filtered and not _expanded(call):
        nodes = [node for node in nodes if call.member.id in (node.create_user_id, node.modify_user_id)]
    accepts = _name_filter(call)
    if accepts is not None:
        nodes = [node for node in nodes if accepts(node)]
    condition = _condition(call)
    if condition is not None:
        nodes = [node for node in nodes if condition.holds(call.state, node)]
    return _sorted(call, nodes)


def _expanded(call: Call) -> bool:
    return call.form.text("expanded_view", "false").lower() in TRUE_WORDS


def _candidates(call: Call) -> Iterable[int]:
    """The smallest set of ids that the indexes give for the filters."""
    form, workspaces = call.form, call.state.workspaces
    if form.text("where_bo_id") and form.text("where_bo_type") and form.text("where_ext_system_id"):
        key = BusinessObject(
            form.text("where_ext_system_id"), form.text("where_bo_type"), form.text("where_bo_id")
        )
        found = workspaces.by_object(key)
        return [] if found is None else [found.node_id]
    type_ids = _type_ids(call)
    ids = (
        workspaces.all()
        if type_ids is None
        else [one for kind in type_ids for one in workspaces.of_type(kind)]
    )
    if not any(form.text(name) for name in ("where_bo_id", "where_bo_type", "where_ext_system_id")):
        return ids
    return [one for one in ids if any(_fits_object(call, key) for key in workspaces.get(one).objects)]


def _fits_object(call: Call, key: BusinessObject) -> bool:
    pairs = {"where_bo_id": key.bo_id, "where_bo_type": key.bo_type, "where_ext_system_id": key.ext_system_id}
    return all(call.form.text(name) in ("", value) for name, value in pairs.items())


def _type_ids(call: Call) -> list[int] | None:
    type_id = call.form.integer("where_workspace_type_id")
    name = call.form.text("where_workspace_type_name").casefold()
    if type_id is not None:
        return [type_id]
    if name:
        return [one.id for one in call.state.workspace_types.all() if one.name.casefold().startswith(name)]
    return None


def _name_filter(call: Call) -> Callable[[Node], bool] | None:
    """``where_name``: equal; ``contains_x`` and ``startswith_x`` as they say; never minding case."""
    wanted = call.form.text("where_name").casefold()
    if not wanted:
        return None
    if wanted.startswith("contains_"):
        part = wanted.removeprefix("contains_")
        return lambda node: part in node.name.casefold()
    if wanted.startswith("startswith_"):
        start = wanted.removeprefix("startswith_")
        return lambda node: node.name.casefold().startswith(start)
    return lambda node: node.name.casefold() == wanted


def _condition(call: Call) -> Condition | None:
    query = call.form.text("where_column_query")
    return parse_column_query(query) if query else None


def _sorted(call: Call, nodes: list[Node]) -> list[Node]:
    sort = call.form.text("sort", "asc_name")
    direction, _, column = sort.partition("_")
    if direction not in ("asc", "desc"):
        direction, column = "asc", sort
    key = _SORT_KEYS.get(column)
    if key is None:
        raise Refused(Kind.INVALID, f"The sort column '{column}' is invalid.")
    return sorted(nodes, key=key, reverse=direction == "desc")
