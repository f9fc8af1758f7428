"""Fulfillment orders: finding, holding, releasing, splitting, merging, moving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, its_order, paged, value_of
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_id, by_update, listed
from muniment_sandbox.shopify.graphql.search import FULFILLMENT_ORDER_TERMS
from muniment_sandbox.shopify.state.fulfillment_orders import (
    FulfillmentHold,
    FulfillmentOrder,
    FulfillmentOrderLineItem,
)
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.regrouping import Units

_PLACES: Places[FulfillmentOrder] = {
    "ID": by_id,
    "UPDATED_AT": by_update,
}
_NOT_FOUND = "FULFILLMENT_ORDER_NOT_FOUND"


def _one(_root: object, info: Info, id: str) -> FulfillmentOrder | None:
    return shop_of(info).get(FulfillmentOrder, id)


def _all(_root: object, info: Info, **args: Any) -> object:
    where = None if args.get("includeClosed") else _not_closed
    return listed(info, args, FulfillmentOrder, FULFILLMENT_ORDER_TERMS, _PLACES, where=where)


def _not_closed(each: FulfillmentOrder) -> bool:
    return each.status not in ("CLOSED", "CANCELLED")


def _held_by_us(hold: FulfillmentHold, info: Info) -> bool:
    return hold.held_by_app is shop_of(info).installation.app


@answering("fulfillmentHold", "fulfillmentOrder", "remainingFulfillmentOrder")
def _hold(_root: object, info: Info, **args: Any) -> object:
    shop, given = shop_of(info), args["fulfillmentHold"]
    target = wanted(info, FulfillmentOrder, args["id"], code=_NOT_FOUND, words="Fulfillment order")
    wish = HoldWish(
        reason=given["reason"],
        reason_notes=given.get("reasonNotes"),
        handle=given.get("handle"),
        external_id=given.get("externalId"),
        app=shop.installation.app,
        units=_units(info, given.get("fulfillmentOrderLineItems") or ()),
    )
    made, remaining = shop.hold(target, wish)
    return made, target, remaining


@answering("fulfillmentOrder")
def _release(_root: object, info: Info, **args: Any) -> FulfillmentOrder:
    target = wanted(info, FulfillmentOrder, args["id"], code=_NOT_FOUND, words="Fulfillment order")
    ids = args.get("holdIds")
    holds = None
    if ids is not None:
        holds = [wanted(info, FulfillmentHold, gid, "holdIds", code="INVALID_ACCESS") for gid in ids]
    shop_of(info).release_holds(target, holds)
    return target


@answering("fulfillmentOrderSplits")
def _split(_root: object, info: Info, **args: Any) -> object:
    shop, results = shop_of(info), []
    for wish in args["fulfillmentOrderSplits"]:
        gid = wish["fulfillmentOrderId"]
        target = wanted(info, FulfillmentOrder, gid, "fulfillmentOrderId", code=_NOT_FOUND)
        made = shop.split_fulfillment_order(target, _units(info, wish["fulfillmentOrderLineItems"]))
        results.append(
            {
                "fulfillmentOrder": target,
                "remainingFulfillmentOrder": made,
                "replacementFulfillmentOrder": None,
            }
        )
    return results


@answering("fulfillmentOrderMerges")
def _merge(_root: object, info: Info, **args: Any) -> object:
    results = []
    for wish in args["fulfillmentOrderMergeInputs"]:
        intents = []
        for intent in wish["mergeIntents"]:
            gid = intent["fulfillmentOrderId"]
            target = wanted(info, FulfillmentOrder, gid, "fulfillmentOrderId", code=_NOT_FOUND)
            intents.append((target, _units(info, intent.get("fulfillmentOrderLineItems") or ())))
        results.append({"fulfillmentOrder": shop_of(info).merge_fulfillment_orders(intents)})
    return results


@answering("movedFulfillmentOrder", "originalFulfillmentOrder", "remainingFulfillmentOrder")
def _move(_root: object, info: Info, **args: Any) -> object:
    target = wanted(info, FulfillmentOrder, args["id"], code=_NOT_FOUND, words="Fulfillment order")
    to = wanted(info, Location, args["newLocationId"], "newLocationId", code="LOCATION_NOT_FOUND")
    units = _units(info, args.get("fulfillmentOrderLineItems") or ())
    moved, remaining = shop_of(info).move_fulfillment_order(target, to, units)
    return moved, target, remaining


@answering("fulfillmentOrder", "replacementFulfillmentOrder")
def _cancel(_root: object, info: Info, id: str) -> object:
    target = wanted(info, FulfillmentOrder, id, code=_NOT_FOUND, words="Fulfillment order")
    return target, shop_of(info).cancel_fulfillment_order(target)


def _units(info: Info, wishes: Sequence[dict[str, Any]]) -> Units:
    units = []
    for wish in wishes:
        if wish["quantity"] <= 0:
            raise NotPossible("Quantity must be greater than 0", code="GREATER_THAN_ZERO", field=["quantity"])
        line = wanted(
            info,
            FulfillmentOrderLineItem,
            wish["id"],
            "fulfillmentOrderLineItems",
            code="INVALID_LINE_ITEM_QUANTITY",
        )
        units.append((line, wish["quantity"]))
    return units


FIELDS: Fields = {
    "QueryRoot": {"fulfillmentOrder": _one, "fulfillmentOrders": _all},
    "Mutation": {
        "fulfillmentOrderCancel": _cancel,
        "fulfillmentOrderHold": _hold,
        "fulfillmentOrderMerge": _merge,
        "fulfillmentOrderMove": _move,
        "fulfillmentOrderReleaseHold": _release,
        "fulfillmentOrderSplit": _split,
    },
    "FulfillmentHold": {"heldByRequestingApp": _held_by_us},
    "FulfillmentOrder": {
        "fulfillmentHolds": value_of("holds"),
        "fulfillments": paged("parcels"),
        "lineItems": paged("lines"),
        "order": its_order,
    },
    "Order": {"fulfillmentOrders": paged("fulfillment_orders")},
}
