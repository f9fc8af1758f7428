"""Who is let through is acknowledged in time; a broker that is back is found."""

from __future__ import annotations

from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st

from shopify_ingest.receive.forecast import Forecast

WITHIN_S = 3.0


def lives(*, per_s: float, offered_per_s: float, seconds: float) -> tuple[list[float], int]:
    """Offer hooks at a steady rate to a broker with another; return what each waited, and how many were
    refused.
    """
    forecast, waiting, waits, refused = Forecast(WITHIN_S), deque[float](), list[float](), 0
    next_acknowledged_s = 1 / per_s
    for number in range(int(seconds * offered_per_s)):
        now_s = number / offered_per_s
        while waiting and next_acknowledged_s <= now_s:
            waits.append(next_acknowledged_s - waiting.popleft())
            forecast.acknowledged(1, next_acknowledged_s)
            next_acknowledged_s += 1 / per_s
        if forecast.is_late(now_s):
            refused += 1
            continue
        if not waiting:
            next_acknowledged_s = now_s + 1 / per_s
        waiting.append(now_s)
        forecast.sent(1, now_s)
    return waits, refused


@settings(max_examples=20, deadline=None)
@given(per_s=st.floats(20, 100), excess=st.floats(1.5, 10))
def test_under_overload_those_let_through_are_in_time_and_the_broker_is_kept_busy(
    per_s: float, excess: float
) -> None:
    seconds = 10
    waits, refused = lives(per_s=per_s, offered_per_s=per_s * excess, seconds=seconds)
    assert refused > 0
    assert max(waits) <= WITHIN_S
    assert len(waits) > 0.8 * per_s * (seconds - WITHIN_S)


@given(per_s=st.floats(20, 500), share=st.floats(0.1, 0.9))
def test_nobody_is_refused_while_the_broker_keeps_up(per_s: float, share: float) -> None:
    waits, refused = lives(per_s=per_s, offered_per_s=per_s * share, seconds=5)
    assert refused == 0
    assert max(waits, default=0) < 1


def test_a_broker_that_stands_still_is_noticed_before_anybody_has_waited_in_vain() -> None:
    forecast = Forecast(WITHIN_S)
    forecast.sent(1, 0.0)
    assert not forecast.is_late(WITHIN_S / 2)
    assert forecast.is_late(WITHIN_S / 2 + 0.1)


def test_after_one_waited_in_vain_one_at_a_time_tries_and_one_success_opens_again() -> None:
    forecast = Forecast(WITHIN_S)
    forecast.sent(2, 0.0)
    forecast.given_up(2)
    assert not forecast.is_late(10.0)
    forecast.sent(1, 10.0)
    assert forecast.is_late(10.0)
    forecast.acknowledged(1, 10.1)
    forecast.sent(1, 10.2)
    assert not forecast.is_late(10.2)


def test_the_first_acknowledgement_after_a_rest_is_slow_and_tells_nothing() -> None:
    forecast = Forecast(WITHIN_S)
    forecast.sent(1, 0.0)
    forecast.sent(63, 0.01)
    forecast.acknowledged(1, 0.5)
    assert not forecast.is_late(0.5)
