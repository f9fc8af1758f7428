"""Reverse fulfillment orders: parcels on their way back, and what is done with their units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, origin_of, shop_of
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, its_order, paged
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.processing_files import kept_upload
from muniment_sandbox.shopify.state.processing_returns import DispositionWish
from muniment_sandbox.shopify.state.returns import (
    ReverseDelivery,
    ReverseDeliveryTrackingV2,
    ReverseFulfillmentOrder,
    ReverseFulfillmentOrderLineItem,
)
from muniment_sandbox.shopify.state.serving import LABEL_FOLDER


def disposition_wishes(info: Info, given: Sequence[dict[str, Any]]) -> list[DispositionWish]:
    """Read disposition inputs."""
    wishes = []
    for place, each in enumerate(given):
        field = ("dispositionInputs", str(place))
        gid, where = each["reverseFulfillmentOrderLineItemId"], each.get("locationId")
        wishes.append(
            DispositionWish(
                line=wanted(info, ReverseFulfillmentOrderLineItem, gid, *field),
                quantity=each["quantity"],
                type=each["dispositionType"],
                location=wanted(info, Location, where, *field, "locationId") if where else None,
            )
        )
    return wishes


def _reverse_order(_root: object, info: Info, id: str) -> object:
    return shop_of(info).get(ReverseFulfillmentOrder, id)


def _reverse_delivery(_root: object, info: Info, id: str) -> object:
    return shop_of(info).get(ReverseDelivery, id)


@answering("reverseDelivery")
def _send_back(_root: object, info: Info, **args: Any) -> ReverseDelivery:
    gid, tracking = args["reverseFulfillmentOrderId"], args.get("trackingInput")
    target = wanted(info, ReverseFulfillmentOrder, gid, "reverseFulfillmentOrderId")
    lines = [
        (
            wanted(
                info,
                ReverseFulfillmentOrderLineItem,
                each["reverseFulfillmentOrderLineItemId"],
                "reverseDeliveryLineItems",
            ),
            each["quantity"],
        )
        for each in args["reverseDeliveryLineItems"]
    ]
    return shop_of(info).send_back(
        target,
        lines,
        tracking=ReverseDeliveryTrackingV2(None, tracking.get("number"), tracking.get("url"))
        if tracking
        else None,
        label_url=_label_url(info, (args.get("labelInput") or {}).get("fileUrl")),
    )


def _label_url(info: Info, source: str | None) -> str | None:
    """Return where a label can be had: one that was uploaded is served by the shop from now on."""
    kept = kept_upload(shop_of(info), source) if source else None
    return f"{origin_of(info)}{LABEL_FOLDER}{kept.number}" if kept else source


@answering("reverseFulfillmentOrderLineItems")
def _dispose(_root: object, info: Info, **args: Any) -> object:
    return shop_of(info).dispose(disposition_wishes(info, args["dispositionInputs"]))


FIELDS: Fields = {
    "QueryRoot": {"reverseDelivery": _reverse_delivery, "reverseFulfillmentOrder": _reverse_order},
    "Mutation": {
        "reverseDeliveryCreateWithShipping": _send_back,
        "reverseFulfillmentOrderDispose": _dispose,
    },
    "ReverseDelivery": {"reverseDeliveryLineItems": paged("lines")},
    "ReverseFulfillmentOrder": {
        "lineItems": paged("lines"),
        "order": its_order,
        "reverseDeliveries": paged("deliveries"),
    },
}
