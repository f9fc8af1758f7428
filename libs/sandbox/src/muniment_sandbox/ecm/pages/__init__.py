"""Pages for people: the workspaces, their folders and documents, to look at and to open."""

from __future__ import annotations

from aiohttp import web

from muniment_sandbox.ecm.pages.browsing import Browsing
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.pages import Pages, add_style

NAV = [("Workspaces", "/"), ("Volumes", "/volumes"), ("Recycle bin", "/recycle-bin")]


def add_pages(app: web.Application, state: EcmState) -> None:
    """Add the pages to the application."""
    browsing = Browsing(state, Pages("muniment_sandbox.ecm", "Content Server sandbox", NAV))
    add_style(app)
    app.router.add_get("/", browsing.overview)
    app.router.add_get("/volumes", browsing.volumes)
    app.router.add_get("/recycle-bin", browsing.recycle_bin)
    app.router.add_get(r"/nodes/{id:\d+}", browsing.node)
    app.router.add_get(r"/nodes/{id:\d+}/versions/{number:\d+}", browsing.content)
