"""By which payment an order is fully paid: the one that completed it, whatever comes later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson
from hypothesis import given
from hypothesis import strategies as st

from muniment_shopify.orders import OrderSnapshot
from shopify_ingest.record.change import Change
from shopify_ingest.record.full_payment import full_payment_by, full_payments
from shopify_ingest.record.hook import Hook
from shopify_ingest.record.order_changes import changes_of, changes_of_state
from tests.builders.orders import Node, edit, refund, snapshot, transaction

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minute: float) -> str:
    return (START + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")


def moment(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def costing(original: str, *, after_edits: str | None = None, **parts: object) -> OrderSnapshot:
    tree = orjson.loads(snapshot(total=original, **parts).content)  # type: ignore[arg-type]  # parts as there
    money = {"presentmentMoney": {"amount": after_edits or original, "currencyCode": "EUR"}}
    tree["order"]["totalPriceSet"] = money
    return OrderSnapshot.from_content(orjson.dumps(tree))


def taking_back(number: int, when: str, *, worth: str, money: str) -> Node:
    lines = [{"subtotalSet": {"presentmentMoney": {"amount": worth, "currencyCode": "EUR"}}}]
    return {**refund(number, when, amount=money), "refundLineItems": {"nodes": lines}}


def test_an_order_paid_in_instalments_is_paid_by_the_one_that_completed_it() -> None:
    payments = [transaction(n, at(n), amount="40.00") for n in (1, 2, 3, 4)]
    order = costing("100.00", transactions=payments)
    assert [payment.at for payment in full_payments(order)] == [moment(3)]
    assert full_payment_by(order, moment(3.5)).at == moment(3)


def test_money_that_went_back_is_to_be_paid_again() -> None:
    order = costing(
        "100.00",
        transactions=[
            transaction(1, at(1), amount="60.00"),
            transaction(2, at(3), amount="40.00"),
            transaction(3, at(5), amount="20.00"),
        ],
        refunds=[taking_back(1, at(2), worth="0.00", money="20.00")],
    )
    assert [payment.at for payment in full_payments(order)] == [moment(5)]


def test_what_was_taken_back_before_it_was_paid_is_due_no_more() -> None:
    order = costing(
        "100.00",
        transactions=[transaction(1, at(1), amount="60.00")],
        refunds=[taking_back(1, at(2), worth="40.00", money="0.00")],
    )
    assert [payment.at for payment in full_payments(order)] == [moment(2)]


def test_an_order_that_was_taken_back_unpaid_was_never_paid() -> None:
    order = costing("100.00", refunds=[taking_back(1, at(2), worth="100.00", money="0.00")])
    assert full_payments(order) == []


def test_an_edit_that_makes_an_order_dearer_is_paid_by_what_follows_it() -> None:
    order = costing(
        "100.00",
        after_edits="130.00",
        transactions=[transaction(1, at(1), amount="100.00"), transaction(2, at(9), amount="30.00")],
        edits=[edit(1, at(5))],
    )
    found = [(payment.at, payment.edit.gid if payment.edit else None) for payment in full_payments(order)]
    assert found == [(moment(1), None), (moment(9), "gid://shopify/OrderEditAgreement/1")]


def test_an_edit_that_makes_a_half_paid_order_cheap_enough_completes_it() -> None:
    order = costing(
        "100.00",
        after_edits="60.00",
        transactions=[transaction(1, at(1), amount="60.00")],
        edits=[edit(1, at(5))],
    )
    assert [payment.at for payment in full_payments(order)] == [moment(5)]


def test_an_edit_of_a_paid_order_that_costs_no_more_calls_for_no_new_payment() -> None:
    order = costing(
        "100.00",
        after_edits="80.00",
        transactions=[transaction(1, at(1), amount="100.00")],
        edits=[edit(1, at(5))],
    )
    assert [payment.at for payment in full_payments(order)] == [moment(1)]


def test_between_two_edits_the_hook_says_which_payment_completed_it() -> None:
    order = costing(
        "100.00",
        after_edits="150.00",
        transactions=[
            transaction(1, at(1), amount="100.00"),
            transaction(2, at(4), amount="10.00"),
            transaction(3, at(6), amount="10.00"),
        ],
        edits=[edit(1, at(3)), edit(2, at(8))],
    )
    paid = full_payment_by(order, moment(6.1))
    assert (paid.at, paid.edit.gid if paid.edit else None) == (
        moment(6),
        "gid://shopify/OrderEditAgreement/1",
    )
    assert [payment.at for payment in full_payments(order)] == [moment(1)]


def test_cash_that_was_rounded_down_is_a_full_payment_when_shopify_says_so() -> None:
    order = costing("10.02", financial="PAID", transactions=[transaction(1, at(1), amount="10.00")])
    assert [payment.at for payment in full_payments(order)] == [moment(1)]


def test_what_costs_nothing_is_paid_from_the_beginning_also_after_it_was_made_dearer() -> None:
    order = costing(
        "0.00",
        after_edits="10.00",
        edits=[edit(1, at(5))],
        transactions=[transaction(1, at(7), amount="10.00")],
    )
    assert [payment.at for payment in full_payments(order)] == [moment(0), moment(7)]


cents = st.integers(1, 5_000)


@given(
    instalments=st.lists(cents, min_size=1, max_size=5),
    later=st.lists(st.tuples(st.sampled_from(("pay", "refund", "edit")), cents), max_size=5),
)
def test_nothing_that_comes_later_moves_a_full_payment(
    instalments: list[int], later: list[tuple[str, int]]
) -> None:
    cost = sum(instalments)
    payments = [transaction(n, at(n), amount=_money(cents)) for n, cents in enumerate(instalments, 1)]
    completed = len(instalments)
    announced = moment(completed + 0.5)
    named: list[tuple[Change, Change]] = []
    parts: dict[str, list[Node]] = {"transactions": payments, "refunds": [], "edits": []}
    total = cost
    for place in range(len(later) + 1):
        order = costing(_money(cost), after_edits=_money(total), **{k: list(v) for k, v in parts.items()})
        (by_hook,) = changes_of([Hook("orders/paid", "order.paid", announced)], order)
        by_state = next(c for c in changes_of_state(order, moment(0)) if c.identity == by_hook.identity)
        named.append((by_hook, by_state))
        if place < len(later):
            what, amount = later[place]
            when, number = at(completed + 1 + place), 100 + place
            if what == "pay":
                parts["transactions"].append(transaction(number, when, amount=_money(amount)))
            elif what == "refund":
                taken = taking_back(number, when, worth=_money(amount), money=_money(amount))
                parts["refunds"].append(taken)
            else:
                total += amount
                parts["edits"].append(edit(number, when))
    assert set(named) == {(named[0][0], named[0][0])}
    assert named[0][0].occurred_at == moment(completed)


def _money(cents: int) -> str:
    return str(Decimal(cents) / 100)
