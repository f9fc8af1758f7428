"""One request as a route sees it, and one answer as a route gives it: no HTTP library in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from muniment_sandbox.ecm.form import Form
from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.members import Member
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument
from muniment_sandbox.ecm.state.sessions import Session

NOBODY = Member(0, 0, "")


@dataclass(slots=True)
class Call:
    """A request that found its route. ``href`` is path and query as answers repeat them (``/api/v2/…``)."""

    state: EcmState
    method: str
    href: str
    params: Mapping[str, str]
    form: Form
    headers: Mapping[str, str] = field(default_factory=dict)
    member: Member = field(default_factory=lambda: NOBODY)
    session: Session | None = None
    origin: str = ""

    @property
    def version(self) -> int:
        """The generation of the API, 1 or 2."""
        return 1 if self.href.startswith("/api/v1/") else 2

    def number(self, name: str = "id") -> int:
        """A number in the path; refuse (400) what is none."""
        try:
            return int(self.params[name])
        except ValueError:
            raise invalid_argument(name) from None

    def node(self, name: str = "id") -> Node:
        """The node of the path; refuse as every call but reading the node does."""
        return self.state.tree.get(self.number(name))

    def document(self) -> Node:
        """The node of the path, when it is a document."""
        node = self.node()
        if not node.is_document:
            raise Refused(Kind.INVALID, f"The item '{node.name}' ({node.id}) is not a document.")
        return node


@dataclass(slots=True)
class Answer:
    """What goes back: JSON, or bytes with a content type."""

    body: Json | bytes
    status: int = 200
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


Handler: TypeAlias = Callable[[Call], Answer]
