"""Workspaces and documents to try resources on."""

from __future__ import annotations

from muniment_ecm import ContentServer
from muniment_ecm.documents import Upload
from muniment_ecm.workspace_types import template_of
from muniment_ecm.workspaces import BusinessObject, WorkspaceDraft


async def new_workspace(server: ContentServer, bo_id: str, *, kind: str = "Order") -> int:
    """Make a workspace of a type of the demo seed and return its node id."""
    template = template_of(await server.workspace_types.all(), kind, kind)
    draft = WorkspaceDraft(
        business_object=BusinessObject("SHOPIFY", kind.casefold(), bo_id),
        name=f"{kind} {bo_id}",
        template=template,
    )
    return (await server.workspaces.find_or_create(draft)).thing


async def new_document(
    server: ContentServer, bo_id: str = "north.1", *, name: str = "a.txt", content: bytes = b"a"
) -> int:
    """Make an order's workspace with one document and return the document's node id."""
    workspace_id = await new_workspace(server, bo_id)
    folder_id = (await server.folders.ensure(workspace_id, "Order")).thing
    return await server.documents.create(
        folder_id, Upload(name=name, media_type="text/plain", content=content)
    )
