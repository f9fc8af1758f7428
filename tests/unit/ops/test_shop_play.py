"""How a played life is written down: shares, durations, and the same steps for the same seed."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from muniment_ops import shop_play
from muniment_ops.commands.sandbox import USUAL_MIX, app
from muniment_ops.exit_codes import WrongUse
from muniment_ops.shop_play import Played, Score, parse_duration_s, parse_mix, play_shop
from muniment_sandbox.shopify.occasions import OCCASIONS


def test_a_mix_names_occasions_and_their_shares() -> None:
    assert parse_mix("orders=60, returns=2.5,orders=1", OCCASIONS) == {"orders": 61.0, "returns": 2.5}
    assert "orders" in parse_mix(USUAL_MIX, OCCASIONS)


async def test_what_is_no_address_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(WrongUse, match="no address of a shop sandbox"):
        await play_shop("foo", Score(1.0, 1.0, {"orders": 1.0}, seed=1), Played())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("earthquakes=1", "no occasion 'earthquakes'"),
        ("", "no occasion ''"),
        ("orders", "name=number"),
        ("orders=-1", "name=number"),
        ("orders=nan", "name=number"),
        ("orders=0", "at least one share"),
    ],
)
def test_a_mix_that_makes_no_sense_is_refused(text: str, words: str) -> None:
    with pytest.raises(WrongUse, match=words):
        parse_mix(text, OCCASIONS)


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200)])
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0s", "-1s", "1d", "s", "1 s", "inf"])
def test_a_duration_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(WrongUse, match="90s, 5m or 1h"):
        parse_duration_s(text)


@given(st.integers(0, 2**31), st.floats(0.1, 50), st.floats(0.1, 10))
def test_the_same_score_has_the_same_steps(seed: int, rate: float, duration_s: float) -> None:
    score = Score(rate, duration_s, {"orders": 3.0, "returns": 1.0}, seed)
    steps = list(score.occasions())
    assert steps == list(Score(rate, duration_s, {"orders": 3.0, "returns": 1.0}, seed).occasions())
    assert len(steps) == score.steps == max(1, round(rate * duration_s))
    assert len({each for _, each in steps}) == len(steps)


def test_shares_are_kept_over_many_steps() -> None:
    counts = Counter(name for name, _ in Score(100, 50, {"orders": 3.0, "returns": 1.0}, 7).occasions())
    assert 0.70 < counts["orders"] / 5000 < 0.80


async def a_short_life(_url: str, _score: Score, played: Played, **_how: object) -> None:
    """Stands in for playing: 40 orders, one return, then stopped."""
    played.done.update(orders=40)
    played.idle.update(returns=1)
    played.elapsed_s = 2.0
    played.hooks = {"published": 120, "delivered": 118, "pending": 2, "failed": 0}


@pytest.fixture
def short_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop_play, "play_shop", a_short_life)


@pytest.mark.usefixtures("short_life")
def test_people_are_told_what_was_played_and_what_became_of_the_hooks() -> None:
    shown = CliRunner().invoke(app, ["play", "http://127.0.0.1:8081", "--duration", "1m"])
    assert shown.exit_code == 0
    for words in (
        "41 steps of 300, then stopped in 2.0 s, 20.5 a second.",
        "1 had nothing to do",
        "120 published, 118 delivered, 2 pending",
    ):
        assert words in shown.stdout


@pytest.mark.usefixtures("short_life")
def test_programs_are_told_the_same() -> None:
    shown = CliRunner().invoke(app, ["play", "http://127.0.0.1:8081", "--duration", "1m", "--json"])
    told = json.loads(shown.stdout)
    assert (told["steps"], told["planned"], told["reached_rate"]) == (41, 300, 20.5)
    assert told["occasions"] == {"orders": 40}
    assert told["nothing_to_do"] == {"returns": 1}


def test_nothing_is_played_where_the_wish_makes_no_sense() -> None:
    refused = CliRunner().invoke(app, ["play", "http://127.0.0.1:8081", "--duration", "soon"])
    assert isinstance(refused.exception, WrongUse)
