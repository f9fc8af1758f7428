"""Waits between attempts: bounded, jittered, honouring the peer, and at an end."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from muniment_kit.backoff import Backoff
from muniment_kit.retry import RetryPolicy
from tests.builders.kit_settings import kit_settings

POLICY = RetryPolicy(Backoff(0.2, 30), Backoff(0.2, 120), lane_budget_s=60, total_s=3600)


@given(
    base=st.floats(0.001, 10), factor=st.floats(1, 1e6), attempt=st.integers(1, 10_000), seed=st.integers()
)
def test_a_delay_lies_between_nothing_and_a_ceiling_that_doubles_up_to_the_cap(
    base: float, factor: float, attempt: int, seed: int
) -> None:
    backoff = Backoff(base, base * factor)
    ceiling = backoff.ceiling(attempt)
    assert base <= ceiling <= base * factor
    assert 0 <= backoff.delay(attempt, Random(seed)) <= ceiling
    assert backoff.ceiling(attempt + 1) == pytest.approx(min(base * factor, 2 * ceiling))


def test_the_jitter_is_full() -> None:
    delays = [Backoff(1, 8).delay(10, random) for random in map(Random, range(500))]
    assert min(delays) < 0.2
    assert max(delays) > 7.8
    assert 3.5 < sum(delays) / len(delays) < 4.5


@pytest.mark.parametrize(("base", "cap"), [(0, 1), (-1, 1), (2, 1)])
def test_a_backoff_without_sense_is_refused(base: float, cap: float) -> None:
    with pytest.raises(ValueError, match="0 < base_s <= cap_s"):
        Backoff(base, cap)


class OneRecordsRetries(RuleBasedStateMachine):
    """A record that never works: its retries keep to budget, wish and end."""

    def __init__(self) -> None:
        super().__init__()
        self.elapsed_s = 0.0
        self.attempt = 0
        self.is_over = False
        self.random = Random(1)

    @rule(wish_s=st.none() | st.floats(0, 5000), took_s=st.floats(0, 100))
    def fail(self, wish_s: float | None, took_s: float) -> None:
        if self.is_over:
            return
        self.attempt += 1
        self.elapsed_s += took_s
        again = POLICY.next(
            attempt=self.attempt, elapsed_s=self.elapsed_s, after_s=wish_s, random=self.random
        )
        if again is None:
            assert self.elapsed_s >= POLICY.total_s
            self.is_over = True
            return
        left_s = POLICY.total_s - self.elapsed_s
        assert 0 <= again.delay_s <= left_s
        assert again.delay_s >= min(wish_s or 0, left_s)
        assert again.is_overdue == (self.elapsed_s >= POLICY.lane_budget_s)
        if not wish_s:
            assert again.delay_s <= (120 if again.is_overdue else 30)
        self.elapsed_s += again.delay_s


TestOneRecordsRetries = OneRecordsRetries.TestCase


def test_the_last_attempt_falls_on_the_end_of_the_total_time() -> None:
    again = POLICY.next(attempt=30, elapsed_s=3590, after_s=100, random=Random(1))
    assert again is not None
    assert again.delay_s == 10
    assert POLICY.next(attempt=31, elapsed_s=3600, after_s=100, random=Random(1)) is None


def test_the_policy_comes_from_settings() -> None:
    settings = kit_settings(
        retry_base_s=1, retry_cap_s=2, retry_overdue_cap_s=3, retry_lane_budget_s=4, retry_total_s=5
    )
    assert RetryPolicy.of(settings) == RetryPolicy(Backoff(1, 2), Backoff(1, 3), lane_budget_s=4, total_s=5)
