"""What is repeated, what is not, and how long is waited: the table of muniment_kit.peer_retries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.http import Answer, is_transient_status
from muniment_kit.peer_retries import (
    AttemptError,
    RetryBudget,
    Verdict,
    judge_answer,
    judge_fault,
    retry_after,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def answer(status: int, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("given_answer", "if_repeatable", "if_not"),
    [
        (answer(200), Verdict.DELIVER, Verdict.DELIVER),
        (answer(404), Verdict.DELIVER, Verdict.DELIVER),
        (answer(500), Verdict.DELIVER, Verdict.DELIVER),
        (answer(429), Verdict.REPEAT, Verdict.REPEAT),
        (answer(503, Retry_After="1"), Verdict.REPEAT, Verdict.REPEAT),
        (answer(503), Verdict.REPEAT, Verdict.UNKNOWN),
        (answer(502, Retry_After="1"), Verdict.REPEAT, Verdict.UNKNOWN),
        (answer(504), Verdict.REPEAT, Verdict.UNKNOWN),
    ],
)
def test_an_answer_is_judged_by_status_and_repeatability(
    given_answer: Answer, if_repeatable: Verdict, if_not: Verdict
) -> None:
    is_transient = is_transient_status(given_answer)
    assert judge_answer(given_answer, is_transient=is_transient, repeatable=True) is if_repeatable
    assert judge_answer(given_answer, is_transient=is_transient, repeatable=False) is if_not


def test_whatever_else_the_peer_calls_transient_may_hide_a_commit() -> None:
    assert judge_answer(answer(500), is_transient=True, repeatable=False) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("was_sent", "is_lasting", "if_repeatable", "if_not"),
    [
        (False, False, Verdict.REPEAT, Verdict.REPEAT),
        (True, False, Verdict.REPEAT, Verdict.UNKNOWN),
        (False, True, Verdict.GIVE_UP, Verdict.GIVE_UP),
    ],
)
def test_a_lost_attempt_is_judged_by_whether_it_was_sent(
    was_sent: bool, is_lasting: bool, if_repeatable: Verdict, if_not: Verdict
) -> None:
    fault = AttemptError("lost", "the connection was lost", was_sent=was_sent, is_lasting=is_lasting)
    assert judge_fault(fault, repeatable=True) is if_repeatable
    assert judge_fault(fault, repeatable=False) is if_not


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        ("2.0", 2.0),
        ("0.25", 0.25),
        ("-3", 0.0),
        ("Sun, 22 Nov 2026 08:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 07:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_retry_after_is_seconds_with_or_without_fraction_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(answer(503, Retry_After=value), NOW) == seconds


def test_no_retry_after_asks_for_nothing() -> None:
    assert retry_after(answer(503), NOW) is None


@given(st.text(max_size=40))
def test_any_text_as_retry_after_is_understood_or_ignored(value: str) -> None:
    seconds = retry_after(answer(503, Retry_After=value), NOW)
    assert seconds is None or 0.0 <= seconds < float("inf")


@given(st.lists(st.booleans(), max_size=300))
def test_retries_stay_a_share_of_the_calls(calls_and_retries: list[bool]) -> None:
    budget = RetryBudget(tokens=10.0, ratio=0.2)
    calls = retries = 0
    for is_call in calls_and_retries:
        if is_call:
            budget.call()
            calls += 1
        elif budget.take():
            retries += 1
    assert retries <= 10 + 0.2 * calls
