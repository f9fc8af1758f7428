from __future__ import annotations

import orjson

from muniment_ops.audit.expected import expected_documents
from muniment_shopify.orders import OrderSnapshot
from tests.builders.orders import edit, fulfillment, refund, snapshot, transaction


def numbers(order: OrderSnapshot) -> list[str]:
    return sorted(key.number for key in expected_documents(orjson.loads(order.content)))


def at(minute: int) -> str:
    return f"2026-03-02T09:{minute:02}:00Z"


def test_an_unpaid_order_has_its_confirmation_only() -> None:
    assert numbers(snapshot()) == ["OC-1001"]


def test_a_paid_and_shipped_order_has_invoice_payment_record_and_shipping_confirmation() -> None:
    order = snapshot(
        financial="PAID", transactions=[transaction(1, at(1))], fulfillments=[fulfillment(1, at(5))]
    )
    assert numbers(order) == ["INV-1001", "OC-1001", "PAY-1001-1", "SHIP-1001-1"]


def test_failed_and_authorising_transactions_are_no_payment_but_keep_their_place_in_the_count() -> None:
    order = snapshot(
        financial="PAID",
        transactions=[
            transaction(1, at(1), status="FAILURE"),
            transaction(2, at(2), kind="AUTHORIZATION"),
            transaction(3, at(3), kind="CAPTURE"),
        ],
    )
    assert numbers(order) == ["INV-1001", "OC-1001", "PAY-1001-3"]


def test_an_order_that_costs_nothing_is_invoiced_without_a_payment() -> None:
    assert numbers(snapshot(financial="PAID")) == ["INV-1001", "OC-1001"]


def test_an_edit_paid_for_after_the_first_payment_has_a_corrected_invoice() -> None:
    order = snapshot(
        financial="PAID", transactions=[transaction(1, at(1)), transaction(2, at(9))], edits=[edit(1, at(5))]
    )
    assert numbers(order) == ["INV-1001", "INV-1001-2", "OC-1001", "OC-1001-2", "PAY-1001-1", "PAY-1001-2"]


def test_a_payment_in_the_same_second_as_the_edit_paid_for_the_edit() -> None:
    order = snapshot(
        financial="PAID", transactions=[transaction(1, at(1)), transaction(2, at(5))], edits=[edit(1, at(5))]
    )
    assert "INV-1001-2" in numbers(order)


def test_an_order_that_an_edit_made_cost_more_keeps_the_invoice_of_its_first_full_payment() -> None:
    order = snapshot(
        financial="PARTIALLY_PAID",
        total="10.00",
        transactions=[transaction(1, at(1))],
        edits=[edit(1, at(5))],
    )
    assert numbers(order) == ["INV-1001", "OC-1001", "OC-1001-2", "PAY-1001-1"]


def test_a_deposit_calls_for_no_invoice() -> None:
    order = snapshot(financial="PARTIALLY_PAID", total="99.00", transactions=[transaction(1, at(1))])
    assert numbers(order) == ["OC-1001", "PAY-1001-1"]


def test_an_edit_before_the_first_payment_amends_the_confirmation_only() -> None:
    order = snapshot(financial="PAID", edits=[edit(1, at(1))], transactions=[transaction(1, at(5))])
    assert numbers(order) == ["INV-1001", "OC-1001", "OC-1001-2", "PAY-1001-1"]


def test_a_refund_of_nothing_is_not_credited_and_keeps_its_place_in_the_count() -> None:
    order = snapshot(
        financial="PARTIALLY_REFUNDED",
        transactions=[transaction(1, at(1))],
        refunds=[refund(1, at(5), amount="0.00"), refund(2, at(6))],
    )
    assert numbers(order) == ["CN-1001-2", "INV-1001", "OC-1001", "PAY-1001-1"]


def test_a_cancelled_order_has_its_cancellation_confirmed() -> None:
    assert numbers(snapshot(cancelled=at(3))) == ["OC-1001", "OC-1001-C"]
