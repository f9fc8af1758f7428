"""Who gets in: granted tokens for their time, the permanent one always, nobody else."""

from __future__ import annotations

import pytest

from muniment_sandbox.shopify.tokens import GrantRefused, Tokens
from muniment_sandbox.shopify.versions import answering_version

RIGHT = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "secret"}


class Hands:
    at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def tokens(hands: Hands) -> Tokens:
    return Tokens("app", "secret", "shpat_permanent", "read_orders", lifetime_s=100, now=hands)


def test_a_granted_token_opens_until_it_expires(tokens: Tokens, hands: Hands) -> None:
    grant = tokens.grant(RIGHT)
    assert (grant.scope, grant.expires_in) == ("read_orders", 100)
    assert tokens.opens(grant.access_token)
    hands.at_s = 100
    assert not tokens.opens(grant.access_token)
    assert tokens.opens("shpat_permanent")


def test_every_grant_is_another_token_and_the_older_stays_valid(tokens: Tokens) -> None:
    first, second = tokens.grant(RIGHT), tokens.grant(RIGHT)
    assert first.access_token != second.access_token
    assert tokens.opens(first.access_token)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "other"}, "invalid_client"),
        ({"client_secret": "wröng"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
    ],
)
def test_a_wrong_grant_is_refused_by_name(tokens: Tokens, change: dict[str, object], code: str) -> None:
    with pytest.raises(GrantRefused) as refused:
        tokens.grant(RIGHT | change)
    assert refused.value.code == code


def test_an_app_that_is_not_installed_gets_nothing(tokens: Tokens) -> None:
    tokens.installed = False
    with pytest.raises(GrantRefused, match="not installed"):
        tokens.grant(RIGHT)
    assert not tokens.opens("shpat_permanent")


@pytest.mark.parametrize("token", [None, "", "shpat_other", "shpät"])
def test_other_tokens_do_not_open(tokens: Tokens, token: str | None) -> None:
    assert not tokens.opens(token)


def test_tokens_can_be_made_to_expire_at_once(tokens: Tokens) -> None:
    grant = tokens.grant(RIGHT)
    tokens.expire_all()
    assert not tokens.opens(grant.access_token)


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("2026-10", "2026-10"),
        ("2026-01", "2026-01"),
        ("2025-01", "2026-01"),
        ("unstable", "unstable"),
        ("2031-01", None),
        ("2026-02", None),
        ("latest", None),
    ],
)
def test_an_expired_version_falls_forward_to_the_oldest_supported(asked: str, answers: str | None) -> None:
    assert answering_version(asked) == answers
