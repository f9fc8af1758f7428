"""Forms: what an editor of metadata would show, and the way to read a category's definition."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.applied import AppliedCategory
from muniment_sandbox.ecm.state.definitions import CategoryDefinition
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.views.categories import form_schema, form_values
from muniment_sandbox.ecm.views.nodes import node_token

routes = Routes()


@routes.on("GET", "/v1/forms/nodes/properties/specific")
def specific_properties(call: Call) -> Answer:
    """The attributes a category node (131) defines; no forms for any other node."""
    node = call.reachable(call.form.required_integer("id"))
    definition = call.state.categories.find(node.id)
    return bare({"forms": [] if definition is None else [_form(call, definition, None)]})


@routes.on("GET", "/v1/forms/nodes/properties/general")
def general_properties(call: Call) -> Answer:
    node = call.reachable(call.form.required_integer("id"))
    values: JsonObject = {
        "description": node.description,
        "metadata_token": node_token(node),
        "name": node.name,
    }
    return bare(
        {"forms": [{"data": values, "options": {"fields": {}, "form": {}}, "schema": {"properties": {}}}]}
    )


@routes.on("GET", "/v1/forms/nodes/categories/update")
def update_form(call: Call) -> Answer:
    node = call.reachable(call.form.required_integer("id"))
    applied, definition = call.state.categories.on(node, call.form.required_integer("category_id"))
    return bare({"forms": [_form(call, definition, applied)]})


@routes.on("GET", "/v1/forms/nodes/categories/create")
def create_form(call: Call) -> Answer:
    call.reachable(call.form.required_integer("id"))
    return bare({"forms": [_form(call, _definition(call, call.form.required_integer("category_id")), None)]})


@routes.on("GET", "/v1/forms/nodes/create")
def create_node_form(call: Call) -> Answer:
    """The form of a new item: its name and type, and one form per category asked for."""
    call.reachable(call.form.required_integer("parent_id"))
    general: JsonObject = {
        "data": {"name": "", "parent_id": call.form.integer("parent_id"), "type": call.form.integer("type")},
        "options": {"fields": {}, "form": {}},
        "schema": {
            "properties": {"name": {"required": True, "title": "Name", "type": "string"}},
            "type": "object",
        },
    }
    wanted = call.form.integers("category_id")
    return bare({"forms": [general, *(_form(call, _definition(call, one), None) for one in wanted)]})


@routes.on("GET", "/v2/forms/businessworkspaces/create")
def create_workspace_form(call: Call) -> Answer:
    """The form of a new business workspace: the categories of its template."""
    state = call.state
    template_id = call.form.integer("template_id")
    if template_id is None:
        object_type = state.workspace_types.object_type(
            call.form.text("ext_system_id"), call.form.text("bo_type")
        )
        kind = None if object_type is None else state.workspace_types.find(object_type.workspace_type_id)
        template_id = kind.template_ids[0] if kind is not None and kind.template_ids else None
    template = None if template_id is None else state.tree.find(template_id)
    if template is None:
        raise Refused(Kind.NOT_FOUND, f"The template {template_id} does not exist.")
    forms: list[Json] = [
        {
            "data": {"name": "", "template_id": template.id, "type": template.type},
            "options": {"fields": {}, "form": {}},
            "schema": {
                "properties": {"name": {"required": True, "title": "Name", "type": "string"}},
                "type": "object",
            },
        }
    ]
    categories: dict[str, Json] = {}
    schemas: dict[str, Json] = {}
    for applied in template.categories.values():
        definition = _definition(call, applied.category_id)
        categories[str(definition.id)] = form_values(state, definition, applied)
        schemas[str(definition.id)] = form_schema(definition) | {"title": definition.name}
    forms.append({
        "data": categories,
        "options": {"fields": {}, "form": {}},
        "role_name": "categories",
        "schema": {"properties": schemas, "type": "object"},
    })  # fmt: skip
    return results(call, {"forms": forms})


def _definition(call: Call, category_id: int) -> CategoryDefinition:
    definition = call.state.categories.find(category_id)
    if definition is None:
        raise Refused(Kind.INVALID, "Error retrieving the version of the attribute definition node")
    return definition


def _form(call: Call, definition: CategoryDefinition, applied: AppliedCategory | None) -> JsonObject:
    return {
        "data": form_values(call.state, definition, applied),
        "options": {"fields": {}, "form": {}},
        "schema": form_schema(definition),
        "title": definition.name,
    }
