"""Amounts of one currency: exact decimals in the currency's own number of digits."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

# ISO 4217, list one: minor units that are not two.
_DIGITS = dict.fromkeys(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    0,
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)

ZERO = Decimal(0)


def digits_of(currency: str) -> int:
    """Return how many decimal digits amounts of ``currency`` (ISO 4217 code) have."""
    return _DIGITS.get(currency, 2)


def parse_amount(text: str, currency: str) -> Decimal:
    """Return the amount that ``text`` names, such as ``"19.90"``, with the currency's digits.

    Raises ValueError if it is no finite decimal, or has more digits than the currency.
    """
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError("it is not a decimal number") from None
    if not amount.is_finite():
        raise ValueError("it is not a finite number")
    if abs(amount) >= Decimal(10) ** 15:
        raise ValueError("it is larger than any amount of money")
    exact = amount.quantize(_unit(currency))
    if exact != amount:
        raise ValueError(f"{currency} has {digits_of(currency)} decimal digits, it has more")
    return exact + ZERO  # no negative zero


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return ``amount`` rounded half up to the currency's digits."""
    return amount.quantize(_unit(currency), rounding=ROUND_HALF_UP) + ZERO


def share(amount: Decimal, part: int, whole: int, currency: str) -> Decimal:
    """Return ``part``/``whole`` of ``amount``, rounded half up; nothing of nothing is nothing."""
    if part == whole:
        return amount
    return rounded(amount * part / whole, currency) if whole else ZERO


@cache
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-digits_of(currency))
