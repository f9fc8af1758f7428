"""Workspace types, their templates, and the business object types they belong to: found by name at start."""

from __future__ import annotations

from dataclasses import dataclass

from muniment_ecm.answers import JsonObject, integer, json_object, objects, part, results, text
from muniment_ecm.errors import SetUpMissing
from muniment_ecm.session import Session


@dataclass(frozen=True, slots=True)
class WorkspaceTemplate:
    """The ids a workspace is created from."""

    type_id: int
    template_id: int


@dataclass(frozen=True, slots=True)
class BusinessObjectType:
    """A registered business object type and the workspace type that belongs to it."""

    system: str
    type: str
    workspace_type_id: int


class WorkspaceTypes:
    """Reads what an administrator prepared."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def template(self, type_name: str, template_name: str) -> WorkspaceTemplate:
        """Return the ids of a template by the names of type and template. Raises ``SetUpMissing``."""
        what = "read the workspace types"
        answer = await self._session.request(
            "GET",
            "/v2/businessworkspacetypes",
            what=what,
            repeatable=True,
            params=[("expand_templates", "true"), ("expand_wksp_info", "true")],
        )
        for result in results(json_object(answer, what), what):
            properties = part(result, "data", "properties")
            if text(properties, "wksp_type_name") == type_name:
                return _template(properties, type_name, template_name)
        raise SetUpMissing([f'there is no workspace type "{type_name}" that the service account can see'])

    async def business_object_types(self) -> list[BusinessObjectType]:
        """Return all registered business object types."""
        what = "read the business object types"
        answer = await self._session.request("GET", "/v2/businessobjecttypes", what=what, repeatable=True)
        found = [part(result, "data", "properties") for result in results(json_object(answer, what), what)]
        return [
            BusinessObjectType(
                text(properties, "ext_system_id"),
                text(properties, "bo_type"),
                integer(properties, "workspace_type_id"),
            )
            for properties in found
        ]


def _template(properties: JsonObject, type_name: str, template_name: str) -> WorkspaceTemplate:
    for template in objects(properties.get("templates")):
        if text(template, "name") == template_name:
            return WorkspaceTemplate(integer(properties, "wksp_type_id"), integer(template, "id"))
    raise SetUpMissing([f'the workspace type "{type_name}" has no template "{template_name}"'])
