"""Splitting, merging, moving, cancelling fulfillment orders. Holds go along with the units they keep back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.fulfillment_orders import (
    FulfillmentHold,
    FulfillmentOrder,
    FulfillmentOrderLineItem,
)
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.routing import new_line, open_one

Units = Sequence[tuple[FulfillmentOrderLineItem, int]]


@dataclass(eq=False, kw_only=True)
class Regrouping(Entity):
    """What ``fulfillment_orders/split``, ``merged``, ``moved`` and ``cancelled`` tell of."""

    gid_type: ClassVar[str] = "Regrouping"
    fulfillment_order: FulfillmentOrder
    other: FulfillmentOrder | None = None
    units: Units = ()
    merged: Sequence[tuple[FulfillmentOrder, Units]] = ()
    source: Location | None = None

    @property
    def order_number(self) -> int:
        return self.fulfillment_order.order_number


def split(books: Ledger, target: FulfillmentOrder, units: Units) -> FulfillmentOrder:
    """Put these units into a fulfillment order of their own and return it; ``fulfillment_orders/split``."""
    if not units:
        raise NotPossible(
            "No line items were provided to split.",
            code="NO_LINE_ITEMS_PROVIDED_TO_SPLIT",
            field=["fulfillmentOrderLineItems"],
        )
    _need(target, "SPLIT")
    order = books.order_of(target.order_number)
    with books.action():
        made = _apart(books, order, target, units)
        _tell(books, order, "split", fulfillment_order=target, other=made, units=units)
    return made


def part_of(books: Ledger, order: Order, target: FulfillmentOrder, units: Units) -> FulfillmentOrder | None:
    """Leave only these units in the fulfillment order; return the one with all others, None if there are
    none.
    """
    checked = dict(_counted(target, units))
    others = [
        (line, line.remaining_quantity - checked.get(line, 0))
        for line in target.lines
        if line.remaining_quantity > checked.get(line, 0)
    ]
    return _apart(books, order, target, others) if others else None


def merge(books: Ledger, intents: Sequence[tuple[FulfillmentOrder, Units]]) -> FulfillmentOrder:
    """Put the units of several fulfillment orders of one order and place into the first one;
    ``fulfillment_orders/merged``.
    """
    target = intents[0][0]
    if len(intents) < 2 or len({each.number for each, _ in intents}) != len(intents):
        raise NotPossible("At least two fulfillment orders are needed.", code="GREATER_THAN", field=None)
    for each, _ in intents:
        _need(each, "MERGE")
        if (each.order_number, each.location) != (target.order_number, target.location):
            raise NotPossible("Fulfillment orders must be of one order and one location.", code="INVALID")
    order = books.order_of(target.order_number)
    chosen = [(each, _counted(each, units or _all(each))) for each, units in intents]
    with books.action():
        for each, units in chosen[1:]:
            _hand_over(books, each, target, units)
            target.holds += [held for held in each.holds if held not in target.holds]
            if not each.remaining:
                each.holds.clear()
        _tell(books, order, "merged", fulfillment_order=target, merged=chosen)
    return target


def move(
    books: Ledger, target: FulfillmentOrder, to: Location, units: Units = ()
) -> tuple[FulfillmentOrder, FulfillmentOrder | None]:
    """Give units, all unless said otherwise, to another place; returns the moved fulfillment order and the
    remaining one; ``fulfillment_orders/moved``.
    """
    _need(target, "MOVE")
    if to is target.location:
        message = "The fulfillment order is already assigned to that location."
        raise NotPossible(message, field=["newLocationId"])
    order, source = books.order_of(target.order_number), target.location
    with books.action():
        counted = _counted(target, units or _all(target))
        whole = sum(quantity for _, quantity in counted) == target.remaining
        moved = target if whole else _apart(books, order, target, counted)
        moved.location = to
        _tell(books, order, "moved", fulfillment_order=target, other=moved, units=counted, source=source)
    return moved, None if whole else target


def cancel_one(books: Ledger, target: FulfillmentOrder) -> FulfillmentOrder:
    """Cancel one fulfillment order and return the one that replaces it; ``fulfillment_orders/cancelled``."""
    if not target.active:
        raise NotPossible(f"The fulfillment order is {target.status.lower()}.", field=["id"])
    order = books.order_of(target.order_number)
    with books.action():
        units = [(line.line_item, quantity) for line, quantity in _all(target)]
        replacement = open_one(books, order, units, target.location)
        replacement.holds = _the_same(books, target.holds)
        target.cancelled = True
        target.holds = []
        _tell(books, order, "cancelled", fulfillment_order=target, other=replacement)
    return replacement


def _apart(books: Ledger, order: Order, target: FulfillmentOrder, units: Units) -> FulfillmentOrder:
    counted = _counted(target, units)
    if sum(quantity for _, quantity in counted) >= target.remaining:
        raise NotPossible("Something must remain in the fulfillment order.", code="GREATER_THAN")
    made = open_one(books, order, [(line.line_item, quantity) for line, quantity in counted], target.location)
    made.holds = _the_same(books, target.holds)
    for line, quantity in counted:
        _give(target, line, quantity)
    return made


def _the_same(books: Ledger, holds: Sequence[FulfillmentHold]) -> list[FulfillmentHold]:
    """Return holds like these, each with an id of its own."""
    return [books.register(replace(held, number=books.numbers.next(held.gid_type))) for held in holds]


def _hand_over(books: Ledger, source: FulfillmentOrder, target: FulfillmentOrder, units: Units) -> None:
    for line, quantity in units:
        _give(source, line, quantity)
        known = target.line_of(line.line_item)
        if known is None:
            target.lines.append(new_line(books, line.line_item, quantity))
        else:
            known.total_quantity += quantity
            known.remaining_quantity += quantity
    source.updated_at = books.clock.now()


def _give(source: FulfillmentOrder, line: FulfillmentOrderLineItem, quantity: int) -> None:
    line.remaining_quantity -= quantity
    line.total_quantity -= quantity
    if not line.total_quantity and len(source.lines) > 1:
        source.lines.remove(line)


def _counted(target: FulfillmentOrder, units: Units) -> Units:
    for line, quantity in units:
        if line not in target.lines or not 0 < quantity <= line.remaining_quantity:
            raise NotPossible(
                f"Invalid quantity: {line.remaining_quantity} units are left.",
                code="INVALID_LINE_ITEM_QUANTITY",
                field=["fulfillmentOrderLineItems"],
            )
    if len({line.number for line, _ in units}) != len(units):
        raise NotPossible(
            "A line item is named twice.",
            code="DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS",
            field=["fulfillmentOrderLineItems"],
        )
    return units


def _all(target: FulfillmentOrder) -> Units:
    return [(line, line.remaining_quantity) for line in target.lines if line.remaining_quantity]


def _need(target: FulfillmentOrder, action: str) -> None:
    if action not in target.actions:
        message = f"The fulfillment order does not allow {action}: its status is {target.status}."
        raise NotPossible(message, code="INVALID", field=["id"])


def _tell(
    books: Ledger,
    order: Order,
    what: str,
    *,
    fulfillment_order: FulfillmentOrder,
    other: FulfillmentOrder | None = None,
    units: Units = (),
    merged: Sequence[tuple[FulfillmentOrder, Units]] = (),
    source: Location | None = None,
) -> None:
    for each in (fulfillment_order, other):
        if each is not None:
            each.updated_at = books.clock.now()
    change = Regrouping(
        number=books.numbers.next("Regrouping"),
        fulfillment_order=fulfillment_order,
        other=other,
        units=units,
        merged=merged,
        source=source,
    )
    books.announce(change, f"fulfillment_orders/{what}")
    books.changed(order)
