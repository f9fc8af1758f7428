"""Business workspaces as the API shows them."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import link
from muniment_sandbox.ecm.calls import Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.clock import iso_local
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.workspace_types import BusinessObjectType, WorkspaceType
from muniment_sandbox.ecm.state.workspaces import BusinessObject, Role, Workspace
from muniment_sandbox.ecm.views.nodes import fields_of, node_result, properties


def workspace_properties(state: EcmState, node: Node) -> JsonObject:
    """The node's properties; dates without zone, as business workspaces write them."""
    return properties(state, node) | {
        "create_date": iso_local(node.create_date),
        "modify_date": iso_local(node.modify_date),
    }


def workspace_item(call: Call, node: Node) -> JsonObject:
    """One element of a list of workspaces."""
    fields = fields_of(call)
    shown = fields.cut("properties", workspace_properties(call.state, node))
    data: dict[str, Json] = {"properties": shown}
    if "categories" in fields:
        data["categories"] = [call.state.categories.values(one) for one in node.categories.values()]
    item: JsonObject = {"actions": _open_action(node), "data": data}
    if call.form.flag("metadata"):
        result = node_result(call, node, fields)
        item |= {key: value for key, value in result.items() if key.startswith("metadata")}
    return item


def workspace_result(call: Call, workspace: Workspace) -> JsonObject:
    """The answer to reading one workspace."""
    node = call.state.tree.get(workspace.node_id)
    item = workspace_item(call, node)
    data: dict[str, Json] = {
        **_data(item),
        "business_properties": business_properties(call.state, workspace),
        "display_urls": [],
        "wksp_info": {"wksp_type_icon": None},
        "workspace_references": [reference(call.state, one) for one in workspace.objects],
    }
    return item | {"data": data}


def business_properties(state: EcmState, workspace: Workspace) -> JsonObject:
    first = next(iter(workspace.objects), None)
    return {
        "business_object_id": first.bo_id if first else None,
        "business_object_type": first.bo_type if first else None,
        "external_system_id": first.ext_system_id if first else None,
        "isEarly": first is None,
        "workspace_type_id": workspace.type_id,
        "workspace_type_name": _type_name(state, workspace.type_id),
    }


def reference(state: EcmState, business_object: BusinessObject) -> JsonObject:
    kind = state.workspace_types.object_type(business_object.ext_system_id, business_object.bo_type)
    return {
        "business_object_id": business_object.bo_id,
        "business_object_type": business_object.bo_type,
        "business_object_type_id": kind.id if kind else None,
        "external_system_id": business_object.ext_system_id,
        "has_default_display": False,
        "has_default_search": bool(kind and kind.is_default_search),
        "workspace_type_id": kind.workspace_type_id if kind else None,
    }


def type_properties(state: EcmState, kind: WorkspaceType, *, with_templates: bool) -> JsonObject:
    templates = [state.tree.find(one) for one in kind.template_ids] if with_templates else []
    return {
        "config_node_id": kind.config_node_id,
        "is_policies_enabled": False,
        "rm_enabled": kind.rm_enabled,
        "templates": [
            {"id": node.id, "name": node.name, "subtype": node.type} for node in templates if node is not None
        ],
        "wksp_creation": {
            "location": "fixed" if kind.location_id is not None else "current",
            "location_value": None if kind.location_id is None else str(kind.location_id),
            "name_generation": False,
        },
        "wksp_type_id": kind.id,
        "wksp_type_name": kind.name,
        "wksp_type_names": {"en": kind.name},
    }


def object_type_properties(kind: BusinessObjectType) -> JsonObject:
    return {
        "bo_type": kind.bo_type,
        "bo_type_id": kind.id,
        "bo_type_name": kind.name,
        "ext_system_id": kind.ext_system_id,
        "is_default_Search": kind.is_default_search,
        "workspace_type_id": kind.workspace_type_id,
    }


def role_properties(role: Role) -> JsonObject:
    return {
        "description": role.description,
        "id": role.id,
        "inherited_from_id": None,
        "leader": role.is_leader,
        "member_count": len(role.member_ids),
        "name": role.name,
        "perms": role.perms,
    }


def _data(item: JsonObject) -> JsonObject:
    data = item["data"]
    return dict(data) if isinstance(data, dict) else {}


def _open_action(node: Node) -> JsonObject:
    return {
        "data": {"open": link(f"/api/v2/nodes/{node.id}/nodes", name="Open")},
        "map": {"default_action": "open"},
        "order": ["open"],
    }


def _type_name(state: EcmState, type_id: int) -> str:
    kind = state.workspace_types.find(type_id)
    return kind.name if kind is not None else ""
