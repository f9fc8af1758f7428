"""Returns: asking, approving, declining, processing, and what a refund for them would come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import page
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, always, its_order, paged, value_of
from muniment_sandbox.shopify.graphql.resolvers.order_changes import minor_units
from muniment_sandbox.shopify.graphql.resolvers.reverse_logistics import disposition_wishes
from muniment_sandbox.shopify.state.fulfillments import Fulfillment, FulfillmentLineItem
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.processing_returns import ProcessWish
from muniment_sandbox.shopify.state.returning import (
    ReturnLineWish,
    ReturnWish,
    returnable,
    returnable_parcels,
)
from muniment_sandbox.shopify.state.returns import Return, ReturnLineItem, ReturnReasonDefinition
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.transactions import OrderTransaction


def _one(_root: object, info: Info, id: str) -> Return | None:
    return shop_of(info).get(Return, id)


def _reasons(_root: object, info: Info, **args: Any) -> object:
    handles, ids = args.get("handles"), args.get("ids")
    known = [
        each
        for each in shop_of(info).all_of(ReturnReasonDefinition)
        if (handles is None or each.handle in handles) and (ids is None or each.id in ids)
    ]
    return page(known, args)


def _returnable_fulfillments(_root: object, info: Info, **args: Any) -> object:
    order = shop_of(info).get(Order, args["orderId"])
    return page(returnable_parcels(order) if order else [], args)


def _returnable_fulfillment(_root: object, info: Info, id: str) -> object:
    return shop_of(info).get(Fulfillment, id.replace("ReturnableFulfillment", "Fulfillment"))


def _returnable_lines(parcel: Fulfillment, info: Info, **args: Any) -> object:
    order = shop_of(info).order_of(parcel.order_number)
    return page([units for units in parcel.lines if returnable(order, units)], args)


def _returnable_quantity(units: FulfillmentLineItem, info: Info) -> int:
    shop = shop_of(info)
    parcels = (parcel for parcel in shop.all_of(Fulfillment) if units in parcel.lines)
    return returnable(shop.order_of(next(parcels).order_number), units)


@answering("return")
def _request(_root: object, info: Info, input: dict[str, Any]) -> Return:
    order = wanted(info, Order, input["orderId"], "input", "orderId")
    return shop_of(info).request_return(order, _wish(info, order, input))


@answering("return")
def _create(_root: object, info: Info, **args: Any) -> Return:
    given = args["returnInput"]
    order = wanted(info, Order, given["orderId"], "returnInput", "orderId")
    return shop_of(info).create_return(order, _wish(info, order, given))


def _wish(info: Info, order: Order, given: dict[str, Any]) -> ReturnWish:
    fee = (given.get("returnShippingFee") or {}).get("amount")
    return ReturnWish(
        lines=[_line_wish(info, place, line) for place, line in enumerate(given["returnLineItems"])],
        shipping_fee_minor=minor_units(fee["amount"], order, "returnShippingFee", "amount") if fee else 0,
    )


def _line_wish(info: Info, place: int, given: dict[str, Any]) -> ReturnLineWish:
    field = ("returnLineItems", str(place))
    gid, reason = given["fulfillmentLineItemId"], given.get("returnReasonDefinitionId")
    return ReturnLineWish(
        fulfillment_line_item=wanted(info, FulfillmentLineItem, gid, *field, "fulfillmentLineItemId"),
        quantity=given["quantity"],
        reason=wanted(info, ReturnReasonDefinition, reason, *field, "returnReasonDefinitionId")
        if reason
        else None,
        reason_note=given.get("returnReasonNote") or "",
        customer_note=given.get("customerNote"),
        restocking_percentage=(given.get("restockingFee") or {}).get("percentage"),
    )


@answering("return")
def _approve(_root: object, info: Info, input: dict[str, Any]) -> Return:
    found = wanted(info, Return, input["id"], "input", "id")
    shop_of(info).approve_return(found)
    return found


@answering("return")
def _decline(_root: object, info: Info, input: dict[str, Any]) -> Return:
    found = wanted(info, Return, input["id"], "input", "id")
    shop_of(info).decline_return(found, input["declineReason"], input.get("declineNote"))
    return found


@answering("return")
def _process(_root: object, info: Info, input: dict[str, Any]) -> Return:
    shop = shop_of(info)
    found = wanted(info, Return, input["returnId"], "input", "returnId")
    order = shop.order_of(found.order_number)
    lines = []
    for given in input.get("returnLineItems") or ():
        line = wanted(info, ReturnLineItem, given["id"], "input", "returnLineItems")
        lines.append((line, given["quantity"], disposition_wishes(info, given.get("dispositions") or ())))
    shop.process_return(
        found,
        ProcessWish(
            lines=lines,
            transfers=_transfers(info, order, input.get("financialTransfer")),
            shipping_minor=_shipping(order, input.get("refundShipping")),
            note=input.get("note"),
        ),
    )
    return found


def _transfers(
    info: Info, order: Order, given: dict[str, Any] | None
) -> list[tuple[OrderTransaction, int]] | None:
    if not given or not given.get("issueRefund"):
        return None
    transfers = []
    for each in given["issueRefund"]["orderTransactions"]:
        field = ("input", "financialTransfer", "issueRefund", "orderTransactions")
        parent = wanted(info, OrderTransaction, each["parentId"], *field, "parentId")
        money = each["transactionAmount"]
        if parent not in order.payments or money["currencyCode"] != order.presentment_currency_code:
            raise NotPossible("Transaction does not fit the order and its currency.", field=field)
        transfers.append((parent, minor_units(money["amount"], order, *field)))
    return transfers


def _shipping(order: Order, given: dict[str, Any] | None) -> int | None:
    if not given:
        return None
    if given.get("fullRefund"):
        return order.totals.current_shipping_price_set.minor
    amount = given.get("shippingRefundAmount")
    return minor_units(amount["amount"], order, "input", "refundShipping") if amount else None


def _deed(act: Callable[[Shop, Return], None]) -> Callable[..., object]:
    @answering("return")
    def do(_root: object, info: Info, id: str, **_args: object) -> Return:
        found = wanted(info, Return, id, "id")
        act(shop_of(info), found)
        return found

    return do


def _outcome(found: Return, info: Info, **args: Any) -> object:
    if args["exchangeLineItems"]:
        raise GraphQLError("This sandbox has no exchanges.", extensions={"code": "BAD_REQUEST"})
    try:
        lines = [
            (wanted(info, ReturnLineItem, each["id"], "returnLineItems"), each["quantity"])
            for each in args["returnLineItems"]
        ]
        reckoned = shop_of(info).return_outcome(found, lines)
    except NotPossible as refused:
        raise GraphQLError(str(refused), extensions={"code": "BAD_REQUEST"}) from refused
    return {
        "maximumRefundable": reckoned.maximum_refundable,
        "discountedSubtotal": reckoned.discounted_subtotal,
        "totalTax": reckoned.total_tax,
        "totalDuties": reckoned.total_tax.times(0),
    }


def _nothing(_found: Return, _info: Info, **args: Any) -> object:
    return page([], args)


_EXCHANGE_FIELDS = (
    "id",
    "processedQuantity",
    "productId",
    "quantity",
    "title",
    "variantId",
    "variantSku",
    "variantTitle",
)
_UNVERIFIED_FIELDS = (
    "customerNote",
    "id",
    "processableQuantity",
    "processedQuantity",
    "quantity",
    "refundableQuantity",
    "refundedQuantity",
    "returnReasonDefinition",
    "returnReasonNote",
    "unitPrice",
    "unprocessedQuantity",
)

FIELDS: Fields = {
    "QueryRoot": {
        "return": _one,
        "returnReasonDefinitions": _reasons,
        "returnableFulfillment": _returnable_fulfillment,
        "returnableFulfillments": _returnable_fulfillments,
    },
    "Mutation": {
        "returnApproveRequest": _approve,
        "returnCancel": _deed(lambda shop, found: shop.cancel_return(found)),
        "returnClose": _deed(lambda shop, found: shop.close_return(found)),
        "returnCreate": _create,
        "returnDeclineRequest": _decline,
        "returnProcess": _process,
        "returnReopen": _deed(lambda shop, found: shop.reopen_return(found)),
        "returnRequest": _request,
    },
    "ExchangeLineItem": dict.fromkeys(_EXCHANGE_FIELDS, always(None)),
    "Order": {"returns": paged("returns")},
    "Return": {
        "exchangeLineItems": _nothing,
        "order": its_order,
        "refunds": paged("refund_records"),
        "returnLineItems": paged("lines"),
        "returnShippingFees": value_of("shipping_fees"),
        "reverseFulfillmentOrders": paged("reverse_orders"),
        "suggestedFinancialOutcome": _outcome,
        "transactions": paged("payments"),
    },
    "ReturnableFulfillment": {
        "fulfillment": lambda parcel, _info: parcel,
        "id": lambda parcel, _info: parcel.id.replace("Fulfillment", "ReturnableFulfillment"),
        "returnableFulfillmentLineItems": _returnable_lines,
    },
    "ReturnableFulfillmentLineItem": {
        "fulfillmentLineItem": lambda units, _info: units,
        "quantity": _returnable_quantity,
    },
    "UnverifiedReturnLineItem": dict.fromkeys(_UNVERIFIED_FIELDS, always(None)),
}
