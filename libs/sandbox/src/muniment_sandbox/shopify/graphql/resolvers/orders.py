"""Orders: their lines, totals with arguments, agreements, timeline."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import Count, page
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, always, first_of, paged, value_of
from muniment_sandbox.shopify.state.discounts import DiscountCodeApplication
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.totals import open_authorizations


def _shipping_lines(order: Order, _info: Info, **args: Any) -> object:
    wanted = [line for line in order.shipping if args.get("includeRemovals") or not line.is_removed]
    return page(wanted, args)


def _shipping_line(order: Order, _info: Info) -> object:
    return next((line for line in order.shipping if not line.is_removed), None)


def _transactions(
    order: Order, _info: Info, first: int | None = None, capturable: bool | None = None
) -> object:
    payments = order.payments
    if capturable:
        still_open = open_authorizations(payments, order.exchange)
        payments = [payment for payment in payments if payment.number in still_open]
    return payments[:first]


def _discounted_total(line: LineItem, _info: Info, **args: Any) -> object:
    total = line.original_total_set
    for each in line.discount_allocations:
        application = each.discount_application
        by_code = isinstance(application, DiscountCodeApplication)
        if application.is_line_level and (args.get("withCodeDiscounts") or not by_code):
            total = total - each.allocated_amount_set
    return total


def _order_update(_root: object, info: Info, input: dict[str, Any]) -> object:
    shop = shop_of(info)
    order = shop.get(Order, input["id"])
    if order is None:
        return {"order": None, "userErrors": [{"field": ["id"], "message": "Order does not exist"}]}
    try:
        if "note" in input or "tags" in input:
            shop.update_order(order, note=input.get("note"), tags=input.get("tags"))
    except NotPossible as refused:
        return {"order": None, "userErrors": [{"field": None, "message": str(refused)}]}
    return {"order": order, "userErrors": []}


def _code(order: Order, _info: Info) -> str | None:
    return next(iter(order.discount_codes), None)


def _units(order: Order, _info: Info) -> int:
    return sum(line.quantity for line in order.lines)


def _current_units(order: Order, _info: Info) -> int:
    return sum(line.current_quantity for line in order.lines)


def _rounding(order: Order, _info: Info) -> object:
    return {"paymentSet": order.exchange.nothing, "refundSet": order.exchange.nothing}


def _order_discounts(order: Order, _info: Info) -> object:
    across = (
        each.allocated_amount_set
        for line in order.lines
        for each in line.discount_allocations
        if not each.discount_application.is_line_level
    )
    return order.exchange.total(across)


FIELDS: Fields = {
    "Mutation": {"orderUpdate": _order_update},
    "Order": {
        "agreements": paged("contracts"),
        "attribution": always(None),
        "canNotifyCustomer": lambda order, _info: bool(order.email),
        "capturable": lambda order, _info: order.totals.total_capturable_set.minor > 0,
        "cartDiscountAmountSet": _order_discounts,
        "confirmed": always(True),
        "currentSubtotalLineItemsQuantity": _current_units,
        "customAttributes": value_of("custom_attributes"),
        "discountApplications": paged("applications"),
        "discountCode": _code,
        "dutiesIncluded": always(False),
        "estimatedTaxes": always(False),
        "events": paged("happenings"),
        "fulfillable": lambda order, _info: any(line.unfulfilled_quantity for line in order.lines),
        "fulfillments": first_of("parcels"),
        "fulfillmentsCount": lambda order, _info: Count(len(order.parcels)),
        "lineItems": paged("lines"),
        "localizedFields": lambda _order, _info, **args: page([], args),
        "merchantEditable": lambda order, _info: order.cancelled_at is None,
        "number": value_of("sequence"),
        "paymentGatewayNames": value_of("gateways"),
        "refundable": lambda order, _info: order.totals.net_payment_set.minor > 0,
        "refunds": first_of("refund_records"),
        "registeredSourceUrl": always(None),
        "restockable": lambda order, _info: any(line.restockable for line in order.lines),
        "shippingLine": _shipping_line,
        "shippingLines": _shipping_lines,
        "sourceIdentifier": always(None),
        "subtotalLineItemsQuantity": _units,
        "totalCashRoundingAdjustment": _rounding,
        "totalTipReceivedSet": value_of("tip"),
        "transactions": _transactions,
        "transactionsCount": lambda order, _info: Count(len(order.payments)),
    },
    "OrderAttribution": {"displayName": always(""), "handle": always("")},
    "CashRoundingAdjustment": {
        "paymentSet": lambda source, _info: source["paymentSet"],
        "refundSet": lambda source, _info: source["refundSet"],
    },
    "LineItem": {"discountedTotalSet": _discounted_total, "taxLines": first_of("all_tax_lines")},
    "LocalizedField": dict.fromkeys(("countryCode", "key", "purpose", "title", "value"), always("")),
    "BasicEvent": {},
}
