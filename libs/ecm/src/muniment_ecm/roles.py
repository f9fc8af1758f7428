"""Roles of a business workspace and who has them. Role ids differ from workspace to workspace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from muniment_ecm.answers import integer, json_object, part, required_id, results, text
from muniment_ecm.creation import Origin, create_once
from muniment_ecm.errors import InvalidValue, NodeNotAccessible, RefusedByServer
from muniment_ecm.forms import form
from muniment_ecm.members import Member, parse_member
from muniment_ecm.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of one workspace; ``permissions`` is the server's bit mask."""

    id: int
    name: str
    is_leader: bool
    permissions: int


class Roles:
    """Reads roles, gives and takes them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of(self, workspace_id: int) -> list[Role]:
        """Return the roles of a workspace. Raises ``NodeNotAccessible``."""
        what = f"list the roles of workspace {workspace_id}"
        answer = await self._session.request(
            "GET", f"/v2/businessworkspaces/{workspace_id}/roles", what=what, repeatable=True
        )
        found = [part(result, "data", "properties") for result in results(json_object(answer, what), what)]
        return [
            Role(
                id=required_id(properties, what),
                name=text(properties, "name"),
                is_leader=properties.get("leader") is True,
                permissions=integer(properties, "perms"),
            )
            for properties in found
        ]

    async def by_name(self, workspace_id: int, name: str) -> Role | None:
        """Return the role of that name, ``None`` if the workspace has none."""
        return next((role for role in await self.of(workspace_id) if role.name == name), None)

    async def members(self, workspace_id: int, role_id: int) -> list[Member]:
        """Return who has the role."""
        what = f"list who has a role in workspace {workspace_id}"
        answer = await self._session.request(
            "GET", self._path(workspace_id, role_id), what=what, repeatable=True
        )
        return [parse_member(result, what) for result in results(json_object(answer, what), what)]

    async def all_members(self, workspace_id: int) -> list[Member]:
        """Return everybody who has any role in the workspace."""
        what = f"list the members of workspace {workspace_id}"
        answer = await self._session.request(
            "GET", f"/v2/businessworkspaces/{workspace_id}/members", what=what, repeatable=True
        )
        return [parse_member(result, what) for result in results(json_object(answer, what), what)]

    async def give(self, workspace_id: int, role_id: int, member_id: int) -> Origin:
        """Give the role to the member; ``Origin.FOUND`` where it has it already."""
        if await self._look(workspace_id, role_id, member_id):
            return Origin.FOUND
        made = await create_once(
            partial(self._give, workspace_id, role_id, member_id),
            partial(self._look, workspace_id, role_id, member_id),
            taken=(RefusedByServer, InvalidValue),
        )
        return made.origin

    async def take(self, workspace_id: int, role_id: int, member_id: int) -> bool:
        """Take the role from the member; return whether it had it."""
        if not await self._look(workspace_id, role_id, member_id):
            return False
        try:
            await self._session.change(
                "DELETE",
                f"{self._path(workspace_id, role_id)}/{member_id}",
                what=f"take a role in workspace {workspace_id}",
                repeatable=True,
            )
        except (NodeNotAccessible, RefusedByServer):
            if await self._look(workspace_id, role_id, member_id):
                raise
        return True

    async def _look(self, workspace_id: int, role_id: int, member_id: int) -> bool | None:
        found = await self.members(workspace_id, role_id)
        return True if any(member.id == member_id for member in found) else None

    async def _give(self, workspace_id: int, role_id: int, member_id: int) -> bool:
        await self._session.change(
            "POST",
            self._path(workspace_id, role_id),
            what=f"give a role in workspace {workspace_id}",
            repeatable=False,
            form=form({"id": str(member_id)}),
        )
        return True

    def _path(self, workspace_id: int, role_id: int) -> str:
        return f"/v2/businessworkspaces/{workspace_id}/roles/{role_id}/members"
