"""A hook that Shopify delivers twice is recorded once; a record that is handled again is no repetition."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_kit.testing import ServiceHarness
from shopify_ingest.app import build_record
from shopify_ingest.record import Deliveries
from tests.builders.events import at, hook_received
from tests.builders.orders import refund, snapshot
from tests.builders.shop_objects import PaperShop


def delivered(number: int, minutes: float = 0) -> Event[HookReceived]:
    return hook_received("orders/create", webhook_id=f"hook-{number}", received_at=at(minutes))


async def test_a_second_delivery_asks_nothing_and_publishes_nothing() -> None:
    shop = PaperShop(snapshot())
    desk = ServiceHarness(build_record(objects=shop))
    await desk.hears(delivered(1))
    await desk.hears(delivered(1, minutes=240))
    assert (len(desk.published), shop.asked) == (1, [("order", "5001")])


async def test_two_deliveries_that_wait_together_are_one_hook_of_the_event() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop(snapshot())))
    await desk.hears(delivered(1), delivered(1, minutes=1), delivered(2, minutes=2))
    (event,) = desk.published
    assert [hook.webhook_id for hook in event.body.hooks] == ["hook-1", "hook-2"]


async def test_a_record_handled_again_after_a_crash_or_a_retry_is_recorded_again_with_the_same_ids() -> None:
    desk = ServiceHarness(build_record(objects=PaperShop(snapshot())))
    await desk.hears(delivered(1))
    await desk.hears(delivered(1))
    first, again = desk.published
    assert first == again


async def test_a_hook_that_has_to_wait_is_not_taken_for_a_repetition_of_itself() -> None:
    shop = PaperShop(snapshot())
    desk = ServiceHarness(build_record(objects=shop))
    hook = hook_received("refunds/create", webhook_id="r", body=b'{"id":8,"order_id":5001}')
    assert isinstance(
        await desk.hears(hook, replace(hook, body=replace(hook.body, received_at=at(1)))), Retryable
    )
    shop.known = snapshot(refunds=[refund(8, "2026-03-02T09:10:00Z")])
    assert isinstance(await desk.hears(hook), Done)
    assert [event.type for event in desk.published] == ["refund.created"]


async def test_what_is_known_from_before_a_restart_is_not_asked_again() -> None:
    known = Deliveries()
    assert not known.repeats(delivered(1))
    shop = PaperShop(snapshot())
    desk = ServiceHarness(build_record(objects=shop, deliveries=known))
    await desk.hears(delivered(1, minutes=5))
    assert (desk.published, shop.asked) == ([], [])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=60))
def test_of_each_hook_exactly_the_delivery_that_came_first_counts(told: list[tuple[int, int]]) -> None:
    known = Deliveries(at_most=100)
    first: dict[int, int] = {}
    for number, minute in told:
        counts = first.setdefault(number, minute) == minute
        assert known.repeats(delivered(number, minute)) is not counts


@pytest.mark.parametrize("at_most", [1, 3])
def test_memory_is_bounded_and_the_oldest_are_forgotten_first(at_most: int) -> None:
    known = Deliveries(at_most=at_most)
    for number in range(10):
        assert not known.repeats(delivered(number))
    assert len(known) == at_most
    assert known.repeats(delivered(9, minutes=1))
    assert not known.repeats(delivered(0, minutes=1))
