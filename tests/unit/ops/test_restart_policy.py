"""When a role is started again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from muniment_ops.restart_policy import RestartPolicy

FAILURES = st.integers(min_value=1, max_value=10_000)


def test_waits_double_up_to_the_longest() -> None:
    policy = RestartPolicy(first_s=0.5, factor=2, longest_s=3)
    assert [policy.delay_s(failures, exit_code=1) for failures in (1, 2, 3, 4, 5)] == [0.5, 1, 2, 3, 3]


def test_wrong_settings_are_not_tried_again() -> None:
    assert RestartPolicy().delay_s(1, exit_code=2) is None


def test_a_steady_run_ends_the_row_of_failures() -> None:
    policy = RestartPolicy(steady_after_s=20)
    assert policy.failures_after(7, ran_s=19.9) == 8
    assert policy.failures_after(7, ran_s=20) == 1


@given(FAILURES, st.integers(min_value=0, max_value=255).filter(lambda code: code != 2))
def test_every_wait_lies_between_the_first_and_the_longest(failures: int, code: int) -> None:
    policy = RestartPolicy()
    delay = policy.delay_s(failures, exit_code=code)
    assert delay is not None
    assert policy.first_s <= delay <= policy.longest_s
