"""From method and path to a route: a tree of path segments, so that the number of routes costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from muniment_sandbox.ecm.calls import Handler

CGI_PATHS = ("/cs/cs", "/otcs/cs.exe")
"""Where a Content Server lives: on Linux containers, on Windows."""
API = "/api"


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API. ``is_open`` needs no login; ``takes_json`` reads a JSON body."""

    method: str
    path: str
    handler: Handler
    is_open: bool = False
    takes_json: bool = False


class Routes:
    """The calls of one resource, collected by decorators."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def on(
        self, method: str, *paths: str, is_open: bool = False, takes_json: bool = False
    ) -> Callable[[Handler], Handler]:
        """Answer ``method`` on each path (``/v2/nodes/{id}``) with the decorated function."""

        def register(handler: Handler) -> Handler:
            self._routes += [Route(method, path, handler, is_open, takes_json) for path in paths]
            return handler

        return register


class _Branch:
    __slots__ = ("branches", "routes", "wildcard")

    def __init__(self) -> None:
        self.branches: dict[str, _Branch] = {}
        self.wildcard: _Branch | None = None
        self.routes: dict[str, Route] = {}


class Router:
    """Finds the route of a request. A fixed segment wins over a parameter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Branch()
        self.routes = list(routes)
        for route in self.routes:
            self._add(route)

    def shut(self, method: str, path: str, handler: Handler) -> None:
        """Answer a path that a parameter would catch otherwise (``/v2/members/accessed``); it is no route."""
        if self.match(method, path) is not None:
            self._add(Route(method, path, handler))

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route and the parameters of ``path`` (what follows ``/api``), or ``None``."""
        segments = path.strip("/").split("/")
        branch = self._find(self._root, segments, 0)
        if branch is None:
            return None
        route = branch.routes.get(method) or (branch.routes.get("GET") if method == "HEAD" else None)
        if route is None:
            return None
        names = route.path.strip("/").split("/")
        return route, {
            name[1:-1]: segment for name, segment in zip(names, segments, strict=True) if name.startswith("{")
        }

    def _add(self, route: Route) -> None:
        branch = self._root
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                branch.wildcard = branch.wildcard or _Branch()
                branch = branch.wildcard
            else:
                branch = branch.branches.setdefault(segment, _Branch())
        if route.method in branch.routes:
            message = f"two handlers for {route.method} {route.path}"
            raise ValueError(message)
        branch.routes[route.method] = route

    def _find(self, branch: _Branch, segments: list[str], depth: int) -> _Branch | None:
        if depth == len(segments):
            return branch if branch.routes else None
        fixed = branch.branches.get(segments[depth])
        if fixed is not None:
            found = self._find(fixed, segments, depth + 1)
            if found is not None:
                return found
        if branch.wildcard is not None and segments[depth]:
            return self._find(branch.wildcard, segments, depth + 1)
        return None


def split_cgi(path: str) -> tuple[str, str] | None:
    """Cut a URL path into the cgi path and what follows ``/api``; ``None`` outside the API."""
    for cgi in CGI_PATHS:
        prefix = cgi + API
        if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] == "/":
            return cgi, path[len(prefix) :]
    return None
