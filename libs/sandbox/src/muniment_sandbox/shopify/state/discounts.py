"""Discounts: what was promised (an application) and what each line got of it (an allocation)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from muniment_sandbox.shopify.state.money import Money, MoneyBag, half_up


@dataclass(frozen=True, slots=True)
class PricingPercentageValue:
    """A percentage, as ``10.0`` for ten per cent."""

    percentage: float


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount as the cart states it: a percentage or a fixed amount in the buyer's minor units, with a
    code or a title.
    """

    title: str
    percentage: Decimal | None = None
    fixed_minor: int | None = None
    code: bool = False
    manual: bool = False

    def on(self, minor: int) -> int:
        """Return the reduction of an amount: never more than the amount."""
        if self.percentage is not None:
            return half_up(minor * self.percentage / 100)
        return min(self.fixed_minor or 0, minor)


@dataclass(frozen=True, slots=True)
class DiscountApplication:
    """One discount of the order; ``index`` is its place among them."""

    index: int
    title: str
    value: PricingPercentageValue | Money
    allocation_method: str
    target_selection: str
    target_type: str

    @property
    def is_line_level(self) -> bool:
        return self.target_type == "LINE_ITEM" and self.allocation_method != "ACROSS"


@dataclass(frozen=True, slots=True)
class DiscountCodeApplication(DiscountApplication):
    """By a code the buyer entered."""

    @property
    def code(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class AutomaticDiscountApplication(DiscountApplication):
    """By a rule of the shop."""


@dataclass(frozen=True, slots=True)
class ManualDiscountApplication(DiscountApplication):
    """By a person of the shop."""

    @property
    def description(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class DiscountAllocation:
    """What one line got of one discount."""

    allocated_amount_set: MoneyBag
    discount_application: DiscountApplication


def application_of(
    discount: Discount, index: int, currency: str, *, target: str, method: str, selection: str
) -> DiscountApplication:
    """Name the discount of a cart as Shopify reports it."""
    kind = (
        DiscountCodeApplication
        if discount.code
        else ManualDiscountApplication
        if discount.manual
        else AutomaticDiscountApplication
    )
    value: PricingPercentageValue | Money = (
        PricingPercentageValue(float(discount.percentage))
        if discount.percentage is not None
        else Money(discount.fixed_minor or 0, currency)
    )
    return kind(index, discount.title, value, method, selection, target)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Divide ``total`` in proportion to the weights so that the parts add up exactly (largest remainders
    first).

    No part exceeds its weight as long as ``total`` does not exceed their sum.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
