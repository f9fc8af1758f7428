"""Sending goods: parcels, their tracking, and the carrier's messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from muniment_sandbox.shopify.state.fulfillments import (
    Fulfillment,
    FulfillmentEvent,
    FulfillmentLineItem,
    FulfillmentService,
    FulfillmentTrackingInfo,
)
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.routing import free_units, route, take_out

_BY_HAND = FulfillmentService("gid://shopify/FulfillmentService/1?id=true", "Manual", "MANUAL")
_GIFT_CARDS = FulfillmentService("gid://shopify/FulfillmentService/2?id=true", "Gift Card", "GIFT_CARD")
_TRANSIT_DAYS = 3


def fulfil(
    books: Ledger,
    order: Order,
    lines: Sequence[tuple[LineItem, int]] | None = None,
    trackings: Sequence[FulfillmentTrackingInfo] = (),
) -> Fulfillment:
    """Send these units, or all that wait; ``fulfillments/create`` and ``orders/fulfilled`` or
    ``…partially_fulfilled``.
    """
    if order.cancelled_at:
        raise NotPossible(f"Order {order.name} is cancelled.")
    if not any(line.unfulfilled_quantity for line in order.lines):
        raise NotPossible(f"Nothing of order {order.name} waits to be sent.")
    with books.action():
        route(books, order)
        chosen = lines or [(line, free) for line in order.lines if (free := free_units(order, line))]
        _check(order, chosen)
        parcel = _new_parcel(books, order, chosen, trackings)
        for line, quantity in chosen:
            line.fulfilled += quantity
            take_out(order, line, quantity, parcel)
        order.parcels.append(books.register(parcel))
        books.note(order, "fulfillment_success", f"{parcel.total_quantity} units were sent as {parcel.name}.")
        books.announce(parcel, "fulfillments/create")
        complete = order.display_fulfillment_status == "FULFILLED"
        books.changed(order, "orders/fulfilled" if complete else "orders/partially_fulfilled")
    return parcel


def take_back_message(books: Ledger, order: Order, parcel: Fulfillment, event: FulfillmentEvent) -> None:
    """Remove a message of the carrier; ``fulfillment_events/delete``."""
    with books.action():
        parcel.happenings.remove(event)
        parcel.updated_at = books.clock.now()
        books.forget(event)
        books.announce(event, "fulfillment_events/delete")
        books.changed(order)


def _check(order: Order, chosen: Sequence[tuple[LineItem, int]]) -> None:
    if not chosen:
        raise NotPossible(f"Order {order.name} is on hold.")
    for line, quantity in chosen:
        if not 0 < quantity <= line.unfulfilled_quantity:
            raise NotPossible(f"Only {line.unfulfilled_quantity} units of {line.name} wait to be sent.")
        if quantity > free_units(order, line):
            raise NotPossible(f"Units of {line.name} are on hold.")


def carrier_says(
    books: Ledger, order: Order, parcel: Fulfillment, status: str, message: str | None = None
) -> FulfillmentEvent:
    """Record a message of the carrier; ``fulfillment_events/create`` and ``fulfillments/update``."""
    with books.action():
        now = books.clock.now()
        address = order.shipping_address
        event = FulfillmentEvent(
            number=books.numbers.next("FulfillmentEvent"),
            fulfillment_number=parcel.number,
            order_number=order.number,
            status=status,
            message=message,
            happened_at=now,
            created_at=now,
            city=address.city if address else None,
            province=address.province_code if address else None,
            country=address.country_code_v2 if address else None,
            zip=address.zip if address else None,
            estimated_delivery_at=parcel.estimated_delivery_at,
        )
        parcel.happenings.append(books.register(event))
        parcel.updated_at = now
        books.announce(event, "fulfillment_events/create")
        books.announce(parcel, "fulfillments/update")
        books.changed(order)
    return event


def _new_parcel(
    books: Ledger,
    order: Order,
    chosen: Sequence[tuple[LineItem, int]],
    trackings: Sequence[FulfillmentTrackingInfo],
) -> Fulfillment:
    now = books.clock.now()
    ships = any(line.requires_shipping for line, _ in chosen)
    return Fulfillment(
        number=books.numbers.next("Fulfillment"),
        order_number=order.number,
        name=f"{order.name}.{len(order.parcels) + 1}",
        lines=[
            books.register(
                FulfillmentLineItem(
                    number=books.numbers.next("FulfillmentLineItem"), line_item=line, quantity=quantity
                )
            )
            for line, quantity in chosen
        ],
        created_at=now,
        updated_at=now,
        location=books.locations[0],
        service=_BY_HAND if ships else _GIFT_CARDS,
        trackings=list(trackings),
        estimated_delivery_at=now + timedelta(days=_TRANSIT_DAYS) if ships else None,
    )
