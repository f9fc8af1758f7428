"""The agreed arithmetic of a snapshot, reckoned from scratch: it shares no code with the sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_DIGITS = {"JPY": 0, "KWD": 3}
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Reckoning:
    """One snapshot in one of its two currencies (``presentmentMoney`` or ``shopMoney``)."""

    snapshot: dict[str, Any]
    side: str = "presentmentMoney"

    def differences(self) -> list[str]:
        """Return every equation that does not hold, with both sides."""
        return [
            f"{self.order['name']} {name}: {left} is not {right}"
            for name, left, right in self.equations()
            if left != right
        ]

    def equations(self) -> Iterator[tuple[str, Decimal, Decimal]]:
        order = self.order
        subtotal, shipping, tax = self._subtotal(), self._shipping(), self._tax()
        included = order["taxesIncluded"]
        extras = sum((self._of(order[key]) for key in _EXTRAS if order[key]), _ZERO)
        total = subtotal + shipping + extras + (_ZERO if included else tax)
        yield "subtotalPriceSet", self._of(order["subtotalPriceSet"]), subtotal
        yield "totalShippingPriceSet", self._of(order["totalShippingPriceSet"]), shipping
        yield "totalTaxSet", self._of(order["totalTaxSet"]), tax
        yield "totalPriceSet", self._of(order["totalPriceSet"]), total
        yield "taxLines", sum((self._of(line["priceSet"]) for line in order["taxLines"]), _ZERO), tax
        yield from self._tax_groups()
        yield from self._refunds()
        yield from self._after_returns(subtotal, tax, total)
        yield from self._money_moved()

    @property
    def order(self) -> dict[str, Any]:
        order: dict[str, Any] = self.snapshot["order"]
        return order

    def billed(self, line: dict[str, Any]) -> int:
        """Return the units that were charged: those there now and those refunded."""
        returned = (
            each["quantity"]
            for refund in self.snapshot["refunds"]
            for each in refund["refundLineItems"]["nodes"]
            if each["lineItem"]["id"] == line["id"]
        )
        return int(line["currentQuantity"]) + sum(map(int, returned))

    def amounts(self) -> Iterator[dict[str, Any]]:
        """Yield every amount of the snapshot on this side."""
        yield from _amounts(self.snapshot, self.side)

    def _subtotal(self) -> Decimal:
        return sum((self._net(line) for line in self.order["lineItems"]["nodes"]), _ZERO)

    def _net(self, line: dict[str, Any]) -> Decimal:
        units = self.billed(line)
        discounts = (each["allocatedAmountSet"] for each in line["discountAllocations"])
        taken = sum((self._share(bag, units, line["quantity"]) for bag in discounts), _ZERO)
        return self._of(line["originalUnitPriceSet"]) * units - taken

    def _shipping(self) -> Decimal:
        total = _ZERO
        for line in self._shipping_lines():
            discounts = sum(
                (self._of(each["allocatedAmountSet"]) for each in line["discountAllocations"]), _ZERO
            )
            assert self._of(line["discountedPriceSet"]) == self._of(line["originalPriceSet"]) - discounts
            total += self._of(line["discountedPriceSet"])
        return total

    def _shipping_lines(self) -> list[dict[str, Any]]:
        return [line for line in self.order["shippingLines"]["nodes"] if not line["isRemoved"]]

    def _tax(self) -> Decimal:
        return sum((amount for _, amount in self._taxes()), _ZERO)

    def _taxes(self) -> Iterator[tuple[tuple[str, float], Decimal]]:
        for line in self.order["lineItems"]["nodes"]:
            for tax in line["taxLines"]:
                amount = self._share(tax["priceSet"], self.billed(line), line["quantity"])
                yield (tax["title"], tax["rate"]), amount
        for line in self._shipping_lines():
            for tax in line["taxLines"]:
                yield (tax["title"], tax["rate"]), self._of(tax["priceSet"])

    def _tax_groups(self) -> Iterator[tuple[str, Decimal, Decimal]]:
        groups: dict[tuple[str, float], Decimal] = {}
        for name, amount in self._taxes():
            groups[name] = groups.get(name, _ZERO) + amount
        for line in self.order["taxLines"]:
            yield f"taxLines {line['title']}", self._of(line["priceSet"]), groups[line["title"], line["rate"]]

    def _refunds(self) -> Iterator[tuple[str, Decimal, Decimal]]:
        for refund in self.snapshot["refunds"]:
            yield (
                "totalRefundedSet of a refund",
                self._of(refund["totalRefundedSet"]),
                self._refund_total(refund),
            )
            moved = (each["amountSet"] for each in refund["transactions"]["nodes"])
            yield "money of a refund", sum(map(self._of, moved), _ZERO), self._of(refund["totalRefundedSet"])

    def _refund_total(self, refund: dict[str, Any]) -> Decimal:
        on_top = not self.order["taxesIncluded"]
        total = _ZERO
        for line in refund["refundLineItems"]["nodes"]:
            total += self._of(line["subtotalSet"]) + (self._of(line["totalTaxSet"]) if on_top else _ZERO)
        for line in refund["refundShippingLines"]["nodes"]:
            total += self._of(line["subtotalAmountSet"]) + (
                self._of(line["taxAmountSet"]) if on_top else _ZERO
            )
        for each in refund["orderAdjustments"]["nodes"]:
            total += self._of(each["amountSet"]) + self._of(each["taxAmountSet"])
        return total

    def _after_returns(
        self, subtotal: Decimal, tax: Decimal, total: Decimal
    ) -> Iterator[tuple[str, Decimal, Decimal]]:
        order, refunds = self.order, self.snapshot["refunds"]
        refunded = sum((self._of(refund["totalRefundedSet"]) for refund in refunds), _ZERO)
        lines = [line for refund in refunds for line in refund["refundLineItems"]["nodes"]]
        shipped = [line for refund in refunds for line in refund["refundShippingLines"]["nodes"]]
        goods = sum((self._of(line["subtotalSet"]) for line in lines), _ZERO)
        taxes = sum((self._of(line["totalTaxSet"]) for line in lines), _ZERO)
        taxes += sum((self._of(line["taxAmountSet"]) for line in shipped), _ZERO)
        yield "totalRefundedSet", self._of(order["totalRefundedSet"]), refunded
        yield "currentTotalPriceSet", self._of(order["currentTotalPriceSet"]), total - refunded
        yield "currentSubtotalPriceSet", self._of(order["currentSubtotalPriceSet"]), subtotal - goods
        yield "currentTotalTaxSet", self._of(order["currentTotalTaxSet"]), tax - taxes
        current = sum((self._of(line["priceSet"]) for line in order["currentTaxLines"]), _ZERO)
        if order["currentTaxLines"]:
            yield "currentTaxLines", current, tax - taxes

    def _money_moved(self) -> Iterator[tuple[str, Decimal, Decimal]]:
        done = [each for each in self.snapshot["transactions"] if each["status"] == "SUCCESS"]
        came = sum(
            (self._of(each["amountSet"]) for each in done if each["kind"] in ("SALE", "CAPTURE")), _ZERO
        )
        went = sum((self._of(each["amountSet"]) for each in done if each["kind"] == "REFUND"), _ZERO)
        order = self.order
        yield "totalReceivedSet", self._of(order["totalReceivedSet"]), came
        yield "netPaymentSet", self._of(order["netPaymentSet"]), came - went
        yield "money returned", went, self._of(order["totalRefundedSet"])
        outstanding = self._of(order["currentTotalPriceSet"]) - (came - went)
        yield "totalOutstandingSet", self._of(order["totalOutstandingSet"]), outstanding

    def _share(self, bag: dict[str, Any], units: int, of: int) -> Decimal:
        amount = self._of(bag)
        if units == of:
            return amount
        digit = Decimal(1).scaleb(-_digits(bag[self.side]["currencyCode"]))
        return (amount * units / of).quantize(digit, ROUND_HALF_UP)

    def _of(self, bag: dict[str, Any]) -> Decimal:
        return Decimal(bag[self.side]["amount"])


_EXTRAS = ("totalTipReceivedSet", "originalTotalDutiesSet", "originalTotalAdditionalFeesSet")


def digits_shown(amount: str) -> int:
    return len(amount.partition(".")[2])


def _digits(currency: str) -> int:
    return _DIGITS.get(currency, 2)


def has_right_digits(money: dict[str, Any]) -> bool:
    """Return whether the amount has exactly its currency's digits."""
    return digits_shown(money["amount"]) == _digits(money["currencyCode"])


def _amounts(value: object, side: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if side in value:
            yield value[side]
        for each in value.values():
            yield from _amounts(each, side)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for each in value:
            yield from _amounts(each, side)
