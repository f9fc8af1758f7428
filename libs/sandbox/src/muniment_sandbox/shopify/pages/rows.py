"""What the pages show, as plain values: the templates only lay it out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from muniment_sandbox.shopify.deeds import possible
from muniment_sandbox.shopify.state.discounts import DiscountCodeApplication
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.money import MoneyBag
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import MailingAddress
from muniment_sandbox.shopify.state.refunds import Refund

Row = dict[str, Any]

_PAID_BADGES = {
    "PAID": "good",
    "PARTIALLY_PAID": "warn",
    "PENDING": "warn",
    "AUTHORIZED": "blue",
    "REFUNDED": "plum",
    "PARTIALLY_REFUNDED": "plum",
    "VOIDED": "bad",
}
_SENT_BADGES = {"FULFILLED": "good", "PARTIALLY_FULFILLED": "warn", "ON_HOLD": "bad"}
DEED_LABELS = {
    "pay": "Pay",
    "capture": "Capture payment",
    "authorize": "Authorize",
    "decline": "Decline a card",
    "fulfil": "Send all",
    "add-line": "Add a line",
    "remove-line": "Take a line out",
    "refund-line": "Refund one unit",
    "refund": "Refund all",
    "note": "Write a note",
    "cancel": "Cancel order",
    "delete": "Delete order",
    "return-request": "Request a return",
    "return-approve": "Approve the return",
    "return-decline": "Decline the return",
    "return-process": "Refund what came back",
    "return-close": "Close the return",
    "hold": "Put on hold",
    "release": "Release holds",
    "dispute": "Open a dispute",
    "dispute-lost": "The buyer wins the dispute",
    "dispute-won": "The shop wins the dispute",
    "high-risk": "Mark as high risk",
}
_PROMINENT = {"pay", "capture", "fulfil", "return-approve", "return-decline"}


def order_row(order: Order) -> Row:
    """Return an order as a line of the list."""
    return {
        "number": order.number,
        "name": order.name,
        "buyer": _buyer(order),
        "company": order.purchasing_company.company.name if order.purchasing_company else None,
        "total": money(order.totals.total_price_set),
        "states": states(order),
        "units": sum(line.current_quantity for line in order.lines),
        "at": seconds(order.created_at),
        "updated": seconds(order.updated_at),
    }


def states(order: Order) -> list[tuple[str, str]]:
    """Return badges: a word and its colour."""
    paid, sent = order.display_financial_status, order.display_fulfillment_status
    badges = [(words(paid), _PAID_BADGES.get(paid, "")), (words(sent), _SENT_BADGES.get(sent, ""))]
    if order.edited:
        badges.append(("edited", "blue"))
    if order.cancelled_at:
        badges.append(("cancelled", "bad"))
    return badges


def line_row(line: LineItem) -> Row:
    taken = [
        f"{_application(each.discount_application)} −{money(each.allocated_amount_set)}"
        for each in line.discount_allocations
    ]
    return {
        "name": line.name,
        "product": line.product.number if line.product else None,
        "sku": line.sku,
        "quantity": line.quantity,
        "current": line.current_quantity,
        "unit": money(line.original_unit_price_set),
        "net": money(line.billed_net),
        "discounts": taken,
        "taxes": [f"{tax.title} {tax.rate_percentage:g} %" for tax in line.all_tax_lines],
        "notes": [f"{each.key}: {each.value}" for each in line.custom_attributes],
        "gift_card": line.is_gift_card,
        "removed": line.removed_by_edit,
        "refunded": line.refunded,
        "fulfilled": line.fulfilled,
    }


def total_rows(order: Order) -> list[tuple[str, str, bool]]:
    """Return the rows of the totals: words, amount, and whether it is a sum."""
    totals = order.totals
    rows = [("Subtotal", totals.subtotal_price_set, False)]
    rows += [(line.title, line.discounted_price_set, False) for line in order.shipping if not line.is_removed]
    rows += [("Tip", order.tip, False)] if order.tip.minor else []
    rows += [("Duties", order.original_total_duties_set, False)] if order.original_total_duties_set else []
    fees = order.original_total_additional_fees_set
    rows += [("Fees", fees, False)] if fees else []
    how = "included" if order.taxes_included else "added"
    taxes = totals.tax_lines
    rows += [(f"{tax.title} {tax.rate_percentage:g} % ({how})", tax.price_set, False) for tax in taxes]
    rows.append(("Total", totals.total_price_set, True))
    if totals.total_refunded_set.minor:
        rows.append(("Refunded", totals.total_refunded_set.times(-1), False))
        rows.append(("Total now", totals.current_total_price_set, True))
    rows.append(("Received", totals.total_received_set, False))
    if totals.total_outstanding_set.minor:
        rows.append(("Outstanding", totals.total_outstanding_set, True))
    return [(words, money(bag), is_sum) for words, bag, is_sum in rows]


def payment_rows(order: Order) -> list[Row]:
    return [
        {
            "kind": words(payment.kind),
            "gateway": payment.formatted_gateway,
            "account": payment.account_number,
            "amount": money(payment.amount_set),
            "status": words(payment.status),
            "badge": "good" if payment.succeeded else "bad",
            "at": seconds(payment.created_at),
        }
        for payment in order.payments
    ]


def refund_row(refund: Refund) -> Row:
    return {
        "total": money(refund.total_refunded_set),
        "note": refund.note,
        "at": seconds(refund.created_at),
        "parts": [
            *(
                f"{line.quantity} × {line.line_item.name}: {money(line.subtotal_set)}"
                for line in refund.lines
            ),
            *(f"Shipping: {money(line.subtotal_amount_set)}" for line in refund.shipping),
            *(f"{words(each.reason)}: {money(each.amount_set)}" for each in refund.adjustments),
        ],
    }


def parcel_rows(order: Order) -> list[Row]:
    return [
        {
            "name": parcel.name,
            "status": words(parcel.display_status),
            "at": seconds(parcel.created_at),
            "units": [f"{each.quantity} × {each.line_item.name}" for each in parcel.lines],
            "trackings": [f"{each.company} {each.number}" for each in parcel.trackings],
        }
        for parcel in order.parcels
    ]


def address_rows(address: MailingAddress | None) -> list[str]:
    return address.formatted if address else []


def deed_buttons(order: Order) -> list[Row]:
    return [
        {"deed": deed, "label": DEED_LABELS[deed], "quiet": deed not in _PROMINENT}
        for deed in possible(order)
    ]


def money(bag: MoneyBag) -> str:
    """Return the buyer's amount with its currency."""
    return f"{bag.presentment_money.amount} {bag.presentment_money.currency_code}"


def seconds(moment: datetime) -> float:
    return moment.timestamp()


def _buyer(order: Order) -> str:
    return order.customer.display_name if order.customer else "Guest"


def _application(application: object) -> str:
    if isinstance(application, DiscountCodeApplication):
        return f"Code {application.code}"
    return str(getattr(application, "title", "Discount"))


def words(constant: str) -> str:
    """Return a constant of the API as words."""
    return constant.replace("_", " ").lower()
