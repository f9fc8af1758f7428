"""A session logs in once, keeps its ticket fresh, and never locks the account."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from muniment_ecm import LoginRefused, NodeNotAccessible
from muniment_ecm.login import ClientCredentialsLogin, Credential, PasswordLogin
from muniment_ecm.session import REFUSAL_PAUSES_S, Session, counted_requests
from muniment_kit.http import Answer, PeerUnavailable
from muniment_kit.testing import ManualClock
from tests.unit.ecm.scripted_transport import LoginStub, ScriptedTransport, answer, html, refused

EXPIRED = refused("Authentication Required", 401)
OK = answer({"results": {}})
GET = "GET /v2/nodes/7"


async def get(session: Session) -> Answer:
    return await session.request("GET", "/v2/nodes/7", what="read node 7", repeatable=True)


async def test_the_ticket_of_each_answer_is_used_for_the_next_call() -> None:
    transport = ScriptedTransport(
        (GET, answer({}, ticket="renewed-1")), (GET, answer({}, ticket="renewed-2")), (GET, OK)
    )
    session = Session(transport, LoginStub())
    for _ in range(3):
        await get(session)
    assert [call.headers["OTCSTicket"] for call in transport.calls] == ["ticket-1", "renewed-1", "renewed-2"]


async def test_an_expired_ticket_costs_one_login_and_the_call_is_repeated() -> None:
    transport = ScriptedTransport((GET, OK), (GET, EXPIRED), (GET, OK))
    login = LoginStub()
    session = Session(transport, login)
    await get(session)
    await get(session)
    assert login.count == 2
    assert transport.is_finished


class ExpiringTransport(ScriptedTransport):
    """Takes every ticket but the first, and lets other calls run before it answers."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Sequence[tuple[str, str | int]] | None = None,
        data: bytes | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        await asyncio.sleep(0)
        return EXPIRED if (headers or {}).get("OTCSTicket") == "ticket-1" else OK


async def test_many_calls_that_find_the_ticket_expired_log_in_once() -> None:
    login = LoginStub()
    session = Session(ExpiringTransport(), login)
    await asyncio.gather(*(get(session) for _ in range(20)))
    assert login.count == 2


async def test_a_401_right_after_a_login_is_not_answered_with_more_logins() -> None:
    clock = ManualClock()
    transport = ScriptedTransport((GET, EXPIRED), (GET, EXPIRED), (GET, EXPIRED))
    login = LoginStub()
    session = Session(transport, login, clock=clock)
    with pytest.raises(LoginRefused) as refusal:
        await get(session)
    assert refusal.value.after == REFUSAL_PAUSES_S[0]
    with pytest.raises(LoginRefused):
        await get(session)
    assert login.count == 2


async def test_refused_logins_pause_longer_and_longer() -> None:
    clock = ManualClock()
    login = LoginStub(*[LoginRefused("no") for _ in range(6)])
    session = Session(ScriptedTransport((GET, OK)), login, clock=clock)
    pauses = []
    for _ in range(6):
        with pytest.raises(LoginRefused) as first:
            await get(session)
        with pytest.raises(LoginRefused) as second:
            await get(session)
        assert first.value.after is not None
        assert second.value.after == pytest.approx(first.value.after)
        pauses.append(first.value.after)
        await clock.advance(first.value.after)
    assert pauses == [*REFUSAL_PAUSES_S, REFUSAL_PAUSES_S[-1], REFUSAL_PAUSES_S[-1]]
    assert login.count == 6
    await get(session)


async def test_a_credential_is_renewed_before_it_expires() -> None:
    clock = ManualClock()
    login = LoginStub(valid_s=100.0)
    session = Session(ScriptedTransport((GET, OK), (GET, OK)), login, clock=clock)
    await get(session)
    await clock.advance(80)
    await get(session)
    assert login.count == 2


async def test_a_stream_logs_in_again_too() -> None:
    transport = ScriptedTransport((GET, EXPIRED), (GET, Answer(200, {"OTCSTicket": "next"}, b"0123456789")))
    session = Session(transport, LoginStub())
    async with session.stream("GET", "/v2/nodes/7", what="read") as streaming:
        assert b"".join([chunk async for chunk in streaming.chunks()]) == b"0123456789"


async def test_a_stream_that_is_refused_raises_what_the_refusal_means() -> None:
    session = Session(ScriptedTransport((GET, refused("Could not get a node for 7"))), LoginStub())
    with pytest.raises(NodeNotAccessible):
        async with session.stream("GET", "/v2/nodes/7", what="read"):
            pass


async def test_a_stream_that_meets_an_error_page_may_be_tried_later() -> None:
    session = Session(ScriptedTransport((GET, html(500))), LoginStub())
    with pytest.raises(PeerUnavailable):
        async with session.stream("GET", "/v2/nodes/7", what="read"):
            pass


async def test_requests_are_counted_inside_the_block_only() -> None:
    session = Session(ScriptedTransport((GET, OK), (GET, OK), (GET, OK)), LoginStub())
    await get(session)
    async with counted_requests() as count:
        await asyncio.gather(get(session), get(session))
    assert count.made == 2


async def test_a_password_login_sends_the_form_and_takes_the_ticket() -> None:
    transport = ScriptedTransport(("POST /v1/auth", answer({"ticket": "abc"})))
    credential = await PasswordLogin(transport, "svc", "p&ss", domain="partition")()
    assert credential == Credential("OTCSTicket", "abc")
    assert transport.calls[0].data == b"username=svc&password=p%26ss&domain=partition"


async def test_a_wrong_password_is_a_refused_login_that_does_not_repeat_it() -> None:
    transport = ScriptedTransport(("POST /v1/auth", refused("Invalid username/password specified.", 401)))
    with pytest.raises(LoginRefused) as refusal:
        await PasswordLogin(transport, "svc", "hunter2")()
    assert "hunter2" not in str(refusal.value)


async def test_an_otds_token_is_exchanged_for_a_ticket() -> None:
    otds = ScriptedTransport(("POST /oauth2/token", answer({"access_token": "tok", "expires_in": 300})))
    server = ScriptedTransport(("GET /v1/auth", answer({"data": {"id": 1000}}, ticket="abc")))
    credential = await ClientCredentialsLogin(otds, server, "client", "secret")()
    assert credential == Credential("OTCSTicket", "abc")
    assert server.calls[0].headers["Authorization"] == "Bearer tok"


async def test_a_server_that_gives_no_ticket_is_called_with_the_token() -> None:
    otds = ScriptedTransport(("POST /oauth2/token", answer({"access_token": "tok", "expires_in": 300})))
    server = ScriptedTransport(("GET /v1/auth", answer({"data": {"id": 1000}})))
    credential = await ClientCredentialsLogin(otds, server, "client", "secret")()
    assert credential == Credential("Authorization", "Bearer tok", 300.0)


async def test_a_wrong_client_secret_is_a_refused_login() -> None:
    otds = ScriptedTransport(("POST /oauth2/token", answer({"error": "invalid_client"}, status=401)))
    with pytest.raises(LoginRefused, match="OTDS"):
        await ClientCredentialsLogin(otds, ScriptedTransport(), "client", "secret")()


def test_a_credential_does_not_show_its_value() -> None:
    assert "abc" not in repr(Credential("OTCSTicket", "abc"))
