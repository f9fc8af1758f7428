"""Access tokens: one request at a time, renewed early, never shown."""

from __future__ import annotations

import asyncio

import pytest

from muniment_kit.http import PeerUnavailable
from muniment_kit.testing import ManualClock
from muniment_shopify.errors import AnswerUnusable, TokenRefused
from muniment_shopify.tokens import ClientCredentials, FixedToken
from tests.unit.shopify.scripted import ScriptedPeer, answered

DAY_S = 24 * 3600.0


def grant(token: str, expires_in: object = 86399) -> dict[str, object]:
    return {"access_token": token, "scope": "read_orders", "expires_in": expires_in}


def credentials(peer: ScriptedPeer, clock: ManualClock) -> ClientCredentials:
    return ClientCredentials(peer, "client-id", "client-secret", clock=clock, renew_before_s=1800)


async def test_many_callers_at_once_make_one_request() -> None:
    peer = ScriptedPeer(answered(grant("t1")))
    tokens = credentials(peer, ManualClock())
    assert await asyncio.gather(*(tokens.token() for _ in range(20))) == ["t1"] * 20
    assert peer.sent[0].path == "/admin/oauth/access_token"
    assert peer.sent[0].data == {
        "grant_type": "client_credentials",
        "client_id": "client-id",
        "client_secret": "client-secret",
    }


async def test_a_token_is_renewed_before_it_expires() -> None:
    clock = ManualClock()
    tokens = credentials(ScriptedPeer(answered(grant("t1")), answered(grant("t2"))), clock)
    assert await tokens.token() == "t1"
    await clock.advance(DAY_S - 1900)
    assert await tokens.token() == "t1"
    await clock.advance(200)
    assert await tokens.token() == "t2"


async def test_a_failed_renewal_does_no_harm_while_the_old_token_lives() -> None:
    clock = ManualClock()
    peer = ScriptedPeer(answered(grant("t1")), PeerUnavailable("down"), PeerUnavailable("down"))
    tokens = credentials(peer, clock)
    await tokens.token()
    await clock.advance(DAY_S - 1000)
    assert await tokens.token() == "t1"
    await clock.advance(1000)
    with pytest.raises(PeerUnavailable):
        await tokens.token()


async def test_a_refused_token_is_replaced_once_for_all_who_were_refused() -> None:
    peer = ScriptedPeer(answered(grant("t1")), answered(grant("t2")))
    tokens = credentials(peer, ManualClock())
    old = await tokens.token()
    assert await asyncio.gather(*(tokens.renew(old) for _ in range(5))) == ["t2"] * 5
    assert await tokens.token() == "t2"


@pytest.mark.parametrize("expires_in", [None, 0, -1, "soon", True])
async def test_a_life_that_makes_no_sense_counts_as_a_day(expires_in: object) -> None:
    clock = ManualClock()
    tokens = credentials(ScriptedPeer(answered(grant("t1", expires_in)), answered(grant("t2"))), clock)
    await tokens.token()
    await clock.advance(DAY_S - 1801)
    assert await tokens.token() == "t1"
    await clock.advance(2)
    assert await tokens.token() == "t2"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"error": "invalid_client", "error_description": "personal"}, "invalid_client"),
        ({"error": "app_not_installed"}, "app_not_installed"),
        ({"error": "Personal text"}, "no code"),
        (["x"], "no code"),
    ],
)
async def test_a_refusal_names_its_code_and_what_to_check_but_no_secret(content: object, named: str) -> None:
    tokens = credentials(ScriptedPeer(answered(content, 400)), ManualClock())
    with pytest.raises(TokenRefused, match=named) as raised:
        await tokens.token()
    assert "client-secret" not in str(raised.value)
    assert "ersonal" not in str(raised.value)


@pytest.mark.parametrize(
    "content", [{}, {"access_token": ""}, {"access_token": "a\r\nX: y"}, {"access_token": 5}, []]
)
async def test_an_answer_without_a_usable_token_is_unusable(content: object) -> None:
    with pytest.raises(AnswerUnusable):
        await credentials(ScriptedPeer(answered(content)), ManualClock()).token()


async def test_a_fixed_token_has_no_successor_and_does_not_show_itself() -> None:
    tokens = FixedToken("shpat_secret")
    assert await tokens.token() == "shpat_secret"
    assert await tokens.renew("shpat_secret") is None
    assert "secret" not in repr(tokens)


async def test_credentials_do_not_show_themselves() -> None:
    tokens = credentials(ScriptedPeer(), ManualClock())
    assert "secret" not in repr(tokens)
    assert "secret" not in repr(ScriptedPeer())
