"""The two ways into Content Server: user and password, or an OTDS client (OAuth 2.0 client credentials).

Either gives a ``Credential``: the header that authenticates later calls. Source: ``POST`` and ``GET
/v1/auth`` of the Content Server REST API; OTDS ``/otdsws/oauth2/token`` (RFC 6749 section 4.4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from muniment_ecm.answers import integer, json_object, text
from muniment_ecm.classify import refusal
from muniment_ecm.errors import AnswerNotUnderstood, InvalidValue, LoginRefused, MissingParameter, NotLoggedIn
from muniment_ecm.forms import form
from muniment_ecm.transport import Transport

TICKET_HEADER = "OTCSTicket"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Credential:
    """A header that authenticates calls. ``valid_s`` is how long, if the server said so."""

    header: str
    value: str = field(repr=False)
    valid_s: float | None = None


class Login(Protocol):
    """Logs in once. Raises ``LoginRefused`` when the account does not get in."""

    async def __call__(self) -> Credential: ...


class PasswordLogin:
    """``POST /v1/auth`` with user, password and, where there are several, the domain."""

    def __init__(self, server: Transport, username: str, password: str, *, domain: str | None = None) -> None:
        self._server = server
        self._fields = {"username": username, "password": password}
        if domain:
            self._fields["domain"] = domain

    async def __call__(self) -> Credential:
        body = form(self._fields).body
        answer = await self._server.request("POST", "/v1/auth", repeatable=True, headers=_FORM, data=body)
        trouble = refusal(answer, "log in")
        if isinstance(trouble, NotLoggedIn | InvalidValue | MissingParameter) or answer.status == 401:
            raise LoginRefused(
                "Content Server refused the service account's user name or password. Check "
                "both, and that the account is neither locked nor expired."
            )
        if trouble is not None:
            raise trouble
        ticket = text(json_object(answer, "log in"), "ticket")
        if not ticket:
            raise AnswerNotUnderstood("Could not log in: the answer has no ticket.")
        return Credential(TICKET_HEADER, ticket)


class ClientCredentialsLogin:
    """An OTDS token for the client, exchanged for a ticket by ``GET /v1/auth``.

    A server that answers without a ticket header is called with the token itself until that expires.
    """

    def __init__(self, otds: Transport, server: Transport, client_id: str, client_secret: str) -> None:
        self._otds = otds
        self._server = server
        self._fields = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }

    async def __call__(self) -> Credential:
        token = await self._token()
        headers = {token.header: token.value}
        answer = await self._server.request("GET", "/v1/auth", repeatable=True, headers=headers)
        trouble = refusal(answer, "exchange the OTDS token for a ticket")
        if isinstance(trouble, NotLoggedIn):
            raise LoginRefused(
                "Content Server does not accept the OTDS token. Give the OAuth client an access "
                "role for the Content Server resource, and a licence."
            )
        if trouble is not None:
            raise trouble
        ticket = answer.headers.get(TICKET_HEADER)
        return Credential(TICKET_HEADER, ticket) if ticket else token

    async def _token(self) -> Credential:
        body = form(self._fields).body
        answer = await self._otds.request("POST", "/oauth2/token", repeatable=True, headers=_FORM, data=body)
        if answer.status in (400, 401, 403):
            raise LoginRefused(
                "OTDS refused the OAuth client. Check its id and secret, and that it is confidential."
            )
        trouble = refusal(answer, "get a token from OTDS")
        if trouble is not None:
            raise trouble
        content = json_object(answer, "get a token from OTDS")
        token = text(content, "access_token")
        if not token:
            raise AnswerNotUnderstood("Could not get a token from OTDS: the answer has none.")
        valid_s = integer(content, "expires_in")
        return Credential("Authorization", f"Bearer {token}", float(valid_s) if valid_s > 0 else None)
