"""Business workspaces: create, find, read, refer to business objects."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare, nothing, page_of, results, workspace_page
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.form import Form
from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.requests import external_of, role_categories, role_classifications
from muniment_sandbox.ecm.routes.workspace_search import MAX_LIMIT, find_workspaces
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.nodes import NO_ORIGIN
from muniment_sandbox.ecm.state.refusals import Kind, Refused, missing_argument
from muniment_sandbox.ecm.state.workspace_creation import NewWorkspace
from muniment_sandbox.ecm.state.workspaces import BusinessObject
from muniment_sandbox.ecm.views.workspaces import workspace_item, workspace_result

routes = Routes()


@routes.on("POST", "/v2/businessworkspaces", takes_json=True)
def create_workspace(call: Call) -> Answer:
    """Create a workspace from a template, with categories and a business object."""
    node = call.state.workspace_creation.create(_new_workspace(call, call.form), call.member.id, call.require)
    return results(call, {"direct_open": True, "id": node.id, "sub_folder_id": 0})


@routes.on("PUT", "/v2/businessworkspaces", takes_json=True)
def upsert_workspaces(call: Call) -> Answer:
    """Create or update workspaces by their business objects; each entry answers for itself."""
    entries = call.form.items("bws_infos")
    if not entries:
        raise missing_argument("bws_infos")
    outcome: list[Json] = []
    for entry in entries:
        form = Form(entry if isinstance(entry, dict) else {})
        try:
            outcome.append({"error_message": "", "id": _upsert(call, form)})
        except Refused as refused:
            outcome.append({"error_message": refused.text, "id": 0})
    return bare(outcome)


@routes.on("GET", "/v2/businessworkspaces")
def list_workspaces(call: Call) -> Answer:
    page = page_of(call, default=MAX_LIMIT, most=MAX_LIMIT)
    found = find_workspaces(call)
    items = [workspace_item(call, node) for node in found[page.start : page.stop]]
    return workspace_page(call, items, page, len(found))


@routes.on("GET", "/v2/businessworkspaces/{id}")
def get_workspace(call: Call) -> Answer:
    workspace = call.workspace()
    return results(call, workspace_result(call, workspace))


@routes.on("GET", "/v1/businessworkspaces/{id}")
def get_workspace_v1(call: Call) -> Answer:
    return bare(workspace_result(call, call.workspace()))


@routes.on("GET", "/v2/externalsystems/{system}/botypes/{bo_type}/boids/{bo_id}")
def workspace_of_object(call: Call) -> Answer:
    """Find the workspace of a business object; 404 when it has none."""
    key = BusinessObject(call.params["system"], call.params["bo_type"], call.params["bo_id"])
    workspace = call.state.workspaces.by_object(key)
    if workspace is None or not call.sees(call.state.tree.get(workspace.node_id)):
        raise Refused(Kind.NOT_FOUND, f"No business workspace exists for the business object '{key.bo_id}'.")
    page = page_of(call, default=MAX_LIMIT, most=MAX_LIMIT)
    return workspace_page(call, [workspace_item(call, call.state.tree.get(workspace.node_id))], page, 1)


@routes.on("GET", "/v1/nodes/{id}/businessworkspace")
def workspace_of_node(call: Call) -> Answer:
    """Name the workspace a node is in; 404 outside of any."""
    node = call.state.workspaces.containing(call.node())
    if node is None:
        raise Refused(Kind.NOT_FOUND, f"The item {call.number()} does not belong to a business workspace.")
    workspace = call.state.workspaces.get(call.require(node).id)
    return bare({
        "id": node.id,
        "isLinked": bool(workspace.objects),
        "type": node.type,
        "workspace_type_id": workspace.type_id,
    })  # fmt: skip


@routes.on("PUT", "/v2/businessworkspaces/{id}/workspacereferences", takes_json=True)
def add_reference(call: Call) -> Answer:
    workspace = call.workspace()
    call.state.workspaces.link_object(workspace, _required_object(call.form))
    return nothing(call)


@routes.on("DELETE", "/v2/businessworkspaces/{id}/workspacereferences", takes_json=True)
def remove_reference(call: Call) -> Answer:
    workspace = call.workspace()
    call.state.workspaces.unlink_object(workspace, _required_object(call.form))
    return nothing(call)


def _upsert(call: Call, form: Form) -> int:
    new = _new_workspace(call, form)
    if new.business_object is None:
        raise missing_argument("bo_id")
    existing = call.state.workspaces.by_object(new.business_object)
    if existing is not None:
        return call.state.workspace_creation.update(existing, new, call.member.id, call.require).id
    return call.state.workspace_creation.create(new, call.member.id, call.require).id


def _new_workspace(call: Call, form: Form) -> NewWorkspace:
    return NewWorkspace(
        name=form.text("name"),
        description=form.text("description"),
        names={key: str(value) for key, value in form.mapping("name_multilingual").items()},
        template_id=form.integer("template_id"),
        type_id=form.integer("wksp_type_id"),
        parent_id=form.integer("parent_id"),
        business_object=_business_object(call, form),
        completes_id=form.integer("ibo_workspace_id"),
        external=external_of(form, NO_ORIGIN),
        categories=role_categories(form),
        classifications=role_classifications(form),
    )


def _business_object(call: Call, form: Form) -> BusinessObject | None:
    """The business object of a request; its type by name or by id. It must be known to the server."""
    bo_id = form.text("bo_id")
    if not bo_id:
        return None
    type_id = form.integer("bo_type_id")
    kind = (
        call.state.workspace_types.object_type_by_id(type_id)
        if type_id is not None
        else call.state.workspace_types.object_type(form.text("ext_system_id"), form.text("bo_type"))
    )
    if kind is None:
        raise Refused(
            Kind.NOT_FOUND, f"The business object type '{form.text('bo_type') or type_id}' does not exist."
        )
    return BusinessObject(kind.ext_system_id, kind.bo_type, bo_id)


def _required_object(form: Form) -> BusinessObject:
    return BusinessObject(
        form.required_text("ext_system_id"), form.required_text("bo_type"), form.required_text("bo_id")
    )
