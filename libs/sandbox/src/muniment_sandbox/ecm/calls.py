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
from muniment_sandbox.ecm.state.refusals import Kind, Refused, hidden, not_permitted
from muniment_sandbox.ecm.state.rights import MASKS
from muniment_sandbox.ecm.state.sessions import Session
from muniment_sandbox.ecm.state.whole_numbers import whole_number
from muniment_sandbox.ecm.state.workspaces import Workspace

NOBODY = Member(0, 0, "")
RECORDS_MANAGERS = "Records Managers"
"""The group whose members define holds and retention."""


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
        return whole_number(name, self.params[name])

    def node(self, name: str = "id", *, needs: str | None = None) -> Node:
        """The node of the path; refuse as every call but reading the node does.

        ``needs`` is the right the caller must have: to see it when the request reads, else to modify it.
        """
        return self.require(self.state.tree.get(self.number(name)), needs)

    def require(self, node: Node, needs: str | None = None) -> Node:
        """Return the node; refuse when the caller may not see it, or may not do what is ``needed``."""
        if not self.sees(node):
            raise hidden()
        wanted = needs or ("see" if self.method in ("GET", "HEAD") else "modify")
        if not self.state.access.allows(node, self.member, MASKS[wanted]):
            raise not_permitted()
        return node

    def reachable(self, node_id: int, needs: str = "see") -> Node:
        """A node that the request names elsewhere than in its path, with that right on it."""
        return self.require(self.state.tree.get(node_id), needs)

    def sees(self, node: Node) -> bool:
        return self.state.access.sees(node, self.member)

    def require_records_manager(self) -> None:
        """Refuse (400, as records management does) who is neither administrator nor records manager."""
        group = self.state.members.named(RECORDS_MANAGERS)
        ids = self.state.members.identities(self.member)
        if not self.member.is_admin and (group is None or group.id not in ids):
            raise Refused(Kind.INVALID, "Insufficient Permissions")

    def require_admin(self) -> None:
        if not self.member.is_admin:
            raise not_permitted()

    def workspace(self, *, needs: str | None = None) -> Workspace:
        """The business workspace of the path (404 when it is none or hidden)."""
        workspace = self.state.workspaces.get(self.number())
        node = self.state.tree.get(workspace.node_id)
        if not self.sees(node):
            raise hidden(Kind.NOT_FOUND)
        self.require(node, needs)
        return workspace

    def document(self, *, needs: str | None = None) -> Node:
        """The node of the path, when it is a document."""
        node = self.node(needs=needs)
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
