"""What an app does with an order: cancel, capture, void, refund, archive."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.idempotency import once
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.state.cancelling import CancelWish, Job, OrderCancelJobResult
from muniment_sandbox.shopify.state.entities import Numbers
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import parts_to_return
from muniment_sandbox.shopify.state.refunding import RefundWish, everything, reckoned
from muniment_sandbox.shopify.state.transactions import OrderTransaction


@answering("job", "jobResult", errors="orderCancelUserErrors")
def _cancel(_root: object, info: Info, **args: Any) -> tuple[Job, OrderCancelJobResult]:
    order = wanted(info, Order, args["orderId"], "orderId")
    method = args.get("refundMethod") or {}
    result = shop_of(info).begin_cancelling(
        order,
        CancelWish(
            reason=args["reason"],
            restocks=args["restock"],
            refunds=bool(method.get("originalPaymentMethodsRefund")),
            staff_note=args.get("staffNote"),
        ),
    )
    return result.job, result


@answering("transaction")
def _capture(_root: object, info: Info, input: dict[str, Any]) -> OrderTransaction:
    order = wanted(info, Order, input["id"], "input", "id")
    parent = wanted(info, OrderTransaction, input["parentTransactionId"], "input", "parentTransactionId")
    currency = input.get("currency") or order.presentment_currency_code
    if currency != order.presentment_currency_code:
        message = f"Currency must be the order's presentment currency {order.presentment_currency_code}."
        raise NotPossible(message, field=["input", "currency"])
    amount = minor_units(input["amount"], order, "input", "amount")
    return shop_of(info).capture(order, parent, amount)


@answering("transaction")
def _void(_root: object, info: Info, **args: str) -> OrderTransaction:
    shop, field = shop_of(info), "parentTransactionId"
    parent = wanted(info, OrderTransaction, args[field], field, code="TRANSACTION_NOT_FOUND")
    if parent.kind != "AUTHORIZATION" or not parent.succeeded:
        raise NotPossible("Authorization was not successful", code="AUTH_NOT_SUCCESSFUL", field=[field])
    try:
        return shop.void(shop.order_of(parent.order_number), parent)
    except NotPossible as refused:
        raise NotPossible(str(refused), code="AUTH_NOT_VOIDABLE", field=[field]) from refused


@once
@answering("refund", "order")
def _refund(_root: object, info: Info, input: dict[str, Any]) -> object:
    order = wanted(info, Order, input["orderId"], "orderId")
    lines, restocks = _lines_back(info, order, input.get("refundLineItems") or ())
    reason = input.get("discrepancyReason")
    wish = RefundWish(
        lines=lines,
        restocks=restocks,
        shipping_minor=_shipping_back(order, input.get("shipping")),
        transfers=_transfers(info, order, input.get("transactions") or ()),
        note=input.get("note"),
        reason=reason if reason and reason != "OTHER" else "REFUND_DISCREPANCY",
    )
    return shop_of(info).refund(order, wish), order


def _lines_back(info: Info, order: Order, wishes: Any) -> tuple[Any, Any]:
    lines, restocks = [], []
    for place, wish in enumerate(wishes):
        field = ("refundLineItems", str(place), "lineItemId")
        line = wanted(info, LineItem, wish["lineItemId"], *field, words="Line item")
        if line not in order.lines:
            raise NotPossible("Line item does not belong to the order", field=field)
        place_back = wish.get("locationId")
        location = (
            wanted(info, Location, place_back, "refundLineItems", str(place), "locationId")
            if place_back
            else shop_of(info).locations[0]
        )
        lines.append((line, wish["quantity"]))
        restocks.append((wish.get("restockType"), location))
    return lines, restocks


def _shipping_back(order: Order, wish: dict[str, Any] | None) -> int | None:
    if not wish:
        return None
    if wish.get("fullRefund"):
        return order.totals.current_shipping_price_set.minor
    return minor_units(wish["amount"], order, "shipping", "amount") if wish.get("amount") else None


def _transfers(info: Info, order: Order, wishes: Any) -> list[tuple[OrderTransaction, int]]:
    transfers = []
    for place, wish in enumerate(wishes):
        field = ("transactions", str(place))
        if wish["kind"] != "REFUND":
            raise NotPossible("Transaction kind must be REFUND", field=[*field, "kind"])
        parent = wanted(info, OrderTransaction, wish.get("parentId"), *field, "parentId", words="Transaction")
        if parent not in order.payments:
            raise NotPossible("Transaction does not belong to the order", field=[*field, "parentId"])
        transfers.append((parent, minor_units(wish["amount"], order, *field, "amount")))
    return transfers


def minor_units(amount: str, order: Order, *field: str) -> int:
    """Return an amount of the buyer's currency in its minor units; refuse what is none."""
    try:
        money = Money.of(Decimal(amount), order.presentment_currency_code)
    except InvalidOperation as error:
        raise NotPossible("Amount is not a number", field=field) from error
    if Decimal(money.amount) != Decimal(amount):
        raise NotPossible("Amount has too many digits for its currency", field=field)
    return money.minor


@answering("order")
def _close(_root: object, info: Info, input: dict[str, Any]) -> Order:
    order = wanted(info, Order, input["id"], "input", "id")
    shop_of(info).close_order(order)
    return order


@answering("order")
def _open(_root: object, info: Info, input: dict[str, Any]) -> Order:
    order = wanted(info, Order, input["id"], "input", "id")
    shop_of(info).reopen_order(order)
    return order


def _job(_root: object, info: Info, id: str) -> Job | None:
    return shop_of(info).get(Job, id)


def _suggested_refund(order: Order, info: Info, **args: Any) -> object:
    """Reckon a refund without making it; None when nothing can be refunded."""
    if args.get("suggestFullRefund"):
        wish = everything(order)
    else:
        lines, restocks = _lines_back(info, order, args.get("refundLineItems") or ())
        shipping = order.totals.current_shipping_price_set.minor if args.get("refundShipping") else None
        if args.get("shippingAmount"):
            shipping = minor_units(args["shippingAmount"], order, "shippingAmount")
        wish = RefundWish(lines=lines, restocks=restocks, shipping_minor=shipping)
    made = reckoned(shop_of(info), order, wish, Numbers())
    most = order.totals.net_payment_set
    amount = made.total_refunded_set.capped(most.minor)
    return {
        "amountSet": amount,
        "subtotalSet": made.goods,
        "totalTaxSet": made.goods_tax + made.shipping_tax,
        "maximumRefundableSet": most,
        "suggestedTransactions": [
            {
                "amountSet": part,
                "gateway": payment.gateway,
                "kind": "SUGGESTED_REFUND",
                "parentTransaction": payment,
            }
            for payment, part in parts_to_return(order, amount)
        ],
    }


FIELDS: Fields = {
    "QueryRoot": {"job": _job},
    "Mutation": {
        "orderCancel": _cancel,
        "orderCapture": _capture,
        "orderClose": _close,
        "orderOpen": _open,
        "refundCreate": _refund,
        "transactionVoid": _void,
    },
    "Order": {"suggestedRefund": _suggested_refund},
}
