"""Log-ins: in every form clients use, sliding, and over when they should be."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.ecm.state import FixedClock
from muniment_sandbox.ecm.state.sessions import Purpose, Sessions
from tests.unit.sandbox_ecm.desk import Desk

ANONYMOUS = {"otcsticket": ""}


def log_in(desk: Desk, username: str = "admin", password: str = "livelink") -> str:
    reply = desk.call("POST", "/v1/auth", {"username": username, "password": password}, headers=ANONYMOUS)
    return str(reply.json["ticket"])


def test_a_ticket_opens_the_api(desk: Desk) -> None:
    desk.ticket = log_in(desk)
    assert desk.get("/v1/auth").json["data"]["name"] == "admin"


def test_a_wrong_password_is_told_in_the_servers_words(desk: Desk) -> None:
    reply = desk.call("POST", "/v1/auth", {"username": "admin", "password": "x"}, headers=ANONYMOUS)
    assert reply.error == (401, "Invalid username/password specified.")


def test_a_login_without_a_name_is_an_error_of_the_server(desk: Desk) -> None:
    reply = desk.call("POST", "/v1/auth", {"password": "x"}, headers=ANONYMOUS)
    assert reply.error == (500, "Argument 'username' is required.")


def test_nothing_is_answered_without_a_login(desk: Desk) -> None:
    reply = desk.call("GET", "/v2/nodes/2000", headers=ANONYMOUS)
    assert reply.error == (401, "Authentication Required")


@pytest.mark.parametrize("carrier", ["otcsticket", "llcookie"])
def test_the_ticket_may_come_as_a_header(desk: Desk, carrier: str) -> None:
    reply = desk.call("GET", "/v1/auth", headers={**ANONYMOUS, carrier: log_in(desk)})
    assert reply.status == 200


@pytest.mark.parametrize("name", ["otcsticket", "OTCSTicket", "LLCookie"])
def test_the_ticket_may_come_as_a_cookie(desk: Desk, name: str) -> None:
    reply = desk.call("GET", "/v1/auth", headers={**ANONYMOUS, "cookie": f"{name}={log_in(desk)}"})
    assert reply.status == 200


@pytest.mark.parametrize("path", ["rest/authentication/credentials", "v1/authentication/credentials"])
@pytest.mark.parametrize("name", ["userName", "user_name"])
def test_an_otds_ticket_is_turned_into_a_ticket(desk: Desk, path: str, name: str) -> None:
    sent = f'{{"{name}":"rivera@Content Server Members","password":"rivera-secret"}}'.encode()
    headers = {**ANONYMOUS, "content-type": "application/json"}
    otds = desk.call("POST", f"/otdsws/{path}", raw=sent, headers=headers).json
    assert re.fullmatch(r"\*OTDSSSO\*.+\*", otds["ticket"])
    reply = desk.call("GET", "/v1/auth", headers={**ANONYMOUS, "otdsticket": otds["ticket"]})
    assert reply.json["data"]["name"] == "rivera"
    desk.ticket = reply.headers["OTCSTicket"]
    assert desk.get("/v1/auth").json["data"]["name"] == "rivera"


def test_a_bearer_token_of_a_client_acts_as_its_user(desk: Desk) -> None:
    form = {"grant_type": "client_credentials", "client_id": "muniment", "client_secret": "muniment-secret"}
    token = desk.call("POST", "/otdsws/oauth2/token", form, headers=ANONYMOUS).json
    assert token["token_type"] == "Bearer"
    bearer = {**ANONYMOUS, "authorization": f"Bearer {token['access_token']}"}
    assert desk.call("GET", "/v1/auth", headers=bearer).json["data"]["name"] == "muniment-writer"


def test_a_client_may_show_its_secret_by_basic_authentication(desk: Desk) -> None:
    basic = base64.b64encode(b"muniment:muniment-secret").decode()
    headers = {**ANONYMOUS, "authorization": f"Basic {basic}"}
    reply = desk.call("POST", "/otdsws/oauth2/token", {"grant_type": "client_credentials"}, headers=headers)
    assert reply.json["access_token"]


def test_a_wrong_client_secret_is_an_invalid_client(desk: Desk) -> None:
    form = {"grant_type": "client_credentials", "client_id": "muniment", "client_secret": "x"}
    reply = desk.call("POST", "/otdsws/oauth2/token", form, headers=ANONYMOUS)
    assert reply.error == (401, "invalid_client")


def test_the_password_grant_works_and_refuses(desk: Desk) -> None:
    form = {"grant_type": "password", "username": "okafor", "password": "okafor-secret"}
    assert desk.call("POST", "/otdsws/oauth2/token", form, headers=ANONYMOUS).json["access_token"]
    form["password"] = "x"
    assert desk.call("POST", "/otdsws/oauth2/token", form, headers=ANONYMOUS).error == (400, "invalid_grant")


def test_the_first_ticket_ends_although_the_session_was_busy(desk: Desk) -> None:
    desk.state.sessions.life_s = 60
    first = log_in(desk)
    newest = first
    for _ in range(8):
        desk.clock.at += 10
        reply = desk.call("GET", "/v1/auth", headers={"otcsticket": newest})
        assert reply.status == 200
        newest = reply.headers["OTCSTicket"]
    assert desk.call("GET", "/v1/auth", headers={"otcsticket": first}).status == 401
    assert desk.call("GET", "/v1/auth", headers={"otcsticket": newest}).status == 200


def test_a_logout_ends_every_ticket_of_the_login(desk: Desk) -> None:
    first = log_in(desk)
    desk.clock.at += 600
    renewed = desk.call("GET", "/v1/auth", headers={"otcsticket": first}).headers["OTCSTicket"]
    assert renewed != first
    desk.call("DELETE", "/v1/auth", headers={"otcsticket": renewed})
    assert desk.call("GET", "/v1/auth", headers={"otcsticket": first}).status == 401
    assert desk.call("GET", "/v1/auth", headers={"otcsticket": renewed}).status == 401


def test_all_tickets_can_be_voided_at_once(desk: Desk) -> None:
    ticket = log_in(desk)
    desk.state.sessions.expire_all()
    assert desk.call("GET", "/v1/auth", headers={"otcsticket": ticket}).status == 401
    assert desk.call("GET", "/v1/auth", headers={"otcsticket": log_in(desk)}).status == 200


def test_a_ticket_never_looks_like_a_hashed_one() -> None:
    sessions = Sessions(FixedClock())
    for member_id in range(50):
        assert not re.fullmatch(r"[0-9a-fA-F]{128}", sessions.issue(Purpose.TICKET, member_id))


@given(st.text(max_size=120))
def test_no_made_up_ticket_opens_anything(text: str) -> None:
    assert Sessions(FixedClock(), b"k" * 32).check(Purpose.TICKET, text) is None


def test_a_ticket_for_one_purpose_is_none_for_another() -> None:
    sessions = Sessions(FixedClock())
    assert sessions.check(Purpose.BEARER, sessions.issue(Purpose.TICKET, 1)) is None
