"""Money is exact to the currency's digit, and parts add up to their whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.shopify.state.discounts import spread
from muniment_sandbox.shopify.state.money import Exchange, Money, MoneyBag
from muniment_sandbox.shopify.state.taxes import TaxRate, tax_lines_on

EUROS = Exchange("EUR", "EUR")


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (0, "EUR", "0.00"),
        (1, "EUR", "0.01"),
        (-250, "USD", "-2.50"),
        (1980, "JPY", "1980"),
        (1500, "KWD", "1.500"),
    ],
)
def test_amounts_show_exactly_the_digits_of_their_currency(minor: int, currency: str, amount: str) -> None:
    assert Money(minor, currency).amount == amount
    assert Money.of(amount, currency) == Money(minor, currency)


def test_halves_are_rounded_up() -> None:
    assert Money(5, "EUR").scaled(1, 2) == Money(3, "EUR")
    assert Money(-5, "EUR").scaled(1, 2) == Money(-3, "EUR")


@given(st.integers(0, 10**9), st.integers(1, 50))
def test_shares_up_to_each_count_add_up_to_the_whole(minor: int, quantity: int) -> None:
    whole = EUROS.bag(minor)
    steps = [whole.scaled(count + 1, quantity) - whole.scaled(count, quantity) for count in range(quantity)]
    assert EUROS.total(steps) == whole


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=50), st.data())
def test_a_spread_discount_is_given_out_exactly_and_never_exceeds_a_line(
    weights: list[int], data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = spread(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


def test_included_tax_of_one_rate_is_the_share_in_the_price() -> None:
    taxes = tax_lines_on(
        EUROS.bag(11_900), [TaxRate("MwSt.", Decimal("0.19"))], included=True, exchange=EUROS
    )
    assert [tax.price_set.minor for tax in taxes] == [1_900]


def test_several_included_rates_share_one_divisor() -> None:
    rates = [TaxRate("CGST", Decimal("0.09")), TaxRate("SGST", Decimal("0.09"))]
    taxes = tax_lines_on(EUROS.bag(11_800), rates, included=True, exchange=EUROS)
    assert [tax.price_set.minor for tax in taxes] == [900, 900]


def test_added_tax_is_the_rate_of_the_price() -> None:
    taxes = tax_lines_on(
        EUROS.bag(10_050), [TaxRate("Tax", Decimal("0.00375"))], included=False, exchange=EUROS
    )
    assert [tax.price_set.minor for tax in taxes] == [38]


def test_foreign_money_becomes_shop_money_at_the_rate() -> None:
    yen = Exchange("EUR", "JPY", Decimal("0.005563"))
    assert yen.bag(10_000) == MoneyBag(Money(5_563, "EUR"), Money(10_000, "JPY"))
    assert yen.from_shop(5_563) == 10_000


def test_a_part_of_money_never_exceeds_it() -> None:
    assert EUROS.bag(500).capped(200).minor == 200
    assert EUROS.bag(500).capped(900).minor == 500
