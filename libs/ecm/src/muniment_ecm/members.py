"""Members: users and groups, found by their exact login name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from muniment_ecm.answers import JsonObject, integer, json_object, part, required_id, results, text
from muniment_ecm.pages import pages
from muniment_ecm.session import Session

_PAGE_SIZE = 20
"""More than 20 members a page are not given."""


class MemberType(IntEnum):
    """What a member is."""

    USER = 0
    GROUP = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user or group. ``name`` is the login name; the other names and the address may be personal."""

    id: int
    name: str
    type: int
    display_name: str = ""
    email: str = ""


class Members:
    """Finds members."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def by_login(self, name: str, *, of_type: MemberType = MemberType.USER) -> Member | None:
        """Return the member with exactly this login name (without regard to case), ``None`` if there is none.

        The server's ``where_name`` finds beginnings and parts of names; the exact comparison happens here.
        """
        what = "find a member by its login name"
        wanted = name.casefold()
        params: list[tuple[str, str | int]] = [("where_type", int(of_type)), ("where_name", name)]
        async for content in pages(self._session, "/v2/members", what=what, limit=_PAGE_SIZE, params=params):
            for result in results(content, what):
                member = parse_member(result, what)
                if member.name.casefold() == wanted:
                    return member
        return None

    async def get(self, member_id: int) -> Member:
        """Return one member. Raises ``NodeNotAccessible``."""
        what = f"read member {member_id}"
        answer = await self._session.request("GET", f"/v2/members/{member_id}", what=what, repeatable=True)
        found = results(json_object(answer, what), what)
        return parse_member(found[0] if found else {}, what)

    async def myself(self) -> Member:
        """Return the member this session is logged in as."""
        what = "read who is logged in"
        answer = await self._session.request("GET", "/v1/auth", what=what, repeatable=True)
        return parse_member({"data": {"properties": part(json_object(answer, what), "data")}}, what)


def parse_member(result: JsonObject, what: str) -> Member:
    """Return the member of one result (``data.properties``)."""
    properties = part(result, "data", "properties") or result
    full_name = f"{text(properties, 'first_name')} {text(properties, 'last_name')}".strip()
    return Member(
        id=required_id(properties, what),
        name=text(properties, "name"),
        type=integer(properties, "type"),
        display_name=text(properties, "display_name") or full_name or text(properties, "name"),
        email=text(properties, "business_email"),
    )
