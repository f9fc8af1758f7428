"""Puts a document into a folder, once.

The upload comes first and looking second: a new document costs one request, and a name that is taken costs a
look. What has the name is ours only if it is a document with our category and the same identity; anything
else is a person's and stays untouched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from muniment_ecm.attributes import Value
from muniment_ecm.categories import Category
from muniment_ecm.creation import Origin, create_once
from muniment_ecm.documents import Upload
from muniment_ecm.errors import NameTakenByOther
from muniment_ecm.filing_plan import FilingOutcome, FilingPlan, Sort
from muniment_ecm.layout import ArchiveLayout
from muniment_ecm.names import safe_name
from muniment_ecm.nodes import NodeType
from muniment_ecm.server import ContentServer
from muniment_ecm.version_marks import VersionMark


@dataclass(frozen=True, slots=True)
class Deposited:
    """A version of a document. ``sha256`` was recorded when it was filed, ``None`` if nothing was.

    ``is_new`` says that this call made the node, as the server confirmed.
    """

    node_id: int
    version_number: int
    outcome: FilingOutcome
    sha256: str | None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class _Existing:
    node_id: int
    sha256: str | None
    mark: VersionMark | None = None


class Deposit:
    """Writes documents of one layout."""

    def __init__(self, server: ContentServer, layout: ArchiveLayout) -> None:
        self._server = server
        self._layout = layout

    async def put(self, folder_id: int, plan: FilingPlan, content: bytes, category: Category) -> Deposited:
        """File ``content`` unless it is there. Raises ``NameTakenByOther``, ``NodeNotAccessible``."""
        upload = self._upload(plan, content, category)
        created = await create_once(
            partial(self._create, folder_id, upload, plan),
            partial(self._find, folder_id, upload.name, plan, category),
        )
        there = created.thing
        if created.origin is Origin.MADE:
            return Deposited(there.node_id, 1, FilingOutcome.FILED, plan.sha256, is_new=True)
        if plan.sort is Sort.LIVING:
            return await self._put_version(
                there, replace(upload, description=_mark(plan).text()), plan, category
            )
        if created.origin is Origin.PERHAPS_MADE and there.sha256 == plan.sha256:
            return Deposited(there.node_id, 1, FilingOutcome.FILED, plan.sha256)
        is_same = there.sha256 == plan.sha256
        return Deposited(
            there.node_id, 1, FilingOutcome.ALREADY_FILED if is_same else FilingOutcome.KEPT, there.sha256
        )

    def _upload(self, plan: FilingPlan, content: bytes, category: Category) -> Upload:
        return Upload(
            name=safe_name(plan.name),
            media_type=plan.media_type,
            content=content,
            category_values=category.written(self._values(plan)),
            description=_mark(plan).text() if plan.sort is Sort.LIVING else "",
            external_created=plan.record_date,
        )

    def _values(self, plan: FilingPlan) -> dict[str, Value]:
        return {**plan.values, self._layout.sha256: plan.sha256, self._layout.record_date: plan.record_date}

    async def _create(self, folder_id: int, upload: Upload, plan: FilingPlan) -> _Existing:
        return _Existing(await self._server.documents.create(folder_id, upload), plan.sha256)

    async def _find(
        self, folder_id: int, name: str, plan: FilingPlan, category: Category
    ) -> _Existing | None:
        node = await self._server.nodes.child(folder_id, name, with_categories=True)
        if node is None:
            return None
        values = category.by_name(node.category_values)
        if node.type != NodeType.DOCUMENT or values is None or not self._is_meant(values, plan, category):
            raise NameTakenByOther(
                f"Could not file a document: node {node.id} in folder {folder_id} has its name and is "
                "another document. It stays untouched; file under another name.",
                node_id=node.id,
            )
        recorded = values.get(self._layout.sha256)
        sha256 = recorded if isinstance(recorded, str) and recorded else None
        return _Existing(node.id, sha256, VersionMark.parse(node.description))

    def _is_meant(self, values: dict[str, object], plan: FilingPlan, category: Category) -> bool:
        return category.holds(values, {name: plan.values[name] for name in self._layout.identity})

    async def _put_version(
        self, there: _Existing, upload: Upload, plan: FilingPlan, category: Category
    ) -> Deposited:
        """Add a version unless this filing did, the newest says the same, or it is of a newer state."""
        marks = await self._marks(there)
        filed = _filed_by(plan, marks)
        latest, newest = max(marks.items(), default=(1, None))
        if newest is not None and filed is None and newest.as_of > plan.workspace.updated_at:
            return Deposited(there.node_id, latest, FilingOutcome.KEPT, newest.sha256)
        if newest is not None and filed is None and newest.sha256 == plan.sha256:
            filed = latest
        if filed is not None:
            if filed == latest and there.sha256 != plan.sha256:  # the version came, its values did not
                await self._server.categories.write(there.node_id, category, self._values(plan))
            return Deposited(there.node_id, filed, FilingOutcome.ALREADY_FILED, plan.sha256)
        added = await create_once(
            partial(self._server.documents.add_version, there.node_id, upload),
            partial(self._version_of, there, plan),
        )
        await self._server.categories.write(there.node_id, category, self._values(plan))
        return Deposited(there.node_id, added.thing, FilingOutcome.FILED, plan.sha256)

    async def _marks(self, there: _Existing) -> dict[int, VersionMark]:
        marks = {1: there.mark} if there.mark else {}
        for version in await self._server.documents.versions(there.node_id):
            mark = VersionMark.parse(version.description)
            if mark is not None:
                marks[version.number] = mark
        return marks

    async def _version_of(self, there: _Existing, plan: FilingPlan) -> int | None:
        return _filed_by(plan, await self._marks(there))


def _filed_by(plan: FilingPlan, marks: dict[int, VersionMark]) -> int | None:
    """Return the version that carries the plan's own mark; the same content of a later state has another."""
    own = _mark(plan).text()
    return next((number for number, mark in marks.items() if mark.text() == own), None)


def _mark(plan: FilingPlan) -> VersionMark:
    return VersionMark(plan.workspace.updated_at, plan.sha256, plan.effect_id)
