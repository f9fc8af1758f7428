"""Taxes on a price: included in it or added to it, one rate or several, rounded half up to the currency's
digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from muniment_sandbox.shopify.state.money import Exchange, MoneyBag, half_up


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax as the law names it: ``TaxRate("MwSt.", Decimal("0.19"))``."""

    title: str
    fraction: Decimal


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax on one line, or on the whole order when grouped."""

    title: str
    fraction: Decimal
    price_set: MoneyBag
    source: str | None = None
    channel_liable: bool | None = False

    @property
    def rate(self) -> float:
        return float(self.fraction)

    @property
    def rate_percentage(self) -> float:
        return float(self.fraction * 100)

    def scaled(self, numerator: int, denominator: int) -> TaxLine:
        """Return the tax on a share of the line's units."""
        return TaxLine(self.title, self.fraction, self.price_set.scaled(numerator, denominator), self.source)


def tax_lines_on(
    net: MoneyBag, rates: Sequence[TaxRate], *, included: bool, exchange: Exchange
) -> list[TaxLine]:
    """Return the taxes on a price.

    Included: price × rate / (1 + all rates). Added: price × rate.
    """
    divisor = 1 + sum((rate.fraction for rate in rates), Decimal(0)) if included else Decimal(1)
    return [
        TaxLine(rate.title, rate.fraction, exchange.bag(half_up(net.minor * rate.fraction / divisor)))
        for rate in rates
    ]


def grouped(lines: Iterable[TaxLine], exchange: Exchange) -> list[TaxLine]:
    """Add up taxes of the same title and rate, in the order they first appear."""
    groups: dict[tuple[str, Decimal], list[MoneyBag]] = {}
    for line in lines:
        groups.setdefault((line.title, line.fraction), []).append(line.price_set)
    return [TaxLine(title, fraction, exchange.total(bags)) for (title, fraction), bags in groups.items()]
