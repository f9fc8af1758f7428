"""Workspace types, their templates, and the business object types they belong to: found by name at start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
class WorkspaceType:
    """A workspace type with the ids of its templates by name.

    ``location_id`` is the folder where its workspaces are made; 0 where that is not fixed.
    """

    id: int
    name: str
    templates: Mapping[str, int]
    location_id: int = 0


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

    async def all(self) -> list[WorkspaceType]:
        """Return all workspace types that the service account can see."""
        what = "read the workspace types"
        answer = await self._session.request(
            "GET",
            "/v2/businessworkspacetypes",
            what=what,
            repeatable=True,
            params=[("expand_templates", "true"), ("expand_wksp_info", "true")],
        )
        return [
            _workspace_type(part(result, "data", "properties"))
            for result in results(json_object(answer, what), what)
        ]

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


def template_of(types: Sequence[WorkspaceType], type_name: str, template_name: str) -> WorkspaceTemplate:
    """Return the ids of a template by the names of type and template. Raises ``SetUpMissing``."""
    for workspace_type in types:
        if workspace_type.name == type_name:
            if template_name in workspace_type.templates:
                return WorkspaceTemplate(workspace_type.id, workspace_type.templates[template_name])
            raise SetUpMissing([f'the workspace type "{type_name}" has no template "{template_name}"'])
    raise SetUpMissing([f'there is no workspace type "{type_name}" that the service account can see'])


def _workspace_type(properties: JsonObject) -> WorkspaceType:
    templates = objects(properties.get("templates"))
    return WorkspaceType(
        integer(properties, "wksp_type_id"),
        text(properties, "wksp_type_name"),
        {text(template, "name"): integer(template, "id") for template in templates},
        max(integer(part(properties, "wksp_creation"), "location_value"), 0),
    )
