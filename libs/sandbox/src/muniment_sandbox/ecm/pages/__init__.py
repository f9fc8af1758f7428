"""Pages for people: the workspaces, their folders and documents, to look at and to open."""

from __future__ import annotations

from aiohttp import web

from muniment_sandbox.ecm.state import EcmState


def add_pages(app: web.Application, state: EcmState) -> None:
    """Add the pages to the application."""
