"""Ready and alive are never said by accident."""

from __future__ import annotations

from muniment_kit.testing import ManualClock
from muniment_kit.vital_signs import VitalSigns


def signs(clock: ManualClock, *, is_consumer: bool = True) -> VitalSigns:
    return VitalSigns(clock=clock, stall_s=100, is_consumer=is_consumer)


def test_nothing_is_ready_before_everything_was_said_to_be() -> None:
    state = signs(ManualClock())
    assert state.why_not_ready() == [
        "The producer is not connected.",
        "The consumer group has given no assignment yet.",
    ]
    state.joined()
    assert state.why_not_ready() == ["The producer is not connected."]
    state.producer_started()
    assert state.why_not_ready() == []


def test_a_role_that_only_publishes_needs_no_assignment() -> None:
    state = signs(ManualClock(), is_consumer=False)
    state.producer_started()
    assert state.why_not_ready() == []
    assert state.why_not_alive() == []


def test_whatever_goes_wrong_is_named_until_it_is_over() -> None:
    state = signs(ManualClock())
    state.producer_started()
    state.joined()
    state.broker_fails("The broker does not answer.")
    assert state.why_not_ready() == ["The broker does not answer."]
    state.broker_answers()
    state.stopped("t/1", "too many dead letters")
    assert state.why_not_ready() == ["Partition t/1 is stopped: too many dead letters."]
    state.left()
    state.joined()
    assert state.why_not_ready() == []
    state.draining()
    assert state.why_not_ready() == ["The process is ending."]


async def test_each_sign_of_life_has_its_own_clock() -> None:
    clock = ManualClock()
    state = signs(clock)
    state.joined()
    await clock.advance(99)
    state.handled()
    assert state.why_not_alive() == []
    await clock.advance(2)
    assert state.why_not_alive() == [
        "Fetching made no progress for 101 s.",
        "The poll loop made no progress for 101 s.",
    ]
    state.fetched()
    state.polled()
    assert state.why_not_alive() == []


async def test_the_poll_loop_may_wait_for_an_assignment() -> None:
    clock = ManualClock()
    state = signs(clock)
    await clock.advance(1000)
    state.handled()
    state.fetched()
    assert state.why_not_alive() == []


def test_a_topic_that_takes_nothing_is_named_until_it_takes_records_again() -> None:
    state = signs(ManualClock())
    state.producer_started()
    state.joined()
    state.refused("t.dlq.role")
    assert state.why_not_ready() == [
        "The topic t.dlq.role takes no records; what must be written there waits."
    ]
    state.taken("t.dlq.role")
    assert state.why_not_ready() == []


def test_a_stopped_partition_that_begins_again_is_ready() -> None:
    state = signs(ManualClock())
    state.producer_started()
    state.joined()
    state.stopped("t/1", "a fault")
    state.stopped("t/2", "a fault")
    state.resumed("t/1")
    assert state.why_not_ready() == ["Partition t/2 is stopped: a fault."]


def test_a_role_that_bridges_outages_is_ready_without_the_broker_until_it_ends() -> None:
    vital_signs = VitalSigns(clock=ManualClock(), stall_s=100, is_consumer=False, needs_broker=False)
    vital_signs.broker_fails("The broker does not answer.")
    assert vital_signs.why_not_ready() == []
    vital_signs.draining()
    assert vital_signs.why_not_ready() == ["The process is ending."]
