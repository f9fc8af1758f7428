"""Who is looking: signing in as a member, the cookie that remembers it, the token that guards every form."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.members import USER, Member
from muniment_sandbox.ecm.state.sessions import Purpose, Session
from muniment_sandbox.pages import Pages, form_of

COOKIE = "muniment_person"
_SERVICE_PREFIX = "muniment-"


@dataclass(frozen=True, slots=True)
class Person:
    """A member who is signed in. ``form_token`` goes into every form they are shown."""

    member: Member
    form_token: str
    ticket: str


class People:
    """Signs people in and out of the pages. Their session is a ticket of the server, in a cookie."""

    def __init__(self, state: EcmState, pages: Pages) -> None:
        self._state = state
        self._pages = pages
        self._key = secrets.token_bytes(32)

    def person(self, request: web.Request) -> Person | None:
        """Return who is signed in, if anybody is."""
        ticket = request.cookies.get(COOKIE, "")
        session = self._state.sessions.check(Purpose.TICKET, ticket) if ticket else None
        member = None if session is None else self._state.members.find(session.member_id)
        if session is None or member is None:
            return None
        return Person(member, self._token(session), self._state.sessions.renewed(session, ticket))

    def required(self, request: web.Request) -> Person:
        """Return who is signed in; send everybody else to the sign-in page, and back afterwards."""
        person = self.person(request)
        if person is None:
            raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs, safe='')}")
        return person

    def keep(self, response: web.StreamResponse, person: Person) -> None:
        """Let the session slide on with this answer."""
        response.set_cookie(COOKIE, person.ticket, httponly=True, samesite="Lax", path="/")

    def is_own_form(self, person: Person, fields: Mapping[str, object]) -> bool:
        """Whether a form was sent from a page that this person was shown."""
        return hmac.compare_digest(person.form_token, str(fields.get("token", "")))

    async def show_sign_in(self, request: web.Request) -> web.Response:
        return self._sign_in_page(_next(request.query), self.person(request))

    async def sign_in(self, request: web.Request) -> web.Response:
        fields = await form_of(request)
        name, password = str(fields.get("name", "")), str(fields.get("password", ""))
        member = self._state.members.with_password(name, password)
        if member is None:
            return self._sign_in_page(_next(fields), None, chosen=name, failed=True)
        answer = web.Response(status=303, headers={"Location": _next(fields)})
        ticket = self._state.sessions.issue(Purpose.TICKET, member.id)
        answer.set_cookie(COOKIE, ticket, httponly=True, samesite="Lax", path="/")
        return answer

    async def sign_out(self, request: web.Request) -> web.Response:
        person, fields = self.person(request), await form_of(request)
        answer = web.Response(status=303, headers={"Location": "/sign-in"})
        if person is not None and self.is_own_form(person, fields):
            session = self._state.sessions.check(Purpose.TICKET, request.cookies[COOKIE])
            if session is not None:
                self._state.sessions.end(session)
            answer.del_cookie(COOKIE, path="/")
        return answer

    def _sign_in_page(
        self, back_to: str, person: Person | None, *, chosen: str = "", failed: bool = False
    ) -> web.Response:
        users = [one for one in self._state.members.all() if one.type == USER and one.password]
        waiting = {one.id: len(self._state.workflows.assignments(one)) for one in users}
        people = sorted(users, key=lambda one: (-waiting[one.id], one.is_admin, one.name))
        return self._pages.render(
            "sign_in.html",
            status=401 if failed else 200,
            person=person,
            people=[(one, waiting[one.id]) for one in people if not one.name.startswith(_SERVICE_PREFIX)],
            chosen=chosen,
            failed=failed,
            back_to=back_to,
            is_demo=any(one.password == f"{one.name}-secret" for one in users),
        )

    def _token(self, session: Session) -> str:
        return hmac.digest(self._key, str(session.login).encode(), hashlib.sha256).hex()


def _next(fields: Mapping[str, object]) -> str:
    """Where to go after signing in: a path on this server, never another one."""
    wanted = str(fields.get("next", ""))
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_local and wanted.isprintable() else "/tasks"
