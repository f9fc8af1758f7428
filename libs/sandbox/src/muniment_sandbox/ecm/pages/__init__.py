"""Pages for people: the workspaces, their folders and documents, to look at and to open."""

from __future__ import annotations

from aiohttp import web

from muniment_sandbox.ecm.pages.browsing import Browsing
from muniment_sandbox.ecm.pages.people import People
from muniment_sandbox.ecm.pages.tasks import Tasks
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.pages import Pages, add_style

NAV = [
    ("Workspaces", "/"),
    ("My tasks", "/tasks"),
    ("Workflows", "/workflows"),
    ("Volumes", "/volumes"),
    ("Recycle bin", "/recycle-bin"),
]


def add_pages(app: web.Application, state: EcmState) -> None:
    """Add the pages to the application."""
    pages = Pages("muniment_sandbox.ecm", "Content Server sandbox", NAV)
    browsing, people = Browsing(state, pages), People(state, pages)
    tasks = Tasks(state, pages, people)
    add_style(app)
    app.router.add_get("/", browsing.overview)
    app.router.add_get("/volumes", browsing.volumes)
    app.router.add_get("/recycle-bin", browsing.recycle_bin)
    app.router.add_get(r"/nodes/{id:\d+}", browsing.node)
    app.router.add_get(r"/nodes/{id:\d+}/versions/{number:\d+}", browsing.content)
    app.router.add_get("/sign-in", people.show_sign_in)
    app.router.add_post("/sign-in", people.sign_in)
    app.router.add_post("/sign-out", people.sign_out)
    app.router.add_get("/tasks", tasks.inbox)
    app.router.add_get(r"/tasks/{process:\d{1,12}}/{step:\d{1,6}}", tasks.task)
    app.router.add_post(r"/tasks/{process:\d{1,12}}/{step:\d{1,6}}", tasks.act)
    app.router.add_get("/workflows", tasks.workflows)
    app.router.add_get(r"/workflows/{process:\d{1,12}}", tasks.workflow)
