"""Members: users and groups, and the OAuth clients that act as one of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state.refusals import Kind, Refused, duplicate
from muniment_sandbox.ecm.state.tables import Table

USER = 0
GROUP = 1
CONTENT_SERVER_MEMBERS = "Content Server Members"
"""The OTDS partition of everyone that Content Server itself knows."""
OAUTH_CLIENTS = "OAuthClients"
"""The OTDS partition whose users are OAuth clients."""


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
    partition: str = CONTENT_SERVER_MEMBERS
    description: str = ""
    phone: str = ""

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.name


@dataclass(slots=True)
class OAuthClient:
    """An OTDS OAuth client; a token got by its secret acts as ``member_id``. ``settings`` are OTDS's own."""

    client_id: str
    secret: str
    member_id: int
    description: str = ""
    settings: dict[str, Json] = field(default_factory=dict)


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

    def found(self, member: Member) -> Member:
        """Add a member whose name must be free; refuse (as a node's) one that is taken."""
        if member.name.casefold() in self._by_name:
            raise duplicate(member.name)
        return self.add(member)

    def changed(self, member: Member) -> None:
        """Keep a member that was changed in place; its name stays."""
        self._rows.put(member.id, member)

    def remove(self, member: Member) -> None:
        """Forget a member; nobody is in a group that is gone."""
        self._by_name.pop(member.name.casefold(), None)
        self._rows.remove(member.id)
        for other in [one for one in self._rows.values() if member.id in one.group_ids]:
            self.leave(other, member)

    def join(self, member: Member, group: Member) -> None:
        """Make a user or group a member of the group."""
        if group.id not in member.group_ids:
            member.group_ids.append(group.id)
            self._rows.put(member.id, member)

    def leave(self, member: Member, group: Member) -> None:
        member.group_ids.remove(group.id)
        self._rows.put(member.id, member)

    def in_group(self, group: Member) -> list[Member]:
        """Whoever is in the group itself: in its list, or with it as base group."""
        return [one for one in self._rows.values() if group.id in (one.group_id, *one.group_ids)]

    def add_client(self, client: OAuthClient) -> None:
        self._clients.put(client.client_id, client)

    def client(self, client_id: str) -> OAuthClient | None:
        return self._clients.get(client_id)

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
