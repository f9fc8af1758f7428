from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_kit.errors import Retryable
from shopify_ingest.record.gone import changes_of_the_gone
from shopify_ingest.record.hook import Hook
from shopify_ingest.record.order_changes import changes_of
from tests.builders.orders import edit, fulfillment, refund, snapshot, transaction

ANNOUNCED = {
    "orders/create": "order.created",
    "orders/paid": "order.paid",
    "orders/edited": "order.edited",
    "orders/cancelled": "order.cancelled",
    "orders/delete": "order.deleted",
    "order_transactions/create": "payment.recorded",
    "refunds/create": "refund.created",
    "fulfillments/create": "shipment.created",
}


def hook(topic: str, *, id: str | None = "5001", minute: int = 30, **body: object) -> Hook:
    at = datetime(2026, 3, 2, 9, minute, tzinfo=UTC)
    return Hook(topic, ANNOUNCED.get(topic, "order.updated"), at, id, action=f"{topic} {minute}", body=body)


def at(minute: int) -> str:
    return f"2026-03-02T09:{minute:02}:00Z"


def test_creation_is_dated_by_the_order_not_by_the_hook() -> None:
    (change,) = changes_of([hook("orders/create", minute=59)], snapshot())
    assert (change.name, change.occurred_at) == ("order.created", datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def test_a_duplicate_hook_names_the_same_change_once() -> None:
    changes = changes_of([hook("orders/create"), hook("orders/create", minute=40)], snapshot())
    assert [change.name for change in changes] == ["order.created"]


def test_changes_come_oldest_first_whatever_the_order_of_the_hooks() -> None:
    order = snapshot(
        financial="PAID",
        transactions=[transaction(1, at(2))],
        fulfillments=[fulfillment(7, at(20))],
        updated=at(30),
    )
    hooks = [
        hook("orders/updated"),
        hook("fulfillments/create", id="7"),
        hook("orders/paid"),
        hook("order_transactions/create", id="1"),
        hook("orders/create"),
    ]
    assert [change.name for change in changes_of(hooks, order)] == [
        "order.created",
        "order.paid",
        "payment.recorded",
        "shipment.created",
        "order.updated",
    ]


def test_a_late_payment_hook_after_an_edit_still_names_the_first_full_payment() -> None:
    first_payment = snapshot(financial="PAID", transactions=[transaction(1, at(2))])
    edited_since = snapshot(
        financial="PARTIALLY_PAID",
        transactions=[transaction(1, at(2))],
        edits=[edit(1, at(10))],
        updated=at(10),
    )
    (at_once,) = changes_of([hook("orders/paid", minute=3)], first_payment)
    (late,) = changes_of([hook("orders/paid", minute=3)], edited_since)
    assert late == at_once


def test_a_duplicate_payment_hook_is_dated_the_same_after_an_edit_of_the_same_second_was_paid() -> None:
    once = snapshot(financial="PAID", transactions=[transaction(1, at(2))])
    later = snapshot(
        financial="PAID",
        transactions=[transaction(1, at(2)), transaction(2, at(3))],
        edits=[edit(1, at(2))],  # times are whole seconds: it followed the payment, and shows the same time
        updated=at(3),
    )
    (first,) = changes_of([hook("orders/paid", minute=2)], once)
    (duplicate,) = changes_of([hook("orders/paid", minute=2)], later)
    (of_the_second_payment,) = changes_of([hook("orders/paid", minute=3)], later)
    assert duplicate == of_the_second_payment == first


def test_a_payment_after_an_edit_is_a_change_of_its_own_named_by_that_edit() -> None:
    order = snapshot(
        financial="PAID",
        transactions=[transaction(1, at(2)), transaction(2, at(12))],
        edits=[edit(1, at(10))],
        updated=at(12),
    )
    changes = changes_of([hook("orders/paid", minute=3), hook("orders/paid", minute=13)], order)
    assert [(change.part, change.occurred_at.minute) for change in changes] == [
        (None, 2),
        ("gid://shopify/OrderEditAgreement/1", 12),
    ]


def test_a_payment_in_the_same_second_as_the_edit_is_the_payment_of_that_edit() -> None:
    order = snapshot(
        financial="PAID",
        transactions=[transaction(1, at(2)), transaction(2, at(10))],
        edits=[edit(1, at(10))],
    )
    (change,) = changes_of([hook("orders/paid", minute=10)], order)
    assert (change.part, change.occurred_at.minute) == ("gid://shopify/OrderEditAgreement/1", 10)


def test_an_edit_before_the_first_payment_belongs_to_that_payment() -> None:
    order = snapshot(financial="PAID", edits=[edit(1, at(1))], transactions=[transaction(1, at(2))])
    (change,) = changes_of([hook("orders/paid", minute=3)], order)
    assert change.part is None


def test_an_order_that_costs_nothing_is_paid_when_it_is_created() -> None:
    (change,) = changes_of([hook("orders/paid", minute=3)], snapshot(financial="PAID"))
    assert change.occurred_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_every_edit_is_named_when_one_of_their_hooks_arrives() -> None:
    order = snapshot(edits=[edit(1, at(5)), edit(2, at(6))])
    changes = changes_of([hook("orders/edited", id=None)], order)
    assert [change.part for change in changes] == [
        "gid://shopify/OrderEditAgreement/1",
        "gid://shopify/OrderEditAgreement/2",
    ]


def test_a_refund_that_shopify_does_not_show_yet_is_asked_for_again() -> None:
    with pytest.raises(Retryable, match="does not yet show the refund") as caught:
        changes_of([hook("refunds/create", id="9")], snapshot(refunds=[refund(8, at(5))]))
    assert caught.value.after is not None


def test_updates_of_the_same_state_are_one_change() -> None:
    hooks = [hook("orders/updated"), hook("orders/fulfilled"), hook("orders/link_requested")]
    assert [change.name for change in changes_of(hooks, snapshot())] == ["order.updated"]


def test_two_states_within_the_same_second_are_two_updates() -> None:
    (before,) = changes_of([hook("orders/updated")], snapshot(financial="PENDING"))
    (after,) = changes_of([hook("orders/updated")], snapshot(financial="PAID"))
    assert before.occurred_at == after.occurred_at
    assert before.identity != after.identity


def test_cancellation_is_dated_by_the_order() -> None:
    (change,) = changes_of([hook("orders/cancelled")], snapshot(cancelled=at(25)))
    assert change.occurred_at.minute == 25


def test_of_a_gone_order_each_announcement_is_kept_once() -> None:
    hooks = [hook("orders/paid", minute=2), hook("orders/paid", minute=4), hook("orders/delete", minute=9)]
    changes = changes_of_the_gone(hooks)
    assert [(change.name, change.occurred_at.minute) for change in changes] == [
        ("order.paid", 2),
        ("order.deleted", 9),
    ]
