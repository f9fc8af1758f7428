"""Permissions of nodes: default access (owner, group, public), assigned access, effective rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from muniment_sandbox.ecm.answers import collection, nothing, page_of, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.form import Form
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument, missing_argument
from muniment_sandbox.ecm.state.rights import MASKS, Acl, mask_of
from muniment_sandbox.ecm.views.members import member_summary
from muniment_sandbox.ecm.views.permissions import permission_entries, permission_entry

routes = Routes()
_Change: TypeAlias = Callable[[Node], Acl]
_ITEM, _BELOW, _ITEM_AND_BELOW, _ITEM_AND_CHILDREN = 0, 1, 2, 3


@routes.on("GET", "/v2/nodes/{id}/permissions")
def list_permissions(call: Call) -> Answer:
    """All entries, or a page of them when one is asked for."""
    shown = [_result(call, entry) for entry in permission_entries(call.state, call.node())]
    if "page" not in call.form and "limit" not in call.form:
        return results(call, shown)
    page = page_of(call, default=25)
    return collection(call, shown[page.start : page.stop], page, len(shown), "asc_type")


@routes.on("GET", "/v2/nodes/{id}/permissions/owner")
def owner_permissions(call: Call) -> Answer:
    return _one_of(call, "owner")


@routes.on("GET", "/v2/nodes/{id}/permissions/group")
def group_permissions(call: Call) -> Answer:
    return _one_of(call, "group")


@routes.on("GET", "/v2/nodes/{id}/permissions/public")
def public_permissions(call: Call) -> Answer:
    return _one_of(call, "public")


@routes.on("GET", "/v2/nodes/{id}/permissions/custom")
def custom_permissions(call: Call) -> Answer:
    entries = permission_entries(call.state, call.node())
    return results(call, [_result(call, one) for one in entries if one["type"] == "custom"])


@routes.on("GET", "/v2/nodes/{id}/permissions/custom/{right_id}")
def one_custom_permission(call: Call) -> Answer:
    right_id = call.number("right_id")
    for entry in permission_entries(call.state, call.node()):
        if entry["type"] == "custom" and entry["right_id"] == right_id:
            return results(call, _result(call, entry))
    raise _no_such(right_id)


@routes.on("GET", "/v2/nodes/{id}/permissions/effective/{right_id}")
def effective_permissions(call: Call) -> Answer:
    """What a user or group may do in all, with everything its groups and roles give."""
    node = call.node()
    member = call.state.members.get(call.number("right_id"))
    entry = permission_entry("effective", member.id, call.state.access.rights(node, member))
    return results(call, _result(call, entry))


@routes.on("PUT", "/v2/nodes/{id}/permissions/owner")
def set_owner(call: Call) -> Answer:
    """Set what the owner may do; ``right_id`` makes another user the owner."""
    node = call.node(needs="edit_permissions")
    right_id = call.form.integer("right_id")
    if right_id is not None:
        owner_id = call.state.members.get(right_id).id
        for target in _targets(call, node):
            target.owner_user_id = owner_id
    mask = _mask(call.form)
    return _change(call, node, lambda target: replace(target.acl, owner=mask))


@routes.on("PUT", "/v2/nodes/{id}/permissions/group")
def set_group(call: Call) -> Answer:
    node = call.node(needs="edit_permissions")
    right_id = call.form.integer("right_id")
    group_id = None if right_id is None else call.state.members.get(right_id).id
    mask = _mask(call.form)
    return _change(
        call,
        node,
        lambda target: replace(
            target.acl, group=mask, group_id=target.acl.group_id if group_id is None else group_id
        ),
    )


@routes.on("PUT", "/v2/nodes/{id}/permissions/public")
def set_public(call: Call) -> Answer:
    mask = _mask(call.form)
    node = call.node(needs="edit_permissions")
    return _change(call, node, lambda target: replace(target.acl, public=mask))


@routes.on("DELETE", "/v2/nodes/{id}/permissions/owner")
def remove_owner(call: Call) -> Answer:
    node = call.node(needs="edit_permissions")
    return _change(call, node, lambda target: replace(target.acl, owner=None))


@routes.on("DELETE", "/v2/nodes/{id}/permissions/group")
def remove_group(call: Call) -> Answer:
    node = call.node(needs="edit_permissions")
    return _change(call, node, lambda target: replace(target.acl, group=None))


@routes.on("DELETE", "/v2/nodes/{id}/permissions/public")
def remove_public(call: Call) -> Answer:
    node = call.node(needs="edit_permissions")
    return _change(call, node, lambda target: replace(target.acl, public=None))


@routes.on("POST", "/v2/nodes/{id}/permissions/custom")
def assign(call: Call) -> Answer:
    """Assign rights to a user, group or role; an assignment that is there is replaced."""
    node = call.node(needs="edit_permissions")
    right_id = _right_holder(call, node, call.form.required_integer("right_id"))
    mask = _mask(call.form)
    return _change(call, node, lambda target: target.acl.with_assigned(right_id, mask))


@routes.on("POST", "/v2/nodes/{id}/permissions/custom/bulk")
def assign_many(call: Call) -> Answer:
    node = call.node(needs="edit_permissions")
    pairs = [_pair(call, node, one) for one in _entries(call.form)]

    def change(target: Node) -> Acl:
        acl = target.acl
        for right_id, mask in pairs:
            acl = acl.with_assigned(right_id, mask)
        return acl

    return _change(call, node, change)


@routes.on("PUT", "/v2/nodes/{id}/permissions/custom/{right_id}")
def change_assigned(call: Call) -> Answer:
    node = call.node(needs="edit_permissions")
    right_id = call.number("right_id")
    if not any(one["right_id"] == right_id for one in permission_entries(call.state, node)):
        raise _no_such(right_id)
    mask = _mask(call.form)
    return _change(call, node, lambda target: target.acl.with_assigned(right_id, mask))


@routes.on("DELETE", "/v2/nodes/{id}/permissions/custom/{right_id}")
def remove_assigned(call: Call) -> Answer:
    node = call.node(needs="edit_permissions")
    right_id = call.number("right_id")
    if node.acl.assigned(right_id) is None:
        raise _no_such(right_id)
    return _change(call, node, lambda target: target.acl.with_assigned(right_id, None))


@routes.on("POST", "/v2/ai/nodes/permissions/check", "/v2/nodes/permissions/check")
def check_permissions(call: Call) -> Answer:
    """The ids among those given that the caller, or the member ``right_id``, may see."""
    member = call.member
    right_id = call.form.integer("right_id")
    if right_id is not None and right_id != member.id:
        call.require_admin()
        member = call.state.members.get(right_id)
    found = [call.state.tree.find(one) for one in call.form.integers("ids")]
    access = call.state.access
    return results(call, {"ids": [one.id for one in found if one is not None and access.sees(one, member)]})


def _one_of(call: Call, kind: str) -> Answer:
    for entry in permission_entries(call.state, call.node()):
        if entry["type"] == kind:
            return results(call, _result(call, entry))
    return nothing(call)


def _change(call: Call, node: Node, change: _Change) -> Answer:
    """Change the access lists of all the request means; of what is below, only what may be changed."""
    for target in _targets(call, node):
        call.state.access.set_acl(target, change(target), call.member.id)
        call.state.audit.note(target, Event.PERMISSION_CHANGED, call.member.id)
    return results(call, [_result(call, entry) for entry in permission_entries(call.state, node)])


def _targets(call: Call, node: Node) -> list[Node]:
    scope = call.form.integer("apply_to") or _ITEM
    if scope not in (_ITEM, _BELOW, _ITEM_AND_BELOW, _ITEM_AND_CHILDREN):
        raise invalid_argument("apply_to")
    if scope != _ITEM and not node.is_container:
        raise Refused(Kind.FAILED, "Permissions can be applied to sub-items of containers only.")
    return list(_scope(call, node, scope))


def _scope(call: Call, node: Node, scope: int) -> Iterator[Node]:
    if scope != _BELOW:
        yield node
    below: Iterator[Node] = iter(())
    if scope in (_BELOW, _ITEM_AND_BELOW):
        below = call.state.tree.descendants(node)
    elif scope == _ITEM_AND_CHILDREN:
        below = (call.state.tree.get(one) for one in call.state.tree.children(node.id).ids())
    mask = MASKS["edit_permissions"]
    for one in below:
        if one.id != node.id and call.state.access.allows(one, call.member, mask):
            yield one


def _result(call: Call, entry: JsonObject) -> JsonObject:
    right_id = entry["right_id"]
    expand = call.form.text("expand")
    if "right_id" in expand and isinstance(right_id, int):
        member = call.state.members.find(right_id)
        if member is not None:
            entry = entry | {"right_id_expand": member_summary(member)}
    return {"data": {"permissions": entry}}


def _mask(form: Form) -> int:
    if "permissions" not in form:
        raise missing_argument("permissions")
    return mask_of(form.texts("permissions"))


def _entries(form: Form) -> list[Json]:
    entries = form.items("permissions_array")
    if not entries:
        raise missing_argument("permissions_array")
    return entries


def _pair(call: Call, node: Node, given: Json) -> tuple[int, int]:
    if not isinstance(given, dict):
        raise invalid_argument("permissions_array")
    form = Form(given)
    return _right_holder(call, node, form.required_integer("right_id")), _mask(form)


def _right_holder(call: Call, node: Node, right_id: int) -> int:
    """A user, a group, or a role of the workspace around the node."""
    if right_id in dict(call.state.access.roles(node)):
        return right_id
    return call.state.members.get(right_id).id


def _no_such(right_id: int) -> Refused:
    return Refused(Kind.FAILED, f"The user or group {right_id} has no assigned access to the item.")
