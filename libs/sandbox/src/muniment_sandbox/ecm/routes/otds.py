"""OTDS: tickets for credentials, access tokens for OAuth clients; outside the API of Content Server."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote

from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.members import USER, Member
from muniment_sandbox.ecm.state.sessions import Purpose

routes = Routes()

_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - a grant type's name, no secret
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a token type's name, no secret


@routes.on(
    "POST",
    "/otdsws/rest/authentication/credentials",
    "/otdsws/v1/authentication/credentials",
    is_open=True,
    takes_json=True,
)
def credentials(call: Call) -> Answer:
    """Give an OTDS ticket; the two paths spell the name of the user differently, both spellings are taken."""
    name = call.form.text("userName") or call.form.text("user_name")
    member = call.state.members.with_password(name, call.form.text("password"))
    if member is None:
        return Answer(
            {"status": 1, "error": "Authentication failed. Invalid user name or password."}, status=401
        )
    return _ticket(call, member, token=call.state.sessions.issue(Purpose.BEARER, member.id))


@routes.on("POST", "/otdsws/rest/authentication/ticketforuser", is_open=True, takes_json=True)
def ticket_for_user(call: Call) -> Answer:
    """Give an administrator, who shows a ticket, the ticket of another user."""
    session = call.state.sessions.check(Purpose.OTDS_TICKET, call.form.text("ticket"))
    asker = None if session is None else call.state.members.find(session.member_id)
    if asker is None or not asker.is_admin:
        return Answer({"status": 1034, "error": "Expired OTDS SSO ticket", "errorDetails": None}, status=400)
    member = call.state.members.named(call.form.text("userName"))
    if member is None or member.type != USER:
        return Answer({"status": 1, "error": "The user does not exist."}, status=404)
    return _ticket(call, member, token=None)


def _ticket(call: Call, member: Member, *, token: str | None) -> Answer:
    return Answer({
        "token": token,
        "userId": f"{member.name}@{member.partition}",
        "ticket": call.state.sessions.issue(Purpose.OTDS_TICKET, member.id),
        "resourceID": None,
        "failureReason": None,
        "passwordExpirationTime": 0,
        "continuation": False,
        "continuationContext": None,
        "continuationData": None,
    })  # fmt: skip


@routes.on("POST", "/otdsws/oauth2/token", is_open=True)
def token(call: Call) -> Answer:
    """Give an access token (RFC 6749): client credentials, password, or token exchange."""
    client = _client(call)
    grant = call.form.text("grant_type")
    if grant == "client_credentials":
        return (
            _issued(call, client)
            if client is not None
            else _failed("invalid_client", "The client is unknown", 401)
        )
    if grant == "password":
        member = call.state.members.with_password(call.form.text("username"), call.form.text("password"))
        return (
            _issued(call, member)
            if member is not None
            else _failed("invalid_grant", "Invalid credentials", 400)
        )
    if grant == _TOKEN_EXCHANGE:
        if client is None:
            return _failed("invalid_client", "The client is unknown", 401)
        member = call.state.members.named(call.form.text("subject_token"))
        return (
            _issued(call, member)
            if member is not None
            else _failed("invalid_request", "Unknown subject", 400)
        )
    return _failed("unsupported_grant_type", f"The grant type '{grant}' is not supported", 400)


def _client(call: Call) -> Member | None:
    client_id, secret = call.form.text("client_id"), call.form.text("client_secret")
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        client_id, _, secret = (unquote(part) for part in given.partition(":"))
    return call.state.members.with_client_secret(client_id, secret)


def _issued(call: Call, member: Member) -> Answer:
    return Answer({
        "access_token": call.state.sessions.issue(Purpose.BEARER, member.id),
        "issued_token_type": _ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": int(call.state.sessions.life_s),
    })  # fmt: skip


def _failed(error: str, why: str, status: int) -> Answer:
    return Answer({"error": error, "error_description": why}, status=status)
