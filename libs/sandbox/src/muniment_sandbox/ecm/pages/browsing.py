"""Looking around: overview, containers, documents, and their bytes. Reads the state, changes nothing."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote, urlencode

import orjson
from aiohttp import web

from muniment_sandbox.ecm.pages.record_cards import audit_rows, hold_rows, permission_rows, record_card
from muniment_sandbox.ecm.pages.rows import (
    breadcrumbs,
    category_cards,
    facts,
    folder_rows,
    tree_of,
    version_rows,
    workspace_card,
    workspace_row,
)
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.nodes import Node, Subtype, Version
from muniment_sandbox.ecm.state.whole_numbers import whole_number_or_none
from muniment_sandbox.pages import SAFE_HEADERS, Pages

PAGE_ROWS = 50
MAX_TEXT_BYTES = 200_000
SHOWN_AS = {
    "application/pdf": "pdf",
    "image/gif": "image",
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "image",
    "text/plain": "text",
    "text/csv": "text",
    "application/json": "text",
    "application/xml": "text",
    "text/xml": "text",
}


class Browsing:
    """The handlers of the pages."""

    def __init__(self, state: EcmState, pages: Pages) -> None:
        self._state = state
        self._pages = pages

    async def overview(self, request: web.Request) -> web.Response:
        """Workspaces, the latest first; by name and by type on request."""
        part, kind = request.query.get("q", "").strip(), request.query.get("type", "")
        number = _page_number(request)
        found = self._workspaces(part, kind)
        start = (number - 1) * PAGE_ROWS
        return self._pages.render(
            "overview.html",
            query=part,
            kind=kind,
            tabs=self._tabs(part),
            rows=[workspace_row(self._state, node) for node in found[start : start + PAGE_ROWS]],
            figures=self._figures(),
            total=len(found),
            first=start + 1,
            last=min(start + PAGE_ROWS, len(found)),
            previous=_link(part, kind, number - 1) if number > 1 else None,
            next=_link(part, kind, number + 1) if start + PAGE_ROWS < len(found) else None,
        )

    async def volumes(self, _: web.Request) -> web.Response:
        volumes = self._state.tree.volumes()
        return self._pages.render("volumes.html", rows=folder_rows(self._state, volumes))

    async def recycle_bin(self, _: web.Request) -> web.Response:
        rows = [
            {
                "name": node.name,
                "type": node.type_name,
                "id": node.id,
                "deleted": entry.deleted_date,
                "by": self._member_name(entry.deleted_by),
            }
            for entry, node in reversed(self._state.recycle_bin.entries())
        ]
        return self._pages.render("recycle_bin.html", rows=rows)

    async def node(self, request: web.Request) -> web.Response:
        node = self._state.tree.find(int(request.match_info["id"]))
        if node is None:
            return self._pages.render("missing.html", status=404)
        if node.is_document:
            return self._document(node)
        return self._container(node, _page_number(request))

    async def content(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a version: in the page where that is safe, else as a download."""
        node = self._state.tree.find(int(request.match_info["id"]))
        number = int(request.match_info["number"])
        version = next((one for one in node.versions if one.number == number), None) if node else None
        if version is None:
            return self._pages.render("missing.html", status=404)
        shown = SHOWN_AS.get(version.mime_type) if "download" not in request.query else None
        content_type = version.mime_type if shown in ("pdf", "image") else "application/octet-stream"
        if shown == "text":
            content_type = "text/plain; charset=utf-8"
        disposition = "inline" if shown else "attachment"
        headers = {
            "Content-Type": content_type,
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(version.file_name, safe='')}",
            "X-Content-Type-Options": "nosniff",
        }
        if shown != "pdf":
            headers["Content-Security-Policy"] = SAFE_HEADERS["Content-Security-Policy"]
        return web.Response(body=self._state.documents.content(version), headers=headers)

    def _document(self, node: Node) -> web.Response:
        state = self._state
        version = state.documents.latest(node)
        workspace = state.workspaces.containing(node)
        return self._pages.render(
            "document.html",
            node=node,
            crumbs=breadcrumbs(state, node),
            version=version,
            shown=SHOWN_AS.get(version.mime_type, ""),
            text=self._text(version) if SHOWN_AS.get(version.mime_type) == "text" else None,
            versions=version_rows(state, node),
            categories=category_cards(state, node),
            facts=facts(state, node),
            workspace=workspace,
            kept=_keeping(state, node),
        )

    def _container(self, node: Node, number: int) -> web.Response:
        state = self._state
        children = state.tree.children(node.id)
        start = (number - 1) * PAGE_ROWS
        shown = [state.tree.get(one) for one in children.slice(start, start + PAGE_ROWS)]
        whole = node.is_workspace or state.workspaces.containing(node) is not None
        return self._pages.render(
            "container.html",
            node=node,
            crumbs=breadcrumbs(state, node),
            tree=tree_of(state, node) if whole else None,
            rows=[] if whole else folder_rows(state, shown),
            categories=category_cards(state, node),
            facts=facts(state, node),
            workspace=workspace_card(state, node) if node.is_workspace else None,
            kept=_keeping(state, node),
            total=len(children),
            first=start + 1,
            last=min(start + PAGE_ROWS, len(children)),
            previous=f"?page={number - 1}" if number > 1 else None,
            next=f"?page={number + 1}" if start + PAGE_ROWS < len(children) else None,
        )

    def _workspaces(self, part: str, kind: str) -> list[Node]:
        state = self._state
        number = whole_number_or_none(kind)
        ids = state.workspaces.all() if number is None else state.workspaces.of_type(number)
        nodes = [state.tree.get(one) for one in ids]
        if part:
            folded = part.casefold()
            nodes = [node for node in nodes if folded in node.name.casefold()]
        return sorted(nodes, key=lambda node: (node.modify_date, node.id), reverse=True)

    def _tabs(self, part: str) -> list[dict[str, object]]:
        types = self._state.workspace_types.all()
        tabs: list[dict[str, object]] = [{"id": "", "name": "All", "href": _link(part, "", 1)}]
        return tabs + [
            {"id": str(one.id), "name": one.name, "href": _link(part, str(one.id), 1)} for one in types
        ]

    def _figures(self) -> list[tuple[str, int]]:
        state = self._state
        return [
            ("workspaces", state.workspaces.count()),
            ("documents", state.tree.count(Subtype.DOCUMENT)),
            ("versions", state.documents.version_count),
            ("items in all", state.tree.count()),
        ]

    def _member_name(self, member_id: int) -> str:
        member = self._state.members.find(member_id)
        return member.display_name if member is not None else str(member_id)

    def _text(self, version: Version) -> str:
        content = self._state.documents.content(version)
        if version.mime_type == "application/json" and len(content) <= MAX_TEXT_BYTES:
            with suppress(orjson.JSONDecodeError):
                content = orjson.dumps(orjson.loads(content), option=orjson.OPT_INDENT_2)
        return content[:MAX_TEXT_BYTES].decode("utf-8", "replace")


def _keeping(state: EcmState, node: Node) -> dict[str, object]:
    """What a page shows of an item's record side, holds, trail and rights."""
    return {
        "record": record_card(state, node),
        "holds": hold_rows(state, node),
        "trail": audit_rows(state, node),
        "permissions": permission_rows(state, node),
    }


def _page_number(request: web.Request) -> int:
    given = request.query.get("page", "1")
    return max(1, int(given)) if given.isdecimal() and len(given) < 8 else 1


def _link(part: str, kind: str, number: int) -> str:
    given = {"q": part, "type": kind, "page": str(number) if number > 1 else ""}
    query = urlencode({key: value for key, value in given.items() if value})
    return f"/?{query}" if query else "/"
