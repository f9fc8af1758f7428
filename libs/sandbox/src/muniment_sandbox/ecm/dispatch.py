"""From a request to an answer: route, login, form, handler, commit. No HTTP library, nothing waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from muniment_sandbox.ecm.answers import UNKNOWN_URL, refusal
from muniment_sandbox.ecm.authentication import session_of
from muniment_sandbox.ecm.calls import NOBODY, Answer, Call
from muniment_sandbox.ecm.form import read_form
from muniment_sandbox.ecm.routes.table import build_router
from muniment_sandbox.ecm.routing import Route, split_cgi
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.members import Member
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.sessions import Session


@dataclass(frozen=True, slots=True)
class Request:
    """What came over the wire. ``headers`` have lower-case keys; ``path`` is decoded, ``query`` raw."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    origin: str = ""


class Dispatcher:
    """Answers the calls of the API and of OTDS."""

    def __init__(self, state: EcmState) -> None:
        self._state = state
        self.router = build_router()

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path in either cgi form, or outside the API."""
        split = split_cgi(path)
        if split is not None:
            return self.router.match(method, split[1]) if split[1].startswith("/v") else None
        return None if path.startswith("/v") else self.router.match(method, path)

    def answer(self, request: Request) -> Answer:
        """Carry out one request as one step; every change it made is durable when this returns."""
        version = 1 if "/api/v1/" in request.path else 2
        found = self.find(request.method, request.path)
        if found is None:
            return refusal(Refused(Kind.INVALID, UNKNOWN_URL), version)
        try:
            answer = self._carry_out(request, *found)
        except Refused as refused:
            answer = refusal(refused, version)
        self._state.commit()
        return answer

    def _carry_out(self, request: Request, route: Route, params: Mapping[str, str]) -> Answer:
        session, ticket, member = self._login(request, route)
        content_type = request.headers.get("content-type", "")
        call = Call(
            state=self._state,
            method=request.method,
            href=_href(request),
            params=params,
            form=read_form(request.query, content_type, request.body, json_allowed=route.takes_json),
            headers=request.headers,
            member=member,
            session=session,
            origin=request.origin,
        )
        try:
            answer = route.handler(call)
        except Refused as refused:
            answer = refusal(refused, call.version)
        if session is not None:
            self._renew(answer, session, ticket)
        return answer

    def _login(self, request: Request, route: Route) -> tuple[Session | None, str, Member]:
        if route.is_open:
            return None, "", NOBODY
        found = session_of(self._state.sessions, request.headers)
        member = None if found is None else self._state.members.find(found[0].member_id)
        if found is None or member is None:
            raise Refused(Kind.UNAUTHENTICATED, "Authentication Required")
        return found[0], found[1], member

    def _renew(self, answer: Answer, session: Session, ticket: str) -> None:
        sessions = self._state.sessions
        answer.headers["OTCSTicket"] = sessions.renewed(session, ticket)
        answer.headers["OTCSTicketExpires"] = _http_date(int(self._state.clock.now() + sessions.life_s))


@lru_cache(maxsize=64)
def _http_date(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def _href(request: Request) -> str:
    split = split_cgi(request.path)
    path = f"/api{split[1]}" if split is not None else request.path
    return f"{path}?{request.query}" if request.query else path
