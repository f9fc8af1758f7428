"""What the pages show of keeping: the record side of an item, its holds, its audit trail, who may do what."""

from __future__ import annotations

from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.views.permissions import permission_entries
from muniment_sandbox.ecm.views.records import rsi_details

MAX_EVENTS = 50


def record_card(state: EcmState, node: Node) -> list[tuple[str, str]]:
    """The RM classification with its dates and codes; empty when the item is no record."""
    record = state.records.find(node.id)
    if record is None:
        return []
    found = state.tree.find(record.class_id)
    details = record.details
    shown = [
        ("RM classification", found.name if found is not None else ""),
        ("Record date", details.record_date or ""),
        ("Status", details.file_status),
        ("Retention", ", ".join(record.rsis)),
        ("Kept until", ", ".join(_ends(state, node, record.rsis))),
        ("Essential", details.essential),
        ("Official", "yes" if details.official else ""),
        ("Final", "yes, nothing can be changed" if record.is_final else ""),
        ("Confidential", "yes" if record.is_confidential else ""),
        ("Inherited", "from the folder" if record.is_inherited else ""),
    ]
    return [(name, value) for name, value in shown if value]


def hold_rows(state: EcmState, node: Node) -> list[dict[str, object]]:
    """The holds that keep the item, its own and those of what is around it."""
    rows: list[dict[str, object]] = []
    for hold, held in state.holds.on(node):
        around = state.tree.find(held.node_id)
        rows.append({
            "name": hold.name,
            "type": hold.type,
            "comment": hold.comment,
            "active": hold.is_active,
            "applied": held.date_applied,
            "by": held.applied_by,
            "around": around if around is not None and around.id != node.id else None,
        })  # fmt: skip
    return rows


def audit_rows(state: EcmState, node: Node) -> list[dict[str, object]]:
    """The latest events of the item, the newest first."""
    rows: list[dict[str, object]] = []
    for entry in list(state.audit.trail(node))[: -MAX_EVENTS - 1 : -1]:
        member = state.members.find(entry.member_id)
        rows.append({
            "event": f"{entry.label} {entry.detail}".strip(),
            "date": entry.date,
            "by": member.display_name if member is not None else str(entry.member_id),
        })  # fmt: skip
    return rows


def permission_rows(state: EcmState, node: Node) -> list[tuple[str, str]]:
    """Who may do what with the item, by name."""
    rows: list[tuple[str, str]] = []
    for entry in permission_entries(state, node):
        right_id, rights, kind = entry["right_id"], entry["permissions"], entry["type"]
        name = _holder(state, node, right_id) if isinstance(right_id, int) else "Everyone"
        shown = ", ".join(str(one).replace("_", " ") for one in rights) if isinstance(rights, list) else ""
        if shown:
            rows.append((f"{name} ({kind})" if kind in ("owner", "group") else name, shown))
    return rows


def _holder(state: EcmState, node: Node, right_id: int) -> str:
    """The name of a member, or of a role of the workspace around the item."""
    member = state.members.find(right_id)
    if member is not None:
        return member.display_name
    around = state.workspaces.containing(node)
    workspace = None if around is None else state.workspaces.template(around.id)
    roles = workspace.roles if workspace is not None else []
    return next((f"{role.name} (role)" for role in roles if role.id == right_id), str(right_id))


def _ends(state: EcmState, node: Node, names: list[str]) -> list[str]:
    found = [state.retention.named(name) for name in names]
    dates = [
        row["CalculatedDate"] for rsi in found if rsi is not None for row in rsi_details(state, node, rsi)
    ]
    return [str(date) for date in dates if date is not None]
