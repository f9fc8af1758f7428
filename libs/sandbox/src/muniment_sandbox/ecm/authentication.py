"""Who a request comes from: any of the credentials that clients of Content Server send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote

from muniment_sandbox.ecm.state.sessions import Purpose, Session, Sessions


def session_of(sessions: Sessions, headers: Mapping[str, str]) -> tuple[Session, str] | None:
    """Return the first valid credential among the headers (keys in lower case), or ``None``."""
    for purpose, sealed in _credentials(headers):
        session = sessions.check(purpose, sealed)
        if session is not None:
            return session, sealed
    return None


def _credentials(headers: Mapping[str, str]) -> Iterator[tuple[Purpose, str]]:
    """Ticket headers first, then a bearer token, then cookies."""
    if "otcsticket" in headers:
        yield Purpose.TICKET, headers["otcsticket"]
    if "otdsticket" in headers:
        yield Purpose.OTDS_TICKET, headers["otdsticket"]
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        yield Purpose.BEARER, token.strip()
    if "llcookie" in headers:
        yield Purpose.TICKET, headers["llcookie"]
    if "cookie" in headers:
        yield from _cookies(headers["cookie"])


def _cookies(header: str) -> Iterator[tuple[Purpose, str]]:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(header)
    except CookieError:
        return
    for name, morsel in cookies.items():
        if name.lower() in ("otcsticket", "llcookie"):
            yield Purpose.TICKET, unquote(morsel.value)
        elif name.lower() == "otdsticket":
            yield Purpose.OTDS_TICKET, unquote(morsel.value)
