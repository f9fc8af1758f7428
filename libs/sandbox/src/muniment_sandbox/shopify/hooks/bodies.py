"""Which body a topic has."""

from __future__ import annotations

import orjson

from muniment_sandbox.shopify.hooks.order_bodies import edited_body, order_body
from muniment_sandbox.shopify.hooks.part_bodies import (
    fulfillment_body,
    fulfillment_event_body,
    refund_body,
    tender_body,
    transaction_body,
)
from muniment_sandbox.shopify.hooks.rest_values import Body
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.fulfillments import Fulfillment, FulfillmentEvent
from muniment_sandbox.shopify.state.ledger import Ledger, Occurrence
from muniment_sandbox.shopify.state.ordering import OrderEdit
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refunds import Refund
from muniment_sandbox.shopify.state.transactions import OrderTransaction, TenderTransaction


def hook_body(occurrence: Occurrence, books: Ledger) -> Body:
    """Return what the hook tells of its subject as it is now."""
    if occurrence.topic == "orders/delete":
        return {"id": occurrence.subject.number}
    return _body(occurrence.subject, books)


def encoded(body: Body) -> bytes:
    """Return the bytes that are signed and sent."""
    return orjson.dumps(body)


def trimmed(body: Body, include_fields: list[str]) -> Body:
    """Return only the wanted top-level fields; all of them if none is named."""
    if not include_fields:
        return body
    wanted = {field.split(".", 1)[0] for field in include_fields}
    return {key: value for key, value in body.items() if key in wanted}


def _body(subject: Entity, books: Ledger) -> Body:
    match subject:
        case Order():
            return order_body(subject, books)
        case OrderEdit():
            return edited_body(subject, books)
        case OrderTransaction():
            return transaction_body(subject, books)
        case TenderTransaction():
            return tender_body(subject, books)
        case Refund():
            return refund_body(subject, books.order_of(subject.order_number), books)
        case Fulfillment():
            return fulfillment_body(subject, books.order_of(subject.order_number), books)
        case FulfillmentEvent():
            return fulfillment_event_body(subject, books)
        case _:
            raise LookupError(f"No hook tells of a {type(subject).__name__}.")
