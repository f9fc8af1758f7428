"""The figures: what adds up is shown to the digit, what does not is refused with the difference named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document_renderer.figures import order_figures
from document_renderer.refund_figures import refund_figures
from document_renderer.snapshot_fields import SnapshotFault
from document_renderer.snapshot_reading import read_snapshot
from document_renderer.sums import FiguresDoNotAddUp
from tests.unit.document_renderer.orders import Draft, Given, Line, Shipping, canonical

RATES = st.lists(st.sampled_from(["0.19", "0.07", "0.0725", "0.0825", "0.2"]), max_size=2, unique=True)


def _amounts(currency: str) -> st.SearchStrategy[str]:
    digits = {"JPY": 0, "KWD": 3}.get(currency, 2)
    return st.integers(0, 200_000).map(lambda units: str(Decimal(units).scaleb(-digits)))


@st.composite
def lines(draw: st.DrawFn, currency: str) -> Line:
    quantity = draw(st.integers(1, 6))
    price = draw(_amounts(currency))
    discount = draw(st.sampled_from(["0", price, "1"]) if Decimal(price) >= 1 else st.just("0"))
    return Line(
        price=price,
        quantity=quantity,
        removed=draw(st.integers(0, quantity)),
        discount=discount,
        rates=draw(RATES),
    )


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD", "USD"]))
    ordered = draw(st.lists(lines(currency), min_size=1, max_size=6))
    shipped = st.builds(
        Shipping, price=_amounts(currency), discount=st.just("0"), rates=RATES, is_removed=st.booleans()
    )
    units = {place: draw(st.integers(0, line.quantity - line.removed)) for place, line in enumerate(ordered)}
    refund = Given({place: count for place, count in units.items() if count})
    return Draft(
        currency=currency,
        taxes_included=draw(st.booleans()),
        lines=ordered,
        shipping=draw(st.lists(shipped, max_size=2)),
        tip=draw(_amounts(currency)),
        refunds=[refund] if refund.units else [],
    )


@given(drafts())
def test_any_order_that_adds_up_is_accepted_with_its_own_totals(draft: Draft) -> None:
    snapshot = read_snapshot(draft.bytes())
    figures = order_figures(snapshot)
    totals = figures.totals
    assert sum(line.amount for line in figures.lines) == totals.subtotal
    assert sum(row.tax for row in figures.tax_rows) == totals.tax
    assert all(line.quantity > 0 for line in figures.lines)
    for refund in snapshot.refunds:
        given_back = refund_figures(snapshot.order, refund)
        assert sum(row.tax for row in given_back.tax_rows) == given_back.tax


STATED = [
    ("subtotalPriceSet", "subtotalPriceSet"),
    ("totalShippingPriceSet", "totalShippingPriceSet"),
    ("totalTaxSet", "totalTaxSet"),
    ("totalPriceSet", "totalPriceSet"),
]


@given(drafts(), st.sampled_from(STATED), st.integers(-99, 99).filter(bool))
def test_any_total_that_is_off_is_refused(draft: Draft, stated: tuple[str, str], cents: int) -> None:
    field, named = stated
    snapshot = draft.but(currency="EUR", lines=[Line()], shipping=[Shipping()], tip="0", refunds=[]).build()
    money = snapshot["order"][field]["presentmentMoney"]
    off = Decimal(money["amount"]) + Decimal(cents).scaleb(-2)
    money["amount"] = str(off)
    with pytest.raises(FiguresDoNotAddUp) as fault:
        order_figures(read_snapshot(canonical(snapshot)))
    assert fault.value.sum_name == named
    assert fault.value.found - fault.value.stated == -Decimal(cents).scaleb(-2)


def test_the_message_names_sum_amounts_and_difference() -> None:
    snapshot = Draft().build()
    snapshot["order"]["subtotalPriceSet"]["presentmentMoney"]["amount"] = "90.00"
    with pytest.raises(
        FiguresDoNotAddUp,
        match=r"subtotalPriceSet is stated as 90\.00 EUR, .* make 100\.00 EUR, .* of 10\.00 EUR",
    ):
        order_figures(read_snapshot(canonical(snapshot)))


def _off(change: Any) -> FiguresDoNotAddUp:
    snapshot = Draft().build()
    change(snapshot["order"])
    with pytest.raises(FiguresDoNotAddUp) as fault:
        order_figures(read_snapshot(canonical(snapshot)))
    return fault.value


def test_a_tax_line_of_another_rate_is_refused() -> None:
    def change(order: Any) -> None:
        order["taxLines"][0]["rate"] = 0.2

    assert "taxLines of rate 0.19" in _off(change).sum_name


def test_a_discounted_shipping_price_without_its_discount_is_refused() -> None:
    def change(order: Any) -> None:
        order["shippingLines"]["nodes"][0]["originalPriceSet"]["presentmentMoney"]["amount"] = "7.90"

    assert "shipping line 1" in _off(change).sum_name


def test_units_removed_by_an_edit_are_not_billed_and_refunded_ones_are() -> None:
    draft = Draft(lines=[Line(quantity=5, removed=2)], refunds=[Given({0: 1})])
    (line,) = order_figures(read_snapshot(draft.bytes())).lines
    assert (line.quantity, line.item.current_quantity) == (3, 2)


def test_a_discount_is_shared_among_the_units_left() -> None:
    draft = Draft(lines=[Line(price="10.00", quantity=3, removed=1, discount="1.00")])
    (line,) = order_figures(read_snapshot(draft.bytes())).lines
    assert (line.discount, line.amount) == (Decimal("0.67"), Decimal("19.33"))


def test_more_units_refunded_than_sold_is_a_fault_of_the_snapshot() -> None:
    snapshot = Draft(refunds=[Given({0: 1})]).build()
    snapshot["order"]["lineItems"]["nodes"][0]["currentQuantity"] = 1
    with pytest.raises(SnapshotFault, match=r"nodes\[0\]\.quantity"):
        order_figures(read_snapshot(canonical(snapshot)))


def test_several_rates_make_a_row_each_and_untaxed_goods_their_own() -> None:
    draft = Draft(
        lines=[Line(rates=("0.05", "0.09975")), Line(rates=(), is_gift_card=True)],
        shipping=[],
        taxes_included=False,
    )
    rows = order_figures(read_snapshot(draft.bytes())).tax_rows
    assert [(row.rate, row.net, row.tax) for row in rows] == [
        (Decimal("0.09975"), Decimal("100.00"), Decimal("9.98")),
        (Decimal("0.05"), Decimal("100.00"), Decimal("5.00")),
        (Decimal(0), Decimal("100.00"), Decimal(0)),
    ]


def test_a_refund_of_a_line_the_order_does_not_have_is_a_fault() -> None:
    snapshot = Draft(refunds=[Given({0: 1})]).build()
    snapshot["refunds"][0]["refundLineItems"]["nodes"][0]["lineItem"]["id"] = "gid://shopify/LineItem/99"
    read = read_snapshot(canonical(snapshot))
    with pytest.raises(SnapshotFault, match="names no line"):
        refund_figures(read.order, read.refunds[0])


def test_a_refund_whose_parts_do_not_make_its_total_is_refused() -> None:
    snapshot = Draft(refunds=[Given({0: 1}, adjustment="-10.00")]).build()
    snapshot["refunds"][0]["orderAdjustments"]["nodes"] = []
    read = read_snapshot(canonical(snapshot))
    with pytest.raises(FiguresDoNotAddUp, match=r"difference of 10\.00 EUR"):
        refund_figures(read.order, read.refunds[0])
