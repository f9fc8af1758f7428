"""The bodies of ``returns/*`` and the reverse logistics: some flat, some deltas, one empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.shopify.hooks.rest_values import Body, local, money_set
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.processing_returns import Disposal, ReturnDelta
from muniment_sandbox.shopify.state.returns import Return, ReturnShippingFee, ReverseDelivery


def _head(wanted: Return) -> Body:
    return _named(wanted) | {
        "status": wanted.status.lower(),
        "order": {
            "id": wanted.order_number,
            "admin_graphql_api_id": f"gid://shopify/Order/{wanted.order_number}",
        },
    }


def _full(wanted: Return, _books: Ledger) -> Body:
    """``returns/request`` and ``…/approve``: the lines are counted, not told, as in Shopify's samples."""
    return _head(wanted) | {
        "total_return_line_items": wanted.total_quantity,
        "name": None,
        "return_line_items": [],
        "return_shipping_fees": [_fee(fee) for fee in wanted.shipping_fees],
        "exchange_line_items": [],
        "total_exchange_line_items": 0,
    }


def _declined(wanted: Return, _books: Ledger) -> Body:
    decline = wanted.decline
    told = {"reason": decline.reason.lower(), "note": decline.note} if decline else None
    return _head(wanted) | {"decline": told}


def _flat(wanted: Return, _books: Ledger) -> Body:
    return {
        "id": wanted.number,
        "admin_graphql_api_id": wanted.id,
        "order_id": wanted.order_number,
        "status": wanted.status.lower(),
    }


def _processed(_wanted: Return, _books: Ledger) -> Body:
    """Shopify's sample of ``returns/process`` is an empty object."""
    return {}


def _updated(delta: ReturnDelta, _books: Ledger) -> Body:
    return {
        "admin_graphql_api_id": delta.return_.id,
        "return_line_items": {
            "removals": [
                {"admin_graphql_api_id": line.id, "delta": quantity} for line, quantity in delta.removals
            ]
        },
        "restocking_fees": {"updates": [], "removals": []},
        "return_shipping_fees": {"updates": [], "removals": []},
    }


def _attached(delivery: ReverseDelivery, books: Ledger) -> Body:
    deliverable = delivery.deliverable
    tracking, label = (deliverable.tracking, deliverable.label) if deliverable else (None, None)
    return {
        "id": delivery.number,
        "admin_graphql_api_id": delivery.id,
        "return": _named(delivery.return_),
        "shipping_deliverable": {
            "tracking": {
                "carrier_name": tracking.carrier_name if tracking else None,
                "tracking_number": tracking.number if tracking else None,
                "tracking_url": tracking.url if tracking else None,
            },
            "label": {
                "public_file_url": label.public_file_url if label else None,
                "created_at": local(label.created_at, books.merchant.timezone) if label else None,
            },
        },
    }


def _disposed(disposal: Disposal, _books: Ledger) -> Body:
    return {
        "id": disposal.reverse_order.number,
        "admin_graphql_api_id": disposal.reverse_order.id,
        "dispositions": [
            {
                "reverse_fulfillment_order_line_item": _named(line),
                "reverse_delivery_line_item": None,
                "type": made.type.lower(),
                "location": _named(made.location) if made.location else None,
                "quantity": made.quantity,
            }
            for line, made in disposal.made
        ],
        "total_dispositions": len(disposal.made),
    }


def _named(entity: Entity) -> Body:
    return {"id": entity.number, "admin_graphql_api_id": entity.id}


def _fee(fee: ReturnShippingFee) -> Body:
    return _named(fee) | {"price": money_set(fee.amount_set)}


RETURN_BODIES: Mapping[str, Callable[[Any, Ledger], Body]] = {
    "returns/approve": _full,
    "returns/cancel": _flat,
    "returns/close": _flat,
    "returns/decline": _declined,
    "returns/process": _processed,
    "returns/reopen": _flat,
    "returns/request": _full,
    "returns/update": _updated,
    "reverse_deliveries/attach_deliverable": _attached,
    "reverse_fulfillment_orders/dispose": _disposed,
}
