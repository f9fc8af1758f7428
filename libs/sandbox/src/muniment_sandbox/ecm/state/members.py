"""Members: users and groups, and the OAuth clients that act as one of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Table

USER = 0
GROUP = 1


@dataclass(slots=True)
class Member:
    """A user (type 0) or a group (type 1). A user without a password cannot log in by one."""

    id: int
    type: int
    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    title: str = ""
    password: str = ""
    group_id: int = 0
    is_admin: bool = False
    group_ids: list[int] = field(default_factory=list)

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.name


@dataclass(slots=True)
class OAuthClient:
    """An OTDS OAuth client; a token it gets by its secret acts as ``member_id``."""

    client_id: str
    secret: str
    member_id: int


class Members:
    """Everyone the server knows."""

    def __init__(self, rows: Table[int, Member], clients: Table[str, OAuthClient]) -> None:
        self._rows = rows
        self._clients = clients
        self._by_name: dict[str, int] = {}

    def rebuild(self) -> None:
        """Find all members by name again after the table was loaded."""
        self._by_name = {member.name.casefold(): member.id for member in self._rows.values()}

    def add(self, member: Member) -> Member:
        self._by_name[member.name.casefold()] = member.id
        return self._rows.put(member.id, member)

    def identities(self, member: Member) -> frozenset[int]:
        """Every id under which rights reach the member: its own, its groups' and those they are in."""
        if not member.group_ids:
            return frozenset((member.id, member.group_id))
        found = {member.id, member.group_id}
        waiting = list(member.group_ids)
        while waiting:
            group_id = waiting.pop()
            group = self._rows.get(group_id)
            if group_id not in found and group is not None:
                found.add(group_id)
                waiting += group.group_ids
        return frozenset(found)

    def join(self, member: Member, group: Member) -> None:
        """Make the user a member of the group."""
        member.group_ids.append(group.id)
        self._rows.put(member.id, member)

    def add_client(self, client: OAuthClient) -> None:
        self._clients.put(client.client_id, client)

    def find(self, member_id: int) -> Member | None:
        return self._rows.get(member_id)

    def get(self, member_id: int) -> Member:
        member = self._rows.get(member_id)
        if member is None:
            raise Refused(Kind.INVALID, f"Could not get a member for {member_id}")
        return member

    def named(self, name: str) -> Member | None:
        """Return the member of a login name; ``name@partition`` is understood."""
        member_id = self._by_name.get(name.casefold())
        if member_id is None:
            member_id = self._by_name.get(name.partition("@")[0].casefold())
        return None if member_id is None else self._rows[member_id]

    def all(self) -> Iterable[Member]:
        return self._rows.values()

    def with_password(self, name: str, password: str) -> Member | None:
        """Return the user whose name and password these are."""
        member = self.named(name)
        if member is None or member.type != USER or not member.password:
            return None
        return member if _same(member.password, password) else None

    def with_client_secret(self, client_id: str, secret: str) -> Member | None:
        """Return the user an OAuth client acts as, when the secret is right."""
        client = self._clients.get(client_id)
        if client is None or not _same(client.secret, secret):
            return None
        return self._rows.get(client.member_id)


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
