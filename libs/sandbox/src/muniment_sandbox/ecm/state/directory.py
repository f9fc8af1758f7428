"""What OTDS keeps besides users, groups and OAuth clients: partitions, access roles, licences given."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from muniment_sandbox.ecm.state.members import CONTENT_SERVER_MEMBERS, OAUTH_CLIENTS, Member, Members
from muniment_sandbox.ecm.state.tables import Table

RESOURCE = "cs"
ACCESS_ROLE = "Access to cs"
LICENSE = "EXTENDED_ECM"
_NAMESPACE = uuid.UUID("6a1c6f0e-6f1b-4f0e-9b57-2a6d7a2f5c11")


@dataclass(slots=True)
class Partition:
    """A set of users and groups with one origin. All are non-synchronised here."""

    name: str
    description: str = ""


@dataclass(slots=True)
class AccessRole:
    """Who may use a resource: users, groups, and everybody of a partition."""

    name: str
    description: str = ""
    users: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    partitions: list[str] = field(default_factory=list)
    attributes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Licensed:
    """A feature of a licence that a user or group has."""

    location: str
    feature: str


class Directory:
    """The OTDS of one Content Server, its resource ``cs``. Ids are derived from names, so they stay."""

    def __init__(
        self,
        partitions: Table[str, Partition],
        access_roles: Table[str, AccessRole],
        licensed: Table[str, Licensed],
        members: Members,
    ) -> None:
        self.partitions = partitions
        self.access_roles = access_roles
        self._licensed = licensed
        self._members = members

    def rebuild(self) -> None:
        """Have what every OTDS has, also over a file that was written before there was a directory."""
        if CONTENT_SERVER_MEMBERS not in self.partitions:
            self.found()

    def found(self) -> None:
        """Make what an installed OTDS has from the start."""
        for name, text in (
            (CONTENT_SERVER_MEMBERS, "Users and groups of Content Server"),
            (OAUTH_CLIENTS, "OAuth clients as users"),
        ):
            self.partitions.put(name, Partition(name, text))
        everybody = AccessRole(ACCESS_ROLE, "Who may use Content Server", partitions=[CONTENT_SERVER_MEMBERS])
        self.access_roles.put(ACCESS_ROLE, everybody)

    def give_license(self, location: str, feature: str) -> None:
        self._licensed.put(f"{feature} {location}", Licensed(location, feature))

    def licensed(self, feature: str) -> list[Member]:
        """Everybody who has a feature of the licence."""
        locations = {one.location for one in self._licensed.values() if one.feature == feature}
        return [one for one in self._members.all() if self.location(one) in locations]

    @staticmethod
    def location(member: Member) -> str:
        """The distinguished name of a user or group."""
        kind, unit = ("oTPerson", "users") if member.type == 0 else ("oTGroup", "groups")
        return (
            f"{kind}={Directory.guid(member.partition, member.name)},orgunit={unit},"
            f"partition={member.partition},dc=identity,dc=opentext,dc=net"
        )

    @staticmethod
    def guid(*names: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, "\n".join(names)))
