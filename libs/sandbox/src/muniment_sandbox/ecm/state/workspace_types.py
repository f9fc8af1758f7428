"""What an administrator sets up: external systems, business object types, workspace types."""

from __future__ import annotations

from dataclasses import dataclass, field

from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Table


@dataclass(slots=True)
class ExternalSystem:
    """A connection to the system whose business objects are linked."""

    name: str
    conn_type: str = "HTTP"
    base_url: str = ""
    comment: str = ""
    node_id: int = 0


@dataclass(slots=True)
class WorkspaceType:
    """Where workspaces of one type are created, and from which templates."""

    id: int
    name: str
    config_node_id: int
    template_ids: list[int] = field(default_factory=list)
    location_id: int | None = None
    icon: str = ""
    rm_enabled: bool = False


@dataclass(slots=True)
class BusinessObjectType:
    """Ties a business object type of an external system to a workspace type."""

    id: int
    bo_type: str
    name: str
    ext_system_id: str
    workspace_type_id: int
    is_default_search: bool = True


class WorkspaceTypes:
    """The set-up, by id and by name."""

    def __init__(
        self,
        types: Table[int, WorkspaceType],
        object_types: Table[int, BusinessObjectType],
        systems: Table[str, ExternalSystem],
    ) -> None:
        self._types = types
        self._object_types = object_types
        self._systems = systems

    def add(self, workspace_type: WorkspaceType) -> WorkspaceType:
        return self._types.put(workspace_type.id, workspace_type)

    def add_object_type(self, object_type: BusinessObjectType) -> BusinessObjectType:
        return self._object_types.put(object_type.id, object_type)

    def add_system(self, system: ExternalSystem) -> ExternalSystem:
        if system.name in self._systems:
            raise Refused(Kind.FAILED, f"An external system with the name '{system.name}' already exists.")
        return self._systems.put(system.name, system)

    def all(self) -> list[WorkspaceType]:
        return sorted(self._types.values(), key=lambda one: one.name.casefold())

    def object_types(self) -> list[BusinessObjectType]:
        return list(self._object_types.values())

    def systems(self) -> list[ExternalSystem]:
        return list(self._systems.values())

    def find(self, type_id: int) -> WorkspaceType | None:
        return self._types.get(type_id)

    def named(self, name: str) -> WorkspaceType:
        """Return the type of this name; ``KeyError`` when there is none."""
        for workspace_type in self._types.values():
            if workspace_type.name.casefold() == name.casefold():
                return workspace_type
        raise KeyError(name)

    def of_template(self, template_id: int) -> WorkspaceType | None:
        return next((one for one in self._types.values() if template_id in one.template_ids), None)

    def object_type(self, ext_system_id: str, bo_type: str) -> BusinessObjectType | None:
        for one in self._object_types.values():
            if one.ext_system_id == ext_system_id and one.bo_type == bo_type:
                return one
        return None

    def object_type_by_id(self, type_id: int) -> BusinessObjectType | None:
        return self._object_types.get(type_id)
