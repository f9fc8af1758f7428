"""Every call the descriptions document, and which of them this server answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

from muniment_sandbox.ecm.routing import Route

DESCRIPTIONS: Mapping[str, tuple[str, str]] = {
    "content-server": ("Content Server REST API 2.0.2", "content-server-rest-api-2.0.2.json"),
    "business-workspaces": (
        "Business Workspaces REST API v1 and v2",
        "opentext-business-workspaces-rest-api-v1-and-v2.json",
    ),
    "records-management": ("Records Management 26.1", "opentext-records-management-26.1.json"),
}
"""Short name of each description: its title and the name of its file."""
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class DocumentedCall:
    """A call of a description; ``path`` is what follows ``/api``, as the description spells it."""

    description: str
    method: str
    path: str

    @property
    def shape(self) -> tuple[str, str]:
        """Method and path without the names of parameters."""
        return self.method, shape_of(self.path)


def documented_calls() -> list[DocumentedCall]:
    """All documented calls, by description and path."""
    text = (resources.files("muniment_sandbox.ecm.openapi") / "documented_calls.txt").read_text("utf-8")
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return [DocumentedCall(description, method, path) for description, method, path in lines]


def shape_of(path: str) -> str:
    return _PARAMETER.sub("{}", path).rstrip("/")


def is_served(call: DocumentedCall, routes: Iterable[Route]) -> bool:
    """Whether one of the routes answers the call (a ``HEAD`` where there is a ``GET``)."""
    return _served_in(call, {(route.method, shape_of(route.path)) for route in routes})


def unserved_calls(routes: Iterable[Route]) -> list[DocumentedCall]:
    """The documented calls that none of the routes answers."""
    shapes = {(route.method, shape_of(route.path)) for route in routes}
    return [call for call in documented_calls() if not _served_in(call, shapes)]


def _served_in(call: DocumentedCall, shapes: set[tuple[str, str]]) -> bool:
    method, path = call.shape
    return (method, path) in shapes or (method == "HEAD" and ("GET", path) in shapes)


def served_besides(routes: Iterable[Route]) -> list[Route]:
    """The routes that no description knows: what OpenText's clients call all the same."""
    known = {call.shape for call in documented_calls()}
    return [route for route in routes if (route.method, shape_of(route.path)) not in known]
