"""Which body a topic has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from muniment_sandbox.shopify.hooks.account_bodies import ACCOUNT_BODIES
from muniment_sandbox.shopify.hooks.bulk_bodies import BULK_BODIES
from muniment_sandbox.shopify.hooks.content_bodies import CONTENT_BODIES
from muniment_sandbox.shopify.hooks.dispute_bodies import DISPUTE_BODIES
from muniment_sandbox.shopify.hooks.draft_bodies import DRAFT_BODIES
from muniment_sandbox.shopify.hooks.fulfillment_order_bodies import (
    HOLD_BODIES,
    REGROUPING_BODIES,
    cancelled_body,
    stub_body,
)
from muniment_sandbox.shopify.hooks.order_bodies import edited_body, order_body
from muniment_sandbox.shopify.hooks.part_bodies import (
    fulfillment_body,
    fulfillment_event_body,
    refund_body,
    tender_body,
    transaction_body,
)
from muniment_sandbox.shopify.hooks.rest_values import Body
from muniment_sandbox.shopify.hooks.return_bodies import RETURN_BODIES
from muniment_sandbox.shopify.hooks.shop_bodies import SHOP_BODIES
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.fulfillments import Fulfillment
from muniment_sandbox.shopify.state.ledger import Ledger, Occurrence
from muniment_sandbox.shopify.state.refunds import Refund

Build = Callable[[Any, Ledger], Body]
"""Makes a body of the subject its topic is announced with, and of the shop."""


def hook_body(occurrence: Occurrence, books: Ledger) -> Body:
    """Return what the hook tells of its subject as it is now; raises LookupError where no body is known."""
    build = _BODIES.get(occurrence.topic)
    if build is None:
        raise LookupError(f"This sandbox has no body for {occurrence.topic}.")
    return build(occurrence.subject, books)


def encoded(body: Body) -> bytes:
    """Return the bytes that are signed and sent."""
    return orjson.dumps(body)


def topics_with_bodies() -> list[str]:
    """Return the topics, in their header form, that this shop can tell of."""
    return sorted(_BODIES)


def _only_id(subject: Entity, _books: Ledger) -> Body:
    return {"id": subject.number}


def _refund(refund: Refund, books: Ledger) -> Body:
    return refund_body(refund, books.order_of(refund.order_number), books)


def _fulfillment(parcel: Fulfillment, books: Ledger) -> Body:
    return fulfillment_body(parcel, books.order_of(parcel.order_number), books)


def _fulfillment_order_cancelled(subject: Any, books: Ledger) -> Body:
    """A fulfillment order is cancelled by itself (and replaced) or with its order."""
    if subject.gid_type == "FulfillmentOrder":
        return cancelled_body(subject, None)
    return REGROUPING_BODIES["fulfillment_orders/cancelled"](subject, books)


_BODIES: dict[str, Build] = {
    **dict.fromkeys(
        (
            "orders/cancelled",
            "orders/create",
            "orders/fulfilled",
            "orders/paid",
            "orders/partially_fulfilled",
            "orders/updated",
        ),
        order_body,
    ),
    "orders/delete": _only_id,
    "orders/edited": edited_body,
    "order_transactions/create": transaction_body,
    "tender_transactions/create": tender_body,
    "refunds/create": _refund,
    "fulfillments/create": _fulfillment,
    "fulfillments/update": _fulfillment,
    "fulfillment_events/create": fulfillment_event_body,
    "fulfillment_events/delete": fulfillment_event_body,
    "fulfillment_orders/hold_released": stub_body,
    "fulfillment_orders/order_routing_complete": stub_body,
    **HOLD_BODIES,
    **REGROUPING_BODIES,
    **RETURN_BODIES,
    **CONTENT_BODIES,
    **DISPUTE_BODIES,
    **ACCOUNT_BODIES,
    **DRAFT_BODIES,
    **SHOP_BODIES,
    **BULK_BODIES,
    "fulfillment_orders/cancelled": _fulfillment_order_cancelled,
}
