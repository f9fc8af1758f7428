"""What the pages show of nodes: plain values for the templates, no markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.definitions import Attribute, AttributeType
from muniment_sandbox.ecm.state.nodes import Node, Version

_BADGES = ("accent", "blue", "plum", "warn", "good")
_MAX_TREE_NODES = 2000


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way from the volume."""

    name: str
    href: str


@dataclass(slots=True)
class Branch:
    """A node of a shown tree. ``count`` is the number of documents below a folder."""

    node: Node
    version: Version | None
    number: str
    children: list[Branch] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """A titled list of names and values; ``rows`` are the rows of attribute sets."""

    title: str
    values: list[tuple[str, str]]
    tables: list[tuple[str, list[str], list[list[str]]]]


def breadcrumbs(state: EcmState, node: Node) -> list[Crumb]:
    return [Crumb(one.name, f"/nodes/{one.id}") for one in state.tree.ancestors(node)]


def workspace_row(state: EcmState, node: Node) -> dict[str, object]:
    workspace = state.workspaces.get(node.id)
    kind = state.workspace_types.find(workspace.type_id)
    documents = sum(1 for below in state.tree.descendants(node) if below.is_document)
    return {
        "id": node.id,
        "name": node.name,
        "description": node.description,
        "type": kind.name if kind is not None else "",
        "badge": _BADGES[workspace.type_id % len(_BADGES)],
        "objects": [f"{one.bo_type} {one.bo_id}" for one in workspace.objects],
        "documents": documents,
        "modified": node.modify_date,
    }


def workspace_card(state: EcmState, node: Node) -> dict[str, object] | None:
    """Business objects, relations and roles of a workspace; ``None`` for a template's copy that is none."""
    workspace = state.workspaces.find(node.id)
    if workspace is None:
        return None
    kind = state.workspace_types.find(workspace.type_id)
    return {
        "type": kind.name if kind is not None else "",
        "badge": _BADGES[workspace.type_id % len(_BADGES)],
        "objects": workspace.objects,
        "children": [state.tree.get(one) for one in state.workspaces.related(workspace, "child")],
        "parents": [state.tree.get(one) for one in state.workspaces.related(workspace, "parent")],
        "roles": [
            (role.name, role.is_leader, [state.members.get(one).display_name for one in role.member_ids])
            for role in workspace.roles
        ],
    }


def tree_of(state: EcmState, node: Node) -> Branch:
    """The folders and documents below a node, at most some thousands of them."""
    left = _MAX_TREE_NODES

    def branch_of(one: Node) -> Branch:
        nonlocal left
        branch = Branch(one, one.versions[-1] if one.versions else None, _number(state, one))
        for child_id in state.tree.children(one.id).ids():
            if left <= 0:
                break
            left -= 1
            child = branch_of(state.tree.get(child_id))
            branch.children.append(child)
            branch.count += child.count + (1 if child.node.is_document else 0)
        return branch

    return branch_of(node)


def folder_rows(state: EcmState, nodes: Iterable[Node]) -> list[dict[str, object]]:
    return [
        {
            "id": node.id,
            "name": node.name,
            "type": node.type_name,
            "is_container": node.is_container,
            "items": len(state.tree.children(node.id)) if node.is_container else None,
            "size": node.versions[-1].size_bytes if node.versions else None,
            "modified": node.modify_date,
        }
        for node in nodes
    ]


def version_rows(state: EcmState, node: Node) -> list[dict[str, object]]:
    """Versions, the newest first."""
    rows: list[dict[str, object]] = []
    for version in reversed(node.versions):
        member = state.members.find(version.owner_id)
        rows.append({
            "number": version.number,
            "file_name": version.file_name,
            "size": version.size_bytes,
            "created": version.create_date,
            "by": member.display_name if member is not None else "",
            "description": version.description,
        })  # fmt: skip
    return rows


def category_cards(state: EcmState, node: Node) -> list[Card]:
    cards: list[Card] = []
    for applied in node.categories.values():
        definition = state.categories.find(applied.category_id)
        if definition is None:
            continue
        values: list[tuple[str, str]] = []
        tables: list[tuple[str, list[str], list[list[str]]]] = []
        for item in definition.as_of(applied.version):
            if isinstance(item, Attribute):
                values.append((item.name, shown_value(state, item, applied.values.get(item.id))))
                continue
            rows = applied.rows.get(item.id, [])
            cells = [[shown_value(state, one, row.get(one.id)) for one in item.attributes] for row in rows]
            tables.append((item.name, [one.name for one in item.attributes], cells))
        cards.append(Card(definition.name, values, tables))
    return cards


def facts(state: EcmState, node: Node) -> list[tuple[str, str]]:
    """The properties of a node that a person asks for."""
    owner = state.members.find(node.owner_user_id)
    shown = [
        ("Node id", str(node.id)),
        ("Type", node.type_name),
        ("Description", node.description),
        ("Owner", owner.display_name if owner is not None else ""),
        ("Nickname", node.nickname),
        ("Classifications", ", ".join(_names(state, node.classifications))),
        ("Origin date", node.external.create_date or ""),
        ("Origin", node.external.identity or node.external.source),
        ("Link", node.url),
    ]
    return [(name, value) for name, value in shown if value]


def _number(state: EcmState, node: Node) -> str:
    """The value of an attribute named *Number* or *Kind*, to tell documents apart at a glance."""
    for applied in node.categories.values():
        definition = state.categories.find(applied.category_id)
        for item in definition.items if definition is not None else ():
            if isinstance(item, Attribute) and item.name == "Kind" and applied.values.get(item.id):
                return str(applied.values[item.id])
    return ""


def shown_value(state: EcmState, attribute: Attribute, value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(shown_value(state, attribute, one) for one in value)
    if value is None:
        return ""
    if attribute.type is AttributeType.USER and isinstance(value, int):
        member = state.members.find(value)
        return member.display_name if member is not None else str(value)
    if attribute.type is AttributeType.DATE:
        return str(value)[:10]
    if attribute.type is AttributeType.DATETIME:
        return str(value).replace("T", " ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _names(state: EcmState, ids: Iterable[int]) -> list[str]:
    found = [state.tree.find(one) for one in ids]
    return [one.name for one in found if one is not None]
