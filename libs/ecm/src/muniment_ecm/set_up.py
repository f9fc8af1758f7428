"""The ids behind a layout's names, resolved once: seven requests a process, a few more with RM."""

from __future__ import annotations

from dataclasses import dataclass

from muniment_ecm.categories import Category
from muniment_ecm.errors import SetUpMissing, UnknownRoute
from muniment_ecm.layout import ArchiveLayout
from muniment_ecm.server import ContentServer
from muniment_ecm.workspace_types import WorkspaceTemplate, template_of


@dataclass(frozen=True, slots=True)
class WorkspaceSetUp:
    """What a workspace is made with."""

    template: WorkspaceTemplate
    category: Category


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was found; ``workspaces`` by business object type, ``record_classes`` by name."""

    document_category: Category
    workspaces: dict[str, WorkspaceSetUp]
    record_classes: dict[str, int]


async def resolve(server: ContentServer, layout: ArchiveLayout) -> SetUp:
    """Find all that ``layout`` names. Raises ``SetUpMissing`` with everything that is not there."""
    missing: list[str] = []
    categories: dict[str, Category] = {}
    templates: dict[str, WorkspaceTemplate] = {}
    try:
        categories = await server.categories.require(_wanted(layout))
    except SetUpMissing as absent:
        missing += absent.missing
    types = await server.workspace_types.all()
    for workspaces in layout.workspaces:
        try:
            found = template_of(types, workspaces.workspace_type, workspaces.template)
            templates[workspaces.business_object_type] = found
        except SetUpMissing as absent:
            missing += absent.missing
    missing += await _missing_object_types(server, layout)
    record_classes: dict[str, int] = {}
    try:
        record_classes = await _record_classes(server, layout)
    except SetUpMissing as absent:
        missing += absent.missing
    if missing:
        raise SetUpMissing(missing)
    return SetUp(
        categories[layout.document_category.name],
        {
            workspaces.business_object_type: WorkspaceSetUp(
                templates[workspaces.business_object_type], categories[workspaces.category.name]
            )
            for workspaces in layout.workspaces
        },
        record_classes,
    )


def _wanted(layout: ArchiveLayout) -> dict[str, set[str]]:
    own = {layout.sha256, layout.record_date, *layout.identity}
    wanted = {layout.document_category.name: own | set(layout.document_category.attributes)}
    for workspaces in layout.workspaces:
        attributes = wanted.setdefault(workspaces.category.name, set())
        attributes.update(workspaces.category.attributes, {layout.updated_at})
    return wanted


async def _record_classes(server: ContentServer, layout: ArchiveLayout) -> dict[str, int]:
    return await server.records.require(layout.classifications) if layout.classifications else {}


async def _missing_object_types(server: ContentServer, layout: ArchiveLayout) -> list[str]:
    try:
        types = await server.workspace_types.business_object_types()
    except UnknownRoute:  # older servers cannot say; creating a workspace will tell
        return []
    known = {(found.system, found.type) for found in types}
    return [
        f'there is no business object type "{workspaces.business_object_type}" of the external system '
        f'"{layout.business_object_system}"'
        for workspaces in layout.workspaces
        if (layout.business_object_system, workspaces.business_object_type) not in known
    ]
