"""The bodies of ``fulfillment_orders/*`` and ``fulfillment_holds/*``: stubs without the order's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from muniment_sandbox.shopify.hooks.rest_values import Body
from muniment_sandbox.shopify.state.fulfillment_orders import (
    FulfillmentHold,
    FulfillmentOrder,
    FulfillmentOrderLineItem,
)
from muniment_sandbox.shopify.state.holding import HoldChange
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.regrouping import Regrouping, Units

HoldBody = Callable[[HoldChange, Ledger], Body]
RegroupingBody = Callable[[Regrouping, Ledger], Body]


def stub_body(target: FulfillmentOrder, _books: Ledger) -> Body:
    """``fulfillment_orders/order_routing_complete`` and ``…/hold_released``."""
    return {"fulfillment_order": _named(target)}


def cancelled_body(target: FulfillmentOrder, replacement: FulfillmentOrder | None) -> Body:
    """``fulfillment_orders/cancelled``; without a replacement when the whole order was cancelled."""
    return {
        "fulfillment_order": _named(target),
        "replacement_fulfillment_order": _named(replacement) if replacement else None,
    }


def _hold_changed(change: HoldChange, books: Ledger) -> Body:
    return {
        "fulfillment_order": {"id": change.fulfillment_order.id},
        "fulfillment_hold": _hold(change.hold, books),
    }


def _placed_on_hold(change: HoldChange, books: Ledger) -> Body:
    target = change.fulfillment_order
    holds = [_hold(each, books) for each in target.holds]
    return {
        "fulfillment_order": _named(target) | {"fulfillment_holds": holds},
        "remaining_fulfillment_order": _named(change.remaining) if change.remaining else None,
        "held_fulfillment_order_line_items": _units(change.units),
        "created_fulfillment_hold": _hold(change.hold, books),
    }


def _split(change: Regrouping, _books: Ledger) -> Body:
    return {
        "split_line_items": _units(change.units),
        "fulfillment_order": _named(change.fulfillment_order),
        "remaining_fulfillment_order": _named(change.other) if change.other else None,
        "replacement_fulfillment_order": None,
    }


def _merged(change: Regrouping, _books: Ledger) -> Body:
    return {
        "merge_intents": [
            {
                "fulfillment_order_id": each.number,
                "fulfillment_order_line_items": [
                    {"id": line.number, "quantity": quantity} for line, quantity in units
                ],
            }
            for each, units in change.merged
        ],
        "fulfillment_order_merges": {"fulfillment_order": _named(change.fulfillment_order)},
    }


def _moved(change: Regrouping, _books: Ledger) -> Body:
    original, moved = change.fulfillment_order, change.other or change.fulfillment_order
    source = change.source or original.location
    return {
        "original_fulfillment_order": _named(original) | {"assigned_location_id": source.id},
        "moved_fulfillment_order": _named(moved) | {"assigned_location_id": moved.location.id},
        "destination_location_id": moved.location.id,
        "fulfillment_order_line_items_requested": _units(change.units),
        "source_location": {"id": source.id},
    }


def _cancelled(change: Regrouping, _books: Ledger) -> Body:
    return cancelled_body(change.fulfillment_order, change.other)


def _named(target: FulfillmentOrder) -> Body:
    return {"id": target.id, "status": target.status.lower()}


def _units(units: Units | Sequence[tuple[FulfillmentOrderLineItem, int]]) -> list[Body]:
    return [{"id": line.id, "quantity": quantity} for line, quantity in units]


def _hold(hold: FulfillmentHold, books: Ledger) -> Body:
    app = hold.held_by_app
    return {
        "id": hold.id,
        "reason": hold.reason.lower(),
        "reason_notes": hold.reason_notes,
        "held_by_requesting_app": app is books.installation.app,
        "handle": hold.handle,
        "held_by_app": {"id": app.id} if app else None,
    }


HOLD_BODIES: Mapping[str, HoldBody] = {
    "fulfillment_holds/added": _hold_changed,
    "fulfillment_holds/released": _hold_changed,
    "fulfillment_orders/placed_on_hold": _placed_on_hold,
}

REGROUPING_BODIES: Mapping[str, RegroupingBody] = {
    "fulfillment_orders/cancelled": _cancelled,
    "fulfillment_orders/merged": _merged,
    "fulfillment_orders/moved": _moved,
    "fulfillment_orders/split": _split,
}
