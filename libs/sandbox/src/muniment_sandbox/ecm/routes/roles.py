"""Roles of business workspaces, and who has them."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import nothing, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.rights import mask_of
from muniment_sandbox.ecm.state.workspaces import Role, Workspace
from muniment_sandbox.ecm.views.members import member_properties
from muniment_sandbox.ecm.views.workspaces import role_properties

routes = Routes()


@routes.on("GET", "/v2/businessworkspaces/{id}/roles")
def list_roles(call: Call) -> Answer:
    roles = call.workspace().roles
    return results(call, [{"data": {"properties": role_properties(role)}} for role in roles])


@routes.on("GET", "/v2/businessworkspaces/{id}/roles/{role_id}")
def get_role(call: Call) -> Answer:
    return results(call, {"data": {"properties": role_properties(_role(call)[1])}})


@routes.on("PUT", "/v2/businessworkspaces/{id}/roles/{role_id}", takes_json=True)
def change_role(call: Call) -> Answer:
    """Set the rights of a role."""
    workspace, role = _role(call)
    role.perms = mask_of(call.form.texts("permissions"))
    call.state.workspaces.changed(workspace)
    return results(call, {"data": {"properties": role_properties(role)}})


@routes.on("GET", "/v2/businessworkspaces/{id}/roles/{role_id}/members")
def list_role_members(call: Call) -> Answer:
    _, role = _role(call)
    return results(call, [_member_result(call, member_id) for member_id in role.member_ids])


@routes.on("POST", "/v2/businessworkspaces/{id}/roles/{role_id}/members", takes_json=True)
def add_role_member(call: Call) -> Answer:
    workspace, role = _role(call)
    member = call.state.members.get(call.form.required_integer("id"))
    if member.id in role.member_ids:
        raise Refused(Kind.INVALID, f"The member '{member.name}' has the role '{role.name}' already.")
    role.member_ids.append(member.id)
    call.state.workspaces.changed(workspace)
    return results(call, _member_result(call, member.id))


@routes.on("DELETE", "/v2/businessworkspaces/{id}/roles/{role_id}/members/{member_id}")
def remove_role_member(call: Call) -> Answer:
    workspace, role = _role(call)
    member_id = call.number("member_id")
    if member_id not in role.member_ids:
        raise Refused(Kind.NOT_FOUND, f"The member {member_id} does not have the role '{role.name}'.")
    role.member_ids.remove(member_id)
    call.state.workspaces.changed(workspace)
    return nothing(call)


@routes.on("GET", "/v2/businessworkspaces/{id}/members")
def list_all_members(call: Call) -> Answer:
    """Everyone who has any role, once."""
    workspace = call.workspace()
    ids = dict.fromkeys(member_id for role in workspace.roles for member_id in role.member_ids)
    return results(call, [_member_result(call, member_id) for member_id in ids])


def _role(call: Call) -> tuple[Workspace, Role]:
    workspace = call.workspace(needs="see" if call.method == "GET" else "edit_permissions")
    return workspace, workspace.role(call.number("role_id"))


def _member_result(call: Call, member_id: int) -> JsonObject:
    return {"data": {"properties": member_properties(call.state.members.get(member_id))}}
