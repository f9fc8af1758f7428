"""Routing: some time after an order is placed, its units are given to the places that send them.

From then on the units that wait in fulfillment orders are those that wait in the order's lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from muniment_sandbox.shopify.state.fulfillment_orders import (
    DeliveryMethod,
    FulfillmentOrder,
    FulfillmentOrderLineItem,
)
from muniment_sandbox.shopify.state.fulfillments import Fulfillment
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.orders import Order

_DELIVERY_DAYS = (2, 4)


def route_later(books: Ledger, order: Order) -> None:
    """Route the order ``routing_delay_s`` from now."""
    books.later(books.routing_delay_s, route, books, order)


def route(books: Ledger, order: Order) -> list[FulfillmentOrder]:
    """Give the order's units to the places; ``fulfillment_orders/order_routing_complete``. Once an order."""
    if order.routed or order.number not in books.orders:
        return order.fulfillment_orders
    with books.action():
        order.routed = True
        if order.cancelled_at is None:
            waiting = [(line, line.unfulfilled_quantity) for line in order.lines if line.unfulfilled_quantity]
            goods = [each for each in waiting if each[0].requires_shipping]
            rest = [each for each in waiting if not each[0].requires_shipping]
            for group in (goods, rest):
                if group:
                    open_one(books, order, group)
        for made in order.fulfillment_orders:
            books.announce(made, "fulfillment_orders/order_routing_complete")
    return order.fulfillment_orders


def open_one(
    books: Ledger,
    order: Order,
    units: Sequence[tuple[LineItem, int]],
    location: Location | None = None,
) -> FulfillmentOrder:
    """Add a fulfillment order with these units."""
    now = books.clock.now()
    made = FulfillmentOrder(
        number=books.numbers.next("FulfillmentOrder"),
        order_number=order.number,
        order_name=order.name,
        order_processed_at=order.processed_at,
        location=location or books.locations[0],
        delivery_method=_delivery(books, order, ships=units[0][0].requires_shipping),
        created_at=now,
        updated_at=now,
        fulfill_at=now.replace(minute=0, second=0),
        lines=[new_line(books, item, quantity) for item, quantity in units],
    )
    order.fulfillment_orders.append(books.register(made))
    return made


def new_line(books: Ledger, item: LineItem, quantity: int) -> FulfillmentOrderLineItem:
    """Return a line of a fulfillment order, all of its units waiting."""
    return books.register(
        FulfillmentOrderLineItem(
            number=books.numbers.next("FulfillmentOrderLineItem"),
            line_item=item,
            total_quantity=quantity,
            remaining_quantity=quantity,
        )
    )


def take_out(order: Order, item: LineItem, quantity: int, parcel: Fulfillment) -> None:
    """Count units as sent; raises NotPossible when too few of them are free of holds."""
    left = quantity
    for each in sendable(order):
        line = each.line_of(item)
        part = min(left, line.remaining_quantity) if line else 0
        if line is not None and part:
            line.remaining_quantity -= part
            left -= part
            if parcel not in each.parcels:
                each.parcels.append(parcel)
            each.updated_at = parcel.created_at
    if left:
        raise NotPossible(f"{left} units of {item.name} are on hold.")


def sendable(order: Order) -> list[FulfillmentOrder]:
    """Return the fulfillment orders that units may be sent of now."""
    return [each for each in order.fulfillment_orders if each.active and not each.holds]


def free_units(order: Order, item: LineItem) -> int:
    """Return how many waiting units of a line no hold keeps back."""
    lines = (each.line_of(item) for each in sendable(order))
    return sum(line.remaining_quantity for line in lines if line)


def follow(books: Ledger, order: Order) -> None:
    """Let the fulfillment orders follow the order's lines, after an edit, a refund or a cancellation."""
    if not order.routed:
        return
    if order.cancelled_at is not None:
        _close_all(books, order)
        return
    for item in order.lines:
        kept = [
            (each, line)
            for each in order.fulfillment_orders
            if each.active and (line := each.line_of(item)) is not None
        ]
        difference = item.unfulfilled_quantity - sum(line.remaining_quantity for _, line in kept)
        if difference > 0:
            _add(books, order, item, difference)
        for each, line in reversed(kept):
            part = min(-difference, line.remaining_quantity) if difference < 0 else 0
            if part:
                line.remaining_quantity -= part
                line.total_quantity -= part
                difference += part
                each.updated_at = books.clock.now()


def _add(books: Ledger, order: Order, item: LineItem, quantity: int) -> None:
    ships = item.requires_shipping
    for each in order.fulfillment_orders:
        fits = each.status in ("OPEN", "ON_HOLD") and each.lines[0].line_item.requires_shipping == ships
        if fits:
            line = each.line_of(item)
            if line is None:
                each.lines.append(new_line(books, item, quantity))
            else:
                line.total_quantity += quantity
                line.remaining_quantity += quantity
            each.updated_at = books.clock.now()
            return
    made = open_one(books, order, [(item, quantity)])
    books.announce(made, "fulfillment_orders/order_routing_complete")


def _close_all(books: Ledger, order: Order) -> None:
    for each in order.fulfillment_orders:
        if each.active:
            each.cancelled = True
            each.holds.clear()
            each.updated_at = books.clock.now()
            books.announce(each, "fulfillment_orders/cancelled")


def _delivery(books: Ledger, order: Order, *, ships: bool) -> DeliveryMethod:
    first, last = (books.clock.now() + timedelta(days=days) for days in _DELIVERY_DAYS)
    title = order.shipping[0].title if order.shipping and ships else None
    return DeliveryMethod(
        number=books.numbers.next("DeliveryMethod"),
        method_type="SHIPPING" if ships else "NONE",
        presented_name=title,
        min_delivery_date_time=first if ships else None,
        max_delivery_date_time=last if ships else None,
    )
