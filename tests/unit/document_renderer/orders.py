"""Orders whose figures add up, built as Shopify states them: a scenario names only what it is about."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

Json = dict[str, Any]  # JSON as Shopify writes it: any value may stand under any name

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIGITS = {"JPY": 0, "KWD": 3}
BERLIN: Json = {
    "name": "Anna Schmidt", "firstName": "Anna", "lastName": "Schmidt", "company": None,
    "address1": "Lindenallee 12", "address2": None, "city": "Berlin", "province": None, "provinceCode": None,
    "zip": "10115", "country": "Germany", "countryCodeV2": "DE", "phone": None,
}  # fmt: skip


def at(minutes: float = 0) -> str:
    """Return the time that many minutes after the order, as Shopify writes it."""
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Line:
    """A line as ordered: ``quantity`` units of ``price``, of which ``removed`` were taken out by an edit."""

    title: str = "Walnut desk"
    price: str = "100.00"
    quantity: int = 1
    removed: int = 0
    discount: str = "0"
    rates: Sequence[str] = ("0.19",)
    sku: str | None = "DESK-1"
    variant: str | None = None
    is_gift_card: bool = False


@dataclass(frozen=True)
class Shipping:
    """A way of shipping."""

    title: str = "Standard"
    price: str = "5.90"
    discount: str = "0"
    rates: Sequence[str] = ("0.19",)
    is_removed: bool = False


@dataclass(frozen=True)
class Given:
    """A refund: units by the place of their line, shipping in full or not, an adjustment."""

    units: Mapping[int, int] = field(default_factory=dict)
    shipping: bool = False
    adjustment: str = "0"
    minutes: float = 120


@dataclass(frozen=True)
class Draft:
    """An order to be built; ``replace`` changes it."""

    name: str = "#1001"
    id: str = "5001"
    currency: str = "EUR"
    locale: str | None = "en"
    taxes_included: bool = True
    lines: Sequence[Line] = (Line(),)
    shipping: Sequence[Shipping] = (Shipping(),)
    tip: str = "0"
    duties: str | None = None
    customer: str = "Anna Schmidt"
    billing: Json | None = field(default_factory=lambda: dict(BERLIN))
    delivery: Json | None = field(default_factory=lambda: dict(BERLIN))
    company: str | None = None
    tax_registration: str | None = None
    po_number: str | None = None
    terms: str | None = None
    payments: Sequence[Json] = ()
    refunds: Sequence[Given] = ()
    fulfillments: Sequence[Json] = ()
    edits: Sequence[float] = ()
    cancelled_at: str | None = None
    cancel_reason: str | None = None
    discount_codes: Sequence[str] = ()

    def but(self, **changes: Any) -> Draft:
        return replace(self, **changes)

    def build(self) -> Json:
        return copy.deepcopy(_Building(self).snapshot())

    def bytes(self) -> bytes:
        return canonical(self.build())


def canonical(snapshot: Json) -> bytes:
    return orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)


def transaction(
    kind: str = "SALE", amount: str = "105.90", *, id: int = 1, minutes: float = 1, status: str = "SUCCESS",
    currency: str = "EUR", gateway: str = "Shopify Payments", card: str | None = "Visa",
) -> Json:  # fmt: skip
    """A transaction; money is in ``currency``."""
    return {
        "id": f"gid://shopify/OrderTransaction/{id}", "kind": kind, "status": status, "test": False,
        "createdAt": at(minutes), "processedAt": at(minutes), "gateway": "shopify_payments",
        "formattedGateway": gateway, "accountNumber": "•••• •••• •••• 4242" if card else None,
        "paymentId": f"r{id}.1", "amountSet": bag(Decimal(amount), currency),
        "paymentDetails": {"__typename": "CardPaymentDetails", "company": card} if card else None,
    }  # fmt: skip


def fulfillment(
    place: int = 0, quantity: int = 1, *, id: int = 1, minutes: float = 60, status: str = "SUCCESS"
) -> Json:
    """A shipment of ``quantity`` units of one line."""
    return {
        "id": f"gid://shopify/Fulfillment/{id}", "status": status, "createdAt": at(minutes),
        "estimatedDeliveryAt": at(60 * 72),
        "trackingInfo": [{"company": "DHL", "number": "00340434161094042557", "url": "https://dhl.example/0034"}],
        "fulfillmentLineItems": {"nodes": [{"id": "gid://shopify/FulfillmentLineItem/1", "quantity": quantity,
            "lineItem": {"id": _line_id(place), "sku": "DESK-1", "name": "Walnut desk"}}]},
    }  # fmt: skip


def bag(amount: Decimal, currency: str) -> Json:
    money = {"amount": _text(amount, currency), "currencyCode": currency}
    return {"presentmentMoney": money, "shopMoney": money}


def rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-DIGITS.get(currency, 2)), rounding=ROUND_HALF_UP)


def _text(amount: Decimal, currency: str) -> str:
    """Shopify writes at least one decimal: ``100.0``, ``1200.0`` for yen."""
    text = f"{rounded(amount, currency):f}"
    return text if "." in text else f"{text}.0"


def _line_id(place: int) -> str:
    return f"gid://shopify/LineItem/{place + 1}"


class _Building:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.taxes: dict[tuple[str, Decimal], Decimal] = {}

    def bag(self, amount: Decimal) -> Json:
        return bag(amount, self.draft.currency)

    def tax(self, amount: Decimal, rates: Sequence[str]) -> list[Decimal]:
        whole = sum(map(Decimal, rates), Decimal(1)) if self.draft.taxes_included else Decimal(1)
        return [rounded(amount * Decimal(rate) / whole, self.draft.currency) for rate in rates]

    def tax_lines(self, taxes: Sequence[Decimal], rates: Sequence[str]) -> list[Json]:
        return [
            {"title": "VAT", "rate": float(rate), "source": "Shopify", "priceSet": self.bag(tax)}
            for tax, rate in zip(taxes, rates, strict=True)
        ]

    def add(self, taxes: Sequence[Decimal], rates: Sequence[str]) -> None:
        for tax, rate in zip(taxes, rates, strict=True):
            key = ("VAT", Decimal(rate))
            self.taxes[key] = self.taxes.get(key, Decimal(0)) + tax

    def share(self, amount: Decimal, part: int, whole: int) -> Decimal:
        return amount if part == whole else rounded(amount * part / whole, self.draft.currency)

    def line(self, place: int, line: Line) -> tuple[Json, Decimal]:
        billed = line.quantity - line.removed
        refunded = sum(refund.units.get(place, 0) for refund in self.draft.refunds)
        gross = Decimal(line.price) * line.quantity - Decimal(line.discount)
        taxes = self.tax(gross, line.rates)
        amount = Decimal(line.price) * billed - self.share(Decimal(line.discount), billed, line.quantity)
        if billed:
            self.add([self.share(tax, billed, line.quantity) for tax in taxes], line.rates)
        discounts = [
            {"allocatedAmountSet": self.bag(Decimal(line.discount)), "discountApplication": {"index": 0}}
        ]
        return {
            "id": _line_id(place), "name": line.title, "title": line.title, "variantTitle": line.variant,
            "sku": line.sku, "quantity": line.quantity, "currentQuantity": billed - refunded,
            "taxable": bool(line.rates), "isGiftCard": line.is_gift_card,
            "originalUnitPriceSet": self.bag(Decimal(line.price)),
            "discountAllocations": discounts if Decimal(line.discount) else [],
            "taxLines": self.tax_lines(taxes, line.rates),
        }, amount  # fmt: skip

    def shipping_line(self, place: int, line: Shipping) -> Json:
        discounted = Decimal(line.price) - Decimal(line.discount)
        taxes = self.tax(discounted, line.rates)
        if not line.is_removed:
            self.add(taxes, line.rates)
        discounts = [
            {"allocatedAmountSet": self.bag(Decimal(line.discount)), "discountApplication": {"index": 1}}
        ]
        return {
            "id": f"gid://shopify/ShippingLine/{place + 1}", "title": line.title,
            "isRemoved": line.is_removed,
            "originalPriceSet": self.bag(Decimal(line.price)), "discountedPriceSet": self.bag(discounted),
            "discountAllocations": discounts if Decimal(line.discount) else [],
            "taxLines": self.tax_lines(taxes, line.rates),
        }  # fmt: skip

    def refund(self, place: int, given: Given) -> tuple[Json, Decimal]:
        nodes, total = [], Decimal(0)
        for at_line, units in given.units.items():
            line = self.draft.lines[at_line]
            subtotal = rounded(
                (Decimal(line.price) * line.quantity - Decimal(line.discount)) * units / line.quantity,
                self.draft.currency,
            )
            tax = sum(self.tax(subtotal, line.rates), Decimal(0))
            total += subtotal if self.draft.taxes_included else subtotal + tax
            nodes.append({
                "id": f"gid://shopify/RefundLineItem/{at_line + 1}", "quantity": units,
                "subtotalSet": self.bag(subtotal), "totalTaxSet": self.bag(tax),
                "lineItem": {"id": _line_id(at_line)},
            })  # fmt: skip
        shipping = []
        for way in self.draft.shipping if given.shipping else ():
            amount = Decimal(way.price) - Decimal(way.discount)
            tax = sum(self.tax(amount, way.rates), Decimal(0))
            total += amount if self.draft.taxes_included else amount + tax
            shipping.append({"subtotalAmountSet": self.bag(amount), "taxAmountSet": self.bag(tax)})
        adjustments = []
        if Decimal(given.adjustment):
            total += Decimal(given.adjustment)
            adjustments.append({
                "reason": "REFUND_DISCREPANCY", "amountSet": self.bag(Decimal(given.adjustment)),
                "taxAmountSet": self.bag(Decimal(0)),
            })  # fmt: skip
        return {
            "id": f"gid://shopify/Refund/{place + 1}", "createdAt": at(given.minutes),
            "processedAt": at(given.minutes), "note": None,
            "totalRefundedSet": self.bag(total), "refundLineItems": {"nodes": nodes},
            "refundShippingLines": {"nodes": shipping}, "orderAdjustments": {"nodes": adjustments},
        }, total  # fmt: skip

    def snapshot(self) -> Json:
        draft = self.draft
        built = [self.line(place, line) for place, line in enumerate(draft.lines)]
        shipping_lines = [self.shipping_line(place, line) for place, line in enumerate(draft.shipping)]
        refunds = [self.refund(place, given) for place, given in enumerate(draft.refunds)]
        subtotal = sum((amount for _, amount in built), Decimal(0))
        shipping = sum(
            (Decimal(line.price) - Decimal(line.discount) for line in draft.shipping if not line.is_removed),
            Decimal(0),
        )
        tax = sum(self.taxes.values(), Decimal(0))
        total = subtotal + shipping + Decimal(draft.tip) + Decimal(draft.duties or 0)
        total += Decimal(0) if draft.taxes_included else tax
        received = sum(
            (Decimal(t["amountSet"]["presentmentMoney"]["amount"]) for t in draft.payments
             if t["status"] == "SUCCESS" and t["kind"] in ("SALE", "CAPTURE")), Decimal(0)
        )  # fmt: skip
        refunded = sum((amount for _, amount in refunds), Decimal(0))
        order = self.identity() | {
            "lineItems": {"nodes": [line for line, _ in built]},
            "shippingLines": {"nodes": shipping_lines},
            "taxLines": [
                {"title": title, "rate": float(rate), "priceSet": self.bag(amount)}
                for (title, rate), amount in self.taxes.items()
            ],
            "subtotalPriceSet": self.bag(subtotal),
            "totalShippingPriceSet": self.bag(shipping),
            "totalTaxSet": self.bag(tax),
            "totalTipReceivedSet": self.bag(Decimal(draft.tip)),
            "originalTotalDutiesSet": self.bag(Decimal(draft.duties)) if draft.duties else None,
            "originalTotalAdditionalFeesSet": None,
            "totalPriceSet": self.bag(total),
            "originalTotalPriceSet": self.bag(total),
            "currentTotalPriceSet": self.bag(total - refunded),
            "totalReceivedSet": self.bag(received),
            "totalRefundedSet": self.bag(refunded),
            "totalOutstandingSet": self.bag(max(Decimal(0), total - received)),
        }
        return {
            "order": order,
            "transactions": list(draft.payments),
            "refunds": [refund for refund, _ in refunds],
            "fulfillments": list(draft.fulfillments),
            "edits": [
                {"id": f"gid://shopify/OrderEditAgreement/{place + 1}", "happenedAt": at(minutes)}
                for place, minutes in enumerate(draft.edits)
            ],
        }

    def identity(self) -> Json:
        draft = self.draft
        entity: Json = {"__typename": "Customer", "id": "gid://shopify/Customer/77"}
        if draft.company:
            entity = {
                "__typename": "PurchasingCompany",
                "company": {"id": "gid://shopify/Company/9", "name": draft.company, "externalId": None},
                "location": {
                    "name": "Head office",
                    "taxSettings": {"taxRegistrationId": draft.tax_registration},
                },
            }
        return {
            "id": f"gid://shopify/Order/{draft.id}", "legacyResourceId": draft.id, "name": draft.name,
            "createdAt": at(), "updatedAt": at(180), "cancelledAt": draft.cancelled_at,
            "cancelReason": draft.cancel_reason,
            "displayFinancialStatus": "PAID" if draft.payments else "PENDING",
            "displayFulfillmentStatus": "UNFULFILLED", "currencyCode": draft.currency,
            "presentmentCurrencyCode": draft.currency, "taxesIncluded": draft.taxes_included,
            "customerLocale": draft.locale, "poNumber": draft.po_number, "email": "anna@example.com",
            "paymentTerms": {"paymentTermsName": draft.terms} if draft.terms else None,
            "customer": {"id": "gid://shopify/Customer/77", "displayName": draft.customer},
            "purchasingEntity": entity, "billingAddress": draft.billing, "shippingAddress": draft.delivery,
            "discountCodes": list(draft.discount_codes),
        }  # fmt: skip
