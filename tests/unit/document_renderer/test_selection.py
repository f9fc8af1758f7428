"""Which change issues which document, under which number, referring to which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document_renderer.numbering import number_base
from tests.unit.document_renderer.desk import Desk, edit, money, refund, shipment
from tests.unit.document_renderer.orders import Draft, Given, Line, Shipping, fulfillment, transaction

PAID = Draft(payments=[transaction(minutes=1)])


async def test_a_placed_order_is_confirmed(desk: Desk) -> None:
    await desk.hears("order.created", Draft())
    assert desk.documents == ["OC-1001"]
    assert desk.document("OC-1001").refers_to is None


async def test_each_edit_issues_an_amended_confirmation_that_names_the_former(desk: Desk) -> None:
    order = Draft(edits=[10, 20])
    await desk.hears("order.edited", order, edit(0))
    await desk.hears("order.edited", order, edit(1))
    assert desk.documents == ["OC-1001-2", "OC-1001-3"]
    assert [desk.document(number).refers_to for number in desk.documents] == ["OC-1001", "OC-1001-2"]


async def test_a_cancellation_takes_the_place_of_the_last_confirmation(desk: Desk) -> None:
    await desk.hears("order.cancelled", Draft(edits=[10], cancelled_at="2026-03-02T10:00:00Z"))
    assert desk.documents == ["OC-1001-C"]
    assert desk.document("OC-1001-C").refers_to == "OC-1001-2"


async def test_a_paid_order_is_invoiced(desk: Desk) -> None:
    await desk.hears("order.paid", PAID)
    assert desk.documents == ["INV-1001"]
    assert desk.document("INV-1001").refers_to is None


async def test_edits_before_the_first_payment_do_not_change_the_invoices_number(desk: Desk) -> None:
    await desk.hears("order.paid", PAID.but(edits=[0.5]))
    assert desk.documents == ["INV-1001"]


async def test_an_edit_after_payment_issues_a_corrected_invoice_that_names_the_former(desk: Desk) -> None:
    payments = [transaction(minutes=1), transaction(id=2, minutes=30, amount="50.00")]
    await desk.hears("order.paid", PAID.but(payments=payments, edits=[20]), edit(0))
    assert desk.documents == ["INV-1001-2"]
    assert desk.document("INV-1001-2").refers_to == "INV-1001"


async def test_two_edits_between_payments_name_the_invoice_that_was_really_issued(desk: Desk) -> None:
    payments = [transaction(minutes=1), transaction(id=2, minutes=30, amount="50.00")]
    await desk.hears("order.paid", PAID.but(payments=payments, edits=[10, 20]), edit(1))
    assert desk.documents == ["INV-1001-3"]
    assert desk.document("INV-1001-3").refers_to == "INV-1001"


async def test_a_deposit_called_for_no_invoice_so_none_is_named(desk: Desk) -> None:
    payments = [transaction(minutes=1, amount="20.00"), transaction(id=2, minutes=30, amount="85.90")]
    await desk.hears("order.paid", PAID.but(payments=payments, edits=[20]), edit(0))
    assert desk.document("INV-1001-2").refers_to is None


async def test_an_order_of_nothing_is_invoiced_without_payment(desk: Desk) -> None:
    await desk.hears("order.paid", Draft(lines=[Line(price="0.00")], shipping=[Shipping(price="0.00")]))
    assert desk.documents == ["INV-1001"]


async def test_a_refund_after_the_invoice_issues_a_credit_note_and_leaves_the_invoice_alone(
    desk: Desk,
) -> None:
    await desk.hears("order.paid", PAID)
    issued = desk.content("INV-1001")
    await desk.hears("refund.created", PAID.but(refunds=[Given({0: 1})]), refund(0))
    assert desk.documents == ["INV-1001", "CN-1001-1"]
    assert desk.document("CN-1001-1").refers_to == "INV-1001"
    assert desk.content("INV-1001") == issued


async def test_a_refund_of_nothing_issues_no_credit_note(desk: Desk) -> None:
    await desk.hears("refund.created", PAID.but(refunds=[Given()]), refund(0))
    assert desk.documents == []
    assert len(desk.source_events) == 1


async def test_a_refund_before_the_order_was_paid_names_no_invoice(desk: Desk) -> None:
    order = Draft(payments=[transaction(amount="20.00")], refunds=[Given(adjustment="20.00")])
    await desk.hears("refund.created", order, refund(0))
    assert desk.document("CN-1001-1").refers_to is None


@pytest.mark.parametrize(
    ("kind", "status", "documents"),
    [
        ("SALE", "SUCCESS", ["PAY-1001-2"]),
        ("CAPTURE", "SUCCESS", ["PAY-1001-2"]),
        ("REFUND", "SUCCESS", ["PAY-1001-2"]),
        ("AUTHORIZATION", "SUCCESS", []),
        ("VOID", "SUCCESS", []),
        ("SALE", "FAILURE", []),
        ("SALE", "PENDING", []),
    ],
)
async def test_only_money_that_moved_is_recorded(
    kind: str, status: str, documents: list[str], desk: Desk
) -> None:
    tried = [transaction(id=1, status="FAILURE"), transaction(kind, id=2, minutes=2, status=status)]
    await desk.hears("payment.recorded", Draft(payments=tried), money(2))
    assert desk.documents == documents
    assert len(desk.source_events) == 1


async def test_each_shipment_is_confirmed_but_not_a_cancelled_one(desk: Desk) -> None:
    order = PAID.but(fulfillments=[fulfillment(id=1), fulfillment(id=2, minutes=90, status="CANCELLED")])
    await desk.hears("shipment.created", order, shipment(1))
    await desk.hears("shipment.created", order, shipment(2))
    assert desk.documents == ["SHIP-1001-1"]


@pytest.mark.parametrize("change", ["order.updated", "order.deleted"])
async def test_other_changes_keep_the_source_event_only(change: str, desk: Desk) -> None:
    await desk.hears(change, PAID)
    assert (desk.documents, len(desk.source_events)) == ([], 1)


@pytest.mark.parametrize("change", ["order.edited", "payment.recorded", "refund.created", "shipment.created"])
async def test_a_part_the_snapshot_lacks_is_a_dead_letter(change: str, desk: Desk) -> None:
    await desk.hears(change, PAID, "gid://shopify/Refund/999")
    assert desk.produced == []
    assert "its snapshot lacks" in desk.rejections[0]


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("#1001", "1001"),
        ("EN#1001/A", "EN-1001-A"),
        ("#", "5001"),
        ("", "5001"),
        ("#東京1", "1"),
        ("..", "5001"),
    ],
)
def test_numbers_carry_the_safe_part_of_the_orders_name(name: str, base: str) -> None:
    assert number_base(name, "5001") == base


@given(st.text(max_size=60))
def test_any_order_name_gives_a_safe_base(name: str) -> None:
    base = number_base(name, "5001")
    assert 0 < len(base) <= 40
    assert all(char.isascii() and (char.isalnum() or char in "._-") for char in base)
