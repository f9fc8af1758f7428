"""Access lists as the API shows them."""

from __future__ import annotations

from muniment_sandbox.ecm.jsontype import JsonObject
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.rights import names_of

KINDS = ("owner", "group", "public", "custom")


def permission_entries(state: EcmState, node: Node) -> list[JsonObject]:
    """Default access first, then assigned access; the roles of the workspace are assigned access too."""
    acl = node.acl
    entries: list[JsonObject] = []
    if acl.owner is not None:
        entries.append(permission_entry("owner", node.owner_user_id, acl.owner))
    if acl.group is not None:
        entries.append(permission_entry("group", acl.group_id, acl.group))
    if acl.public is not None:
        entries.append(permission_entry("public", None, acl.public))
    roles = dict(state.access.roles(node))
    assigned = roles | dict(acl.custom)
    return entries + [permission_entry("custom", right_id, mask) for right_id, mask in assigned.items()]


def permission_entry(kind: str, right_id: int | None, mask: int) -> JsonObject:
    return {"permissions": names_of(mask), "right_id": right_id, "type": kind}
