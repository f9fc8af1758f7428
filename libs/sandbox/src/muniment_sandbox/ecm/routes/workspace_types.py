"""The set-up of business workspaces: types, templates, business object types, external systems."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.workspace_types import ExternalSystem, WorkspaceType
from muniment_sandbox.ecm.views.workspaces import object_type_properties, type_properties

routes = Routes()


@routes.on("GET", "/v2/businessworkspacetypes")
def list_types(call: Call) -> Answer:
    form, known = call.form, call.state.workspace_types
    kinds = known.all()
    if form.text("ext_system_id") and form.text("bo_type"):
        object_type = known.object_type(form.text("ext_system_id"), form.text("bo_type"))
        kinds = [one for one in kinds if object_type is not None and one.id == object_type.workspace_type_id]
    if form.text("sort") == "desc_name":
        kinds.reverse()
    return results(call, [_type_result(call, one) for one in kinds])


@routes.on("GET", "/v2/businessworkspacetypes/{id}")
def get_type(call: Call) -> Answer:
    return results(call, _type_result(call, _type(call)))


@routes.on("GET", "/v1/businessworkspacetypes/{id}")
def get_type_v1(call: Call) -> Answer:
    return bare({"icon_url": "", "is_policies_enabled": False, "workspace_type": _type(call).name})


@routes.on("GET", "/v2/businessobjecttypes")
def list_object_types(call: Call) -> Answer:
    kinds = call.state.workspace_types.object_types()
    if "where_is_default_search" in call.form:
        wanted = call.form.flag("where_is_default_search")
        kinds = [one for one in kinds if one.is_default_search is wanted]
    return results(call, [{"data": {"properties": object_type_properties(one)}} for one in kinds])


@routes.on("GET", "/v2/businessobjecttypes/{id}")
def get_object_type(call: Call) -> Answer:
    kind = call.state.workspace_types.object_type_by_id(call.number())
    if kind is None:
        raise Refused(Kind.NOT_FOUND, f"The business object type {call.number()} does not exist.")
    return results(call, {"data": {"properties": object_type_properties(kind)}})


@routes.on("GET", "/v2/externalsystems")
def list_systems(call: Call) -> Answer:
    """The connections, filtered by ``where_name`` and ``where_conntype`` (brace lists)."""
    names, kinds = call.form.texts("where_name"), call.form.texts("where_conntype")
    return results(
        call,
        [
            _system(one)
            for one in call.state.workspace_types.systems()
            if (not names or one.name in names) and (not kinds or one.conn_type in kinds)
        ],
    )


@routes.on("POST", "/v2/externalsystems", takes_json=True)
def add_system(call: Call) -> Answer:
    call.require_admin()
    form = call.form
    system = ExternalSystem(
        form.required_text("external_system_name"),
        form.text("conn_type", "HTTP"),
        form.text("baseurl"),
        form.text("system_comment"),
        call.state.sequence.next(),
    )
    return results(call, _system(call.state.workspace_types.add_system(system)))


@routes.on("GET", "/v2/externalsystems/{system}/config")
def get_system(call: Call) -> Answer:
    for one in call.state.workspace_types.systems():
        if one.name == call.params["system"]:
            return results(call, _system(one))
    raise Refused(Kind.NOT_FOUND, f"The external system '{call.params['system']}' does not exist.")


def _type(call: Call) -> WorkspaceType:
    kind = call.state.workspace_types.find(call.number())
    if kind is None:
        raise Refused(Kind.NOT_FOUND, f"The business workspace type {call.number()} does not exist.")
    return kind


def _type_result(call: Call, kind: WorkspaceType) -> JsonObject:
    shown = type_properties(call.state, kind, with_templates=call.form.flag("expand_templates"))
    data: dict[str, Json] = {"properties": shown}
    if call.form.flag("expand_wksp_info"):
        data["wksp_info"] = {"wksp_type_icon": kind.icon or None}
    return {"data": data}


def _system(system: ExternalSystem) -> JsonObject:
    return {
        "OAUTH_REQUEST_TYPE": "BASIC",
        "OAUTH_SCOPE": "",
        "SAP_CLIENT": "",
        "asurl": system.base_url,
        "asurl_v4": "",
        "auth_method": "BASIC",
        "baseurl": system.base_url,
        "client_id": "",
        "conn_type": system.conn_type,
        "enabled": 1,
        "extsystem_node_id": system.node_id,
        "id_extsystem": system.name,
        "multilinguals": {"en": system.name},
        "schema_version": 1,
        "system_comment": system.comment,
        "token_endpoint": "",
        "username": "",
    }
