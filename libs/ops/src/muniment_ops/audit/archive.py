"""Reads what the ECM holds of one order: every document node, its values, its versions, its bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from muniment_ecm import ArchiveLayout, ContentServer
from muniment_ecm.categories import Category
from muniment_ecm.nodes import Node, NodeType
from muniment_ecm.workspaces import BusinessObject, Workspace
from muniment_ops.audit.comparison import ArchivedDocument
from muniment_ops.audit.expected import DocumentKey

#: Downloads at once for one order: enough to hide latency, few enough for a server that also works.
DOWNLOADS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class ArchivedOrder:
    """What the ECM holds of one order. ``workspaces`` should be one."""

    workspaces: int
    workspace_id: int | None
    documents: tuple[ArchivedDocument, ...]


class ArchiveReader:
    """Reads orders back from one Content Server. ``prepare`` comes first."""

    def __init__(self, server: ContentServer, layout: ArchiveLayout | None = None) -> None:
        self._server = server
        self._layout = layout or ArchiveLayout()
        self._category: Category | None = None

    async def prepare(self) -> None:
        """Find the category that tells documents apart. Raises ``SetUpMissing``."""
        wanted = self._layout.document_category
        self._category = (await self._server.categories.require({wanted.name: wanted.attributes}))[
            wanted.name
        ]

    async def read_order(self, business_object_id: str) -> ArchivedOrder:
        """Return every document of the order's workspaces, each downloaded and hashed."""
        thing = BusinessObject(self._layout.business_object_system, "order", business_object_id)
        workspaces = await self._server.workspaces.all_of(thing)
        permits = asyncio.Semaphore(DOWNLOADS_AT_ONCE)
        found = [node async for node in self._documents(workspaces)]
        async with asyncio.TaskGroup() as group:
            reading = [group.create_task(self._read(folder, node, permits)) for folder, node in found]
        first = workspaces[0].id if workspaces else None
        return ArchivedOrder(len(workspaces), first, tuple(task.result() for task in reading))

    async def _documents(self, workspaces: list[Workspace]) -> AsyncIterator[tuple[str, Node]]:
        for workspace in workspaces:
            async for folder in self._server.nodes.children(workspace.id, of_type=NodeType.FOLDER):
                async for node in self._server.nodes.children(folder.id, with_categories=True):
                    if node.type == NodeType.DOCUMENT:
                        yield folder.name, node

    async def _read(self, folder: str, node: Node, permits: asyncio.Semaphore) -> ArchivedDocument:
        if self._category is None:
            raise RuntimeError("ArchiveReader.prepare was not called")
        values = self._category.by_name(node.category_values) or {}
        async with permits:
            versions = await self._server.documents.versions(node.id)
            content = await self._server.documents.content_hash(node.id)
        return ArchivedDocument(
            key=DocumentKey(str(values.get("Kind") or "unknown"), str(values.get("Number") or node.name)),
            node_id=node.id,
            folder=folder,
            event_id=str(values.get("Event id") or ""),
            versions=len(versions),
            stated_sha256=str(values.get("SHA-256") or ""),
            read_sha256=content.sha256,
            size_bytes=content.size_bytes,
        )
