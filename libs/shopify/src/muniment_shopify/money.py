"""An amount with its currency, as the Admin API writes it: exact, never a float."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Money:
    """``amount`` in units of ``currency`` (ISO 4217)."""

    amount: Decimal
    currency: str

    @classmethod
    def read(cls, node: Mapping[str, Any]) -> Money:
        """Read a ``MoneyV2``."""
        return cls(Decimal(node["amount"]), node["currencyCode"])

    @classmethod
    def presented(cls, bag: Mapping[str, Any]) -> Money:
        """Read what the buyer sees of a ``MoneyBag``."""
        return cls.read(bag["presentmentMoney"])

    @property
    def text(self) -> str:
        """Return the amount as Shopify's scalars ``Money`` and ``Decimal`` take it."""
        return f"{self.amount:f}"

    def as_input(self) -> dict[str, str]:
        """Return it as a ``MoneyInput``."""
        return {"amount": self.text, "currencyCode": self.currency}

    def __add__(self, other: Money) -> Money:
        self._check(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._check(other)
        return Money(self.amount - other.amount, self.currency)

    def _check(self, other: Money) -> None:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be reckoned together.")
