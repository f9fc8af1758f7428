"""The one way two amounts are compared: equal to the last digit, or rejected with the difference named."""

from __future__ import annotations

from decimal import Decimal

from muniment_kit.errors import Rejected


class FiguresDoNotAddUp(Rejected):
    """A sum of the order is not what Shopify states it to be; no document may show it."""

    def __init__(self, sum_name: str, *, stated: Decimal, found: Decimal, currency: str) -> None:
        super().__init__(
            f"The figures do not add up: {sum_name} is stated as {stated} {currency}, but its parts make "
            f"{found} {currency}, a difference of {found - stated} {currency}. "
            "Fetch the order again; if it stays so, correct the order in Shopify."
        )
        self.sum_name = sum_name
        self.stated = stated
        self.found = found


def check_sum(sum_name: str, *, stated: Decimal, found: Decimal, currency: str) -> None:
    """Raise FiguresDoNotAddUp unless both amounts are the same."""
    if stated != found:
        raise FiguresDoNotAddUp(sum_name, stated=stated, found=found, currency=currency)
