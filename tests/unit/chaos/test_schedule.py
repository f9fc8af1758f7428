from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.crash_points import CrashPoint
from muniment_ops.chaos.schedule import (
    DEAD_LETTER_POINTS,
    POINTS,
    WAVES_FOR_EVERY_POINT,
    Arm,
    Family,
    Schedule,
    make_schedule,
)

ENOUGH_FOR_EVERY_POINT = 400 * WAVES_FOR_EVERY_POINT
SEEDS = st.integers(min_value=0, max_value=1_000_000)


def arms(schedule: Schedule) -> list[Arm]:
    return [arm for wave in schedule.waves for arm in wave.arms]


@given(events=st.integers(min_value=1, max_value=100_000), seed=SEEDS)
def test_the_same_wish_makes_the_same_schedule(events: int, seed: int) -> None:
    once, again = make_schedule(events, seed), make_schedule(events, seed)
    assert once == again
    assert once.digest == again.digest


def test_another_seed_makes_another_schedule_and_another_morning() -> None:
    one, other = make_schedule(1000, 1), make_schedule(1000, 2)
    assert one.digest != other.digest
    assert [wave.seed for wave in one.waves] != [wave.seed for wave in other.waves]


@given(seed=SEEDS)
def test_a_full_drill_ends_every_role_at_every_point(seed: int) -> None:
    schedule = make_schedule(ENOUGH_FOR_EVERY_POINT, seed)
    armed = {(arm.role, arm.point) for arm in arms(schedule) if arm.point is not None}
    assert armed == {(role, point) for role, points in POINTS.items() for point in points}


def test_every_point_of_the_loop_belongs_to_some_role() -> None:
    assert {point for points in POINTS.values() for point in points} == set(CrashPoint)


@given(events=st.integers(min_value=1, max_value=100_000), seed=SEEDS)
def test_every_injection_begins_within_its_wave_and_in_order(events: int, seed: int) -> None:
    for wave in make_schedule(events, seed).waves:
        moments = [injection.at for injection in wave.injections]
        assert moments == sorted(moments)
        assert all(0 <= moment < 1 for moment in moments)
        assert all(injection.amount > 0 for injection in wave.injections)
        assert wave.seconds > 0


@given(events=st.integers(min_value=400, max_value=200_000))
def test_the_waves_together_have_about_the_orders_that_tell_of_so_many_events(events: int) -> None:
    orders = sum(wave.orders for wave in make_schedule(events, 1).waves)
    assert orders == pytest.approx(events / 8.2, rel=0.1)


@pytest.mark.parametrize("family", Family)
def test_only_what_was_asked_for_goes_wrong(family: Family) -> None:
    schedule = make_schedule(ENOUGH_FOR_EVERY_POINT, 3, [family])
    happening = {injection.family for wave in schedule.waves for injection in wave.injections}
    if any(arm.point for arm in arms(schedule)):
        happening.add(Family.CRASH)
    if any(arm.clock_offset_s for arm in arms(schedule)):
        happening.add(Family.CLOCK)
    assert happening == {family}


def test_without_poison_nobody_waits_for_a_dead_letter() -> None:
    schedule = make_schedule(ENOUGH_FOR_EVERY_POINT, 3, [Family.CRASH])
    assert not any(arm.point in DEAD_LETTER_POINTS for arm in arms(schedule))


def test_nothing_goes_wrong_when_nothing_was_asked_for() -> None:
    assert make_schedule(1000, 1, []).injections == 0
