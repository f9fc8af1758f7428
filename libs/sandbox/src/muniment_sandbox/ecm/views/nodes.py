"""Nodes and versions as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping

from muniment_sandbox.ecm.calls import Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.clock import iso
from muniment_sandbox.ecm.state.nodes import External, Node, Version
from muniment_sandbox.ecm.views.categories import node_schemas, schema_order
from muniment_sandbox.ecm.views.fields import Fields
from muniment_sandbox.ecm.views.members import member_summary
from muniment_sandbox.ecm.views.permissions import permission_entries

_MEMBER_KEYS = frozenset(
    {"create_user_id", "modify_user_id", "owner_user_id", "owner_group_id", "reserved_user_id"}
)
_NODE_KEYS = frozenset({"id", "parent_id", "original_id"})


def fields_of(call: Call, *default: str) -> Fields:
    """The sections a request asks for."""
    wanted = call.form.value("fields")
    texts = wanted if isinstance(wanted, list) else [wanted] if wanted else []
    return Fields([str(text) for text in texts], default or ("properties",))


def node_result(call: Call, node: Node, fields: Fields) -> JsonObject:
    """One element of ``results``: ``data`` with the wanted sections, and metadata and state on request."""
    state = call.state
    data: JsonObject = {}
    if "properties" in fields:
        shown = dict(fields.cut("properties", properties(state, node)))
        _expand(call, shown)
        data["properties"] = shown
    if "categories" in fields:
        data["categories"] = [state.categories.values(applied) for applied in node.categories.values()]
    if "versions" in fields and node.is_document:
        versions = [fields.cut("versions", version_properties(node, one)) for one in reversed(node.versions)]
        data["versions"] = versions[0] if fields.first_only("versions") and versions else versions
    if "permissions" in fields:
        data["permissions"] = permission_entries(state, node)
    result: JsonObject = {"data": data}
    if call.form.flag("metadata"):
        _add_metadata(state, node, fields, result)
    if call.form.flag("state"):
        result["state"] = state_tokens(state, node)
    return result


def properties(state: EcmState, node: Node) -> JsonObject:
    """Every property of a node."""
    container = node.is_container
    size, size_text = _size(state, node)
    shown: JsonObject = {
        "advanced_versioning": node.advanced_versioning if node.is_document else None,
        "comments": None,
        "container": container,
        "container_size": size if container else 0,
        "create_date": iso(node.create_date),
        "create_user_id": node.create_user_id,
        "description": node.description,
        "description_multilingual": {"en": node.description, **node.descriptions},
        **external_properties(node.external),
        "favorite": False,
        "hidden": node.hidden,
        "icon": _icon(node),
        "icon_large": _icon(node).replace(".", "_large."),
        "id": node.id,
        "image_url": None,
        "mime_type": node.versions[-1].mime_type if node.versions else None,
        "modify_date": iso(node.modify_date),
        "modify_user_id": node.modify_user_id,
        "name": node.name,
        "name_multilingual": {"en": node.name, **node.names},
        "original_id": node.original_id,
        "owner": _owner(state, node),
        "owner_group_id": node.acl.group_id,
        "owner_user_id": node.owner_user_id,
        "parent_id": node.parent_id,
        "permissions_model": "advanced",
        "reserved": bool(node.reserved_user_id),
        "reserved_date": iso(node.reserved_date),
        "reserved_shared_collaboration": False,
        "reserved_user_id": node.reserved_user_id,
        "size": size,
        "size_formatted": size_text,
        "status": None,
        "type": node.type,
        "type_name": node.type_name,
        "versionable": node.is_document,
        "versions_control_advanced": node.advanced_versioning,
        "volume_id": state.tree.volume_of(node),
    }
    if node.url:
        shown["url"] = node.url
    if node.workspace_type_id is not None:
        shown["wnf_wksp_type_id"] = node.workspace_type_id
        shown["wnf_wksp_template_id"] = node.workspace_template_id
    return shown


def ancestor(state: EcmState, node: Node) -> JsonObject:
    return {
        "id": node.id,
        "name": node.name,
        "parent_id": node.parent_id,
        "type": node.type,
        "type_name": node.type_name,
        "volume_id": state.tree.volume_of(node),
    }


def version_properties(node: Node, version: Version) -> JsonObject:
    suffix = version.file_name.rpartition(".")
    return {
        "create_date": iso(version.create_date),
        "description": version.description,
        **external_properties(version.external),
        "file_create_date": iso(version.create_date),
        "file_modify_date": iso(version.modify_date),
        "file_name": version.file_name,
        "file_size": version.size_bytes,
        "file_type": suffix[2].lower() if suffix[1] else "",
        "has_generation": False,
        "id": node.id,
        "locked": version.locked_user_id is not None,
        "locked_date": iso(version.locked_date),
        "locked_user_id": version.locked_user_id,
        "mime_type": version.mime_type,
        "modify_date": iso(version.modify_date),
        "name": version.file_name,
        "owner_id": version.owner_id,
        "provider_id": version.version_id,
        "version_id": version.version_id,
        "version_number": version.number,
        "version_number_major": version.major,
        "version_number_minor": version.minor,
        "version_number_name": f"{version.major}.{version.minor}"
        if node.advanced_versioning
        else str(version.number),
    }


def external_properties(external: External) -> JsonObject:
    return {
        "external_create_date": external.create_date,
        "external_identity": external.identity,
        "external_identity_type": external.identity_type,
        "external_modify_date": external.modify_date,
        "external_source": external.source,
    }


def state_tokens(state: EcmState, node: Node) -> JsonObject:
    """``results.state``: the tokens that detect edit conflicts."""
    return {
        "categories": {
            f"{applied.category_id}_1": {"metadata_token": state.categories.token(applied)}
            for applied in node.categories.values()
        },
        "properties": {"metadata_token": node_token(node)},
    }


def node_token(node: Node) -> str:
    return f"{node.id:x}n{node.edits:x}"


def _add_metadata(state: EcmState, node: Node, fields: Fields, result: JsonObject) -> None:
    metadata: JsonObject = {}
    order: JsonObject = {}
    if "categories" in fields:
        metadata["categories"] = node_schemas(state, node)
        order["categories"] = schema_order(node)
    if "properties" in fields:
        metadata["properties"] = {key: {"key": key, "name": key} for key in fields.keys("properties")}
    result["metadata"] = metadata
    result["metadata_map"] = {}
    result["metadata_order"] = order


def _expand(call: Call, shown: JsonObject) -> None:
    wanted = call.form.value("expand")
    if not wanted:
        return
    texts = wanted if isinstance(wanted, list) else [wanted]
    keys = Fields([str(text) for text in texts]).keys("properties")
    for key in keys & (_NODE_KEYS | _MEMBER_KEYS):
        expanded = _expanded(call, key, shown.get(key))
        if expanded is not None:
            shown[f"{key}_expand"] = expanded


def _expanded(call: Call, key: str, value: Json) -> Mapping[str, Json] | None:
    state = call.state
    if not isinstance(value, int):
        return None
    if key in _MEMBER_KEYS:
        member = state.members.find(value)
        return None if member is None else member_summary(member)
    node = state.tree.find(value)
    return None if node is None or not call.sees(node) else properties(state, node)


def _owner(state: EcmState, node: Node) -> str:
    member = state.members.find(node.owner_user_id)
    return member.display_name if member is not None else ""


def _size(state: EcmState, node: Node) -> tuple[int | None, str]:
    if node.is_container:
        count = len(state.tree.children(node.id))
        return count, f"{count} Item" if count == 1 else f"{count} Items"
    if node.is_document and node.versions:
        size_bytes = node.versions[-1].size_bytes
        return size_bytes, f"{max(1, size_bytes // 1024)} KB"
    return None, ""


def _icon(node: Node) -> str:
    if node.is_workspace:
        return "/cssupport/otsapxecm/wksp_default.png"
    return "/cssupport/webdoc/folder.gif" if node.is_container else "/cssupport/webdoc/doc.gif"
