"""Holding units back, and letting them go: who holds what is told by the hold's app and handle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.fulfillment_orders import (
    FulfillmentHold,
    FulfillmentOrder,
    FulfillmentOrderLineItem,
)
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.merchant import App
from muniment_sandbox.shopify.state.regrouping import part_of

_MOST_HOLDS_OF_AN_APP = 10
_LONGEST_HANDLE = 64

Units = Sequence[tuple[FulfillmentOrderLineItem, int]]


@dataclass(eq=False, kw_only=True)
class HoldChange(Entity):
    """A hold that was placed or released: what ``fulfillment_holds/*`` and ``…/placed_on_hold`` tell of."""

    gid_type: ClassVar[str] = "HoldChange"
    fulfillment_order: FulfillmentOrder
    hold: FulfillmentHold
    remaining: FulfillmentOrder | None = None
    units: Units = ()

    @property
    def order_number(self) -> int:
        return self.fulfillment_order.order_number


@dataclass(frozen=True, kw_only=True)
class HoldWish:
    """What is to be held and why. ``units`` empty: everything. ``app`` None: a person holds."""

    reason: str
    reason_notes: str | None = None
    handle: str | None = None
    external_id: str | None = None
    app: App | None = None
    units: Units = ()


def hold(
    books: Ledger, target: FulfillmentOrder, wish: HoldWish
) -> tuple[FulfillmentHold, FulfillmentOrder | None]:
    """Place a hold; returns it with the fulfillment order of the units that are not held, if any.

    ``fulfillment_holds/added`` for each hold, ``fulfillment_orders/placed_on_hold`` for the first one.
    """
    _check(target, wish)
    order = books.order_of(target.order_number)
    with books.action():
        remaining = part_of(books, order, target, wish.units) if wish.units else None
        first = not target.holds
        made = FulfillmentHold(
            number=books.numbers.next("FulfillmentHold"),
            reason=wish.reason,
            reason_notes=wish.reason_notes,
            handle=wish.handle,
            external_id=wish.external_id,
            held_by_app=wish.app,
            created_at=books.clock.now(),
        )
        target.holds.append(books.register(made))
        target.updated_at = made.created_at
        change = HoldChange(
            number=books.numbers.next("HoldChange"),
            fulfillment_order=target,
            hold=made,
            remaining=remaining,
            units=wish.units or [(line, line.remaining_quantity) for line in target.lines],
        )
        books.announce(change, "fulfillment_holds/added")
        if first:
            books.announce(change, "fulfillment_orders/placed_on_hold")
        books.note(order, "fulfillment_order_on_hold", f"Fulfillment was put on hold: {made.display_reason}.")
        books.changed(order)
    return made, remaining


def release(books: Ledger, target: FulfillmentOrder, holds: Sequence[FulfillmentHold] | None) -> None:
    """Release these holds, all of them (also those of other apps) when None.

    ``fulfillment_holds/released`` for each, ``fulfillment_orders/hold_released`` when none is left.
    """
    chosen = list(target.holds) if holds is None else list(holds)
    gone = [each for each in chosen if each not in target.holds]
    if gone or not chosen:
        raise NotPossible("The fulfillment order does not have this hold.", code="INVALID", field=["holdIds"])
    order = books.order_of(target.order_number)
    with books.action():
        target.updated_at = books.clock.now()
        for each in chosen:
            target.holds.remove(each)
            change = HoldChange(number=books.numbers.next("HoldChange"), fulfillment_order=target, hold=each)
            books.announce(change, "fulfillment_holds/released")
        if not target.holds:
            books.announce(target, "fulfillment_orders/hold_released")
        books.note(order, "fulfillment_order_released", f"{len(chosen)} holds on fulfillment were released.")
        books.changed(order)


def _check(target: FulfillmentOrder, wish: HoldWish) -> None:
    if "HOLD" not in target.actions:
        raise NotPossible(
            f"Fulfillment order cannot be put on hold: its status is {target.status}.",
            code="TAKEN",
            field=["id"],
        )
    if wish.handle is not None and not 0 < len(wish.handle) <= _LONGEST_HANDLE:
        message = f"Handle must have 1 to {_LONGEST_HANDLE} characters."
        raise NotPossible(message, code="INVALID", field=["fulfillmentHold", "handle"])
    of_this_app = [each for each in target.holds if each.held_by_app is wish.app]
    if any(each.handle == wish.handle for each in of_this_app):
        raise NotPossible(
            "The handle provided for the fulfillment hold is already in use by this app.",
            code="DUPLICATE_FULFILLMENT_HOLD_HANDLE",
            field=["fulfillmentHold", "handle"],
        )
    if len(of_this_app) >= _MOST_HOLDS_OF_AN_APP:
        raise NotPossible(
            "The maximum number of fulfillment holds for this fulfillment order has been reached.",
            code="FULFILLMENT_ORDER_HOLD_LIMIT_REACHED",
            field=["id"],
        )
    if wish.units and target.holds:
        raise NotPossible(
            "Line items cannot be named for a fulfillment order that is already on hold.",
            code="FULFILLMENT_ORDER_NOT_SPLITTABLE",
            field=["fulfillmentHold", "fulfillmentOrderLineItems"],
        )
