"""Amounts: exact, in the currency's own digits, written the buyer's way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from document_renderer.locales import formats_for
from document_renderer.money import digits_of, parse_amount, rounded, share
from document_renderer.wording import languages
from document_renderer.written_money import babel_money, currency_pattern, money_style

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CHF", "HUF", "RSD", "CLP"])
LOCALES = st.sampled_from(["de", "de-CH", "en-GB", "fr-CA", "ja", "ar-EG", "hi", "pt-BR", "sv", "fa", None])


@given(CURRENCIES, st.integers(-(10**12), 10**12))
def test_an_amount_is_read_back_exactly_as_written(currency: str, units: int) -> None:
    amount = Decimal(units).scaleb(-digits_of(currency))
    assert parse_amount(str(amount), currency) == amount


@given(CURRENCIES, st.integers(-(10**12), 10**12), LOCALES)
def test_written_money_keeps_every_digit_in_every_locale(
    currency: str, units: int, locale: str | None
) -> None:
    amount = Decimal(units).scaleb(-digits_of(currency))
    written = formats_for(locale, languages(), "en").money(amount, currency)
    assert [char for char in written if char.isdecimal()] == [
        char for char in str(abs(amount)) if char.isdigit()
    ]


ALL_LOCALES = st.sampled_from(sorted(locale_identifiers()))


@given(CURRENCIES, st.integers(-(10**14), 10**14), ALL_LOCALES)
def test_money_is_written_as_babel_writes_it_in_every_locale(currency: str, units: int, tag: str) -> None:
    locale = Locale.parse(tag)
    amount = Decimal(units).scaleb(-digits_of(currency))
    ours = money_style(locale, currency).write(amount)
    assert ours == babel_money(currency_pattern(locale, currency), amount, locale, currency)


@given(st.text(max_size=12), CURRENCIES)
def test_any_text_is_an_amount_or_a_value_error(text: str, currency: str) -> None:
    try:
        amount = parse_amount(text, currency)
    except ValueError:
        return
    assert amount == rounded(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency", "fault"),
    [
        ("10.005", "EUR", "more"),
        ("10.5", "JPY", "more"),
        ("NaN", "EUR", "finite"),
        ("1e30", "EUR", "larger"),
        ("ten", "EUR", "decimal"),
    ],
)
def test_what_is_no_amount_is_named(text: str, currency: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parse_amount(text, currency)


def test_yen_may_carry_shopifys_empty_decimal() -> None:
    assert parse_amount("1200.0", "JPY") == Decimal(1200)


def test_halves_are_rounded_up() -> None:
    assert rounded(Decimal("0.125"), "EUR") == Decimal("0.13")
    assert rounded(Decimal("0.5"), "JPY") == Decimal(1)


@given(st.integers(0, 10**6), st.integers(1, 50), st.data())
def test_a_share_of_all_is_all_and_of_none_nothing(cents: int, whole: int, data: st.DataObject) -> None:
    amount = Decimal(cents).scaleb(-2)
    part = data.draw(st.integers(0, whole))
    assert share(amount, whole, whole, "EUR") == amount
    assert share(amount, 0, whole, "EUR") == 0
    assert abs(share(amount, part, whole, "EUR") - amount * part / whole) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("de", "1.234,50 €"),
        ("en-GB", "€1,234.50"),
        ("fr", "1 234,50 €"),
        ("de-CH", "EUR 1’234.50"),
        ("he", "1,234.50 €"),
        ("ar", "1,234.50 €"),
    ],
)
def test_money_is_written_the_buyers_way(locale: str, written: str) -> None:
    assert (
        formats_for(locale, languages(), "en")
        .money(Decimal("1234.50"), "EUR")
        .replace("\u202f", " ")
        .replace("\xa0", " ")
        == written
    )


def test_a_symbol_of_arabic_letters_gives_way_to_the_code() -> None:
    written = formats_for("ar-KW", languages(), "en").money(Decimal("-7.700"), "KWD")
    assert written.replace("\xa0", " ") == "-7.700 KWD"
