"""Exact money: whole minor units of a currency, and the pair of shop and buyer money that Shopify calls a
money bag.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

_DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}


def digits_of(currency: str) -> int:
    """Return how many digits after the point the currency has (ISO 4217)."""
    return _DIGITS.get(currency, 2)


def half_up(value: Decimal) -> int:
    """Round to a whole number, halves away from zero."""
    return int(value.to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency in its smallest unit."""

    minor: int
    currency_code: str

    @property
    def amount(self) -> str:
        """The decimal string with exactly the currency's digits."""
        digits = digits_of(self.currency_code)
        return f"{Decimal(self.minor).scaleb(-digits):.{digits}f}"

    @classmethod
    def of(cls, amount: Decimal | str, currency: str) -> Money:
        """Build from a decimal amount, rounded half up to the currency's digit."""
        return cls(half_up(Decimal(amount).scaleb(digits_of(currency))), currency)

    def scaled(self, numerator: int, denominator: int) -> Money:
        """Return this amount × numerator / denominator, rounded half up."""
        if numerator == denominator:
            return self
        return Money(half_up(Decimal(self.minor) * numerator / denominator), self.currency_code)


@dataclass(frozen=True, slots=True)
class MoneyBag:
    """The same amount in the shop's currency and in the buyer's (presentment)."""

    shop_money: Money
    presentment_money: Money

    @property
    def minor(self) -> int:
        """The buyer's amount in minor units: what comparisons go by."""
        return self.presentment_money.minor

    @property
    def empty(self) -> bool:
        """Whether it is zero in both currencies."""
        return not self.presentment_money.minor and not self.shop_money.minor

    def __add__(self, other: MoneyBag) -> MoneyBag:
        if other.empty:
            return self
        return self._with(
            self.shop_money.minor + other.shop_money.minor,
            self.presentment_money.minor + other.presentment_money.minor,
        )

    def __sub__(self, other: MoneyBag) -> MoneyBag:
        if other.empty:
            return self
        return self._with(
            self.shop_money.minor - other.shop_money.minor,
            self.presentment_money.minor - other.presentment_money.minor,
        )

    def times(self, quantity: int) -> MoneyBag:
        """Return this amount taken ``quantity`` times."""
        if quantity == 1:
            return self
        if quantity == 0:
            return nothing_in(self.shop_money.currency_code, self.presentment_money.currency_code)
        return self._with(self.shop_money.minor * quantity, self.presentment_money.minor * quantity)

    def scaled(self, numerator: int, denominator: int) -> MoneyBag:
        """Return the share numerator / denominator, each currency rounded half up; nothing of nothing is
        zero.
        """
        if denominator == 0:
            return self.times(0)
        if numerator == denominator:
            return self
        return MoneyBag(
            self.shop_money.scaled(numerator, denominator),
            self.presentment_money.scaled(numerator, denominator),
        )

    def capped(self, minor: int) -> MoneyBag:
        """Return the part of this amount that is at most ``minor`` in the buyer's currency."""
        return self if minor >= self.minor else self.scaled(minor, self.minor)

    def _with(self, shop_minor: int, presentment_minor: int) -> MoneyBag:
        return MoneyBag(
            Money(shop_minor, self.shop_money.currency_code),
            Money(presentment_minor, self.presentment_money.currency_code),
        )


@cache
def nothing_in(shop_currency: str, presentment_currency: str) -> MoneyBag:
    """Return zero in both currencies."""
    return MoneyBag(Money(0, shop_currency), Money(0, presentment_currency))


@dataclass(frozen=True, slots=True)
class Exchange:
    """How buyer money becomes shop money; ``rate`` is shop currency for one unit of the buyer's."""

    shop_currency: str
    presentment_currency: str
    rate: Decimal = Decimal(1)

    def bag(self, presentment_minor: int) -> MoneyBag:
        """Return the bag of an amount the buyer sees."""
        shift = digits_of(self.shop_currency) - digits_of(self.presentment_currency)
        shop_minor = half_up((Decimal(presentment_minor) * self.rate).scaleb(shift))
        return MoneyBag(
            Money(shop_minor, self.shop_currency), Money(presentment_minor, self.presentment_currency)
        )

    def from_shop(self, shop_minor: int) -> int:
        """Return what a shop price is in the buyer's minor units."""
        shift = digits_of(self.presentment_currency) - digits_of(self.shop_currency)
        return half_up((Decimal(shop_minor) / self.rate).scaleb(shift))

    @property
    def nothing(self) -> MoneyBag:
        """Zero in both currencies."""
        return nothing_in(self.shop_currency, self.presentment_currency)

    def total(self, bags: Iterable[MoneyBag]) -> MoneyBag:
        """Return the sum, zero for no bags."""
        shop = presentment = 0
        for bag in bags:
            shop += bag.shop_money.minor
            presentment += bag.presentment_money.minor
        if not shop and not presentment:
            return self.nothing
        return MoneyBag(Money(shop, self.shop_currency), Money(presentment, self.presentment_currency))
