"""What can happen to fulfillment orders: routing, holds, regrouping."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_sandbox.shopify.state import fulfilling, holding, regrouping, routing
from muniment_sandbox.shopify.state.fulfillment_orders import FulfillmentHold, FulfillmentOrder
from muniment_sandbox.shopify.state.fulfillments import Fulfillment, FulfillmentEvent
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.regrouping import Units


class FulfilmentDeeds(Ledger):
    """The shop's deeds with fulfillment orders. Methods raise NotPossible where the state forbids it."""

    def route(self, order: Order) -> list[FulfillmentOrder]:
        """Make the order's fulfillment orders at once: ``fulfillment_orders/order_routing_complete``."""
        return routing.route(self, order)

    def take_back_message(self, order: Order, parcel: Fulfillment, event: FulfillmentEvent) -> None:
        """Remove a message of the carrier: ``fulfillment_events/delete``."""
        fulfilling.take_back_message(self, order, parcel, event)

    def hold(
        self, target: FulfillmentOrder, wish: HoldWish
    ) -> tuple[FulfillmentHold, FulfillmentOrder | None]:
        """Place a hold: ``fulfillment_holds/added``, the first time ``fulfillment_orders/placed_on_hold``.

        Returns it with the fulfillment order of the units that are not held, if only some are.
        """
        return holding.hold(self, target, wish)

    def release_holds(self, target: FulfillmentOrder, holds: Sequence[FulfillmentHold] | None = None) -> None:
        """Release these holds, or all: ``fulfillment_holds/released``, at last
        ``fulfillment_orders/hold_released``.
        """
        holding.release(self, target, holds)

    def split_fulfillment_order(self, target: FulfillmentOrder, units: Units) -> FulfillmentOrder:
        """Put units into a fulfillment order of their own: ``fulfillment_orders/split``."""
        return regrouping.split(self, target, units)

    def merge_fulfillment_orders(self, intents: Sequence[tuple[FulfillmentOrder, Units]]) -> FulfillmentOrder:
        """Put several into the first one: ``fulfillment_orders/merged``."""
        return regrouping.merge(self, intents)

    def move_fulfillment_order(
        self, target: FulfillmentOrder, to: Location, units: Units = ()
    ) -> tuple[FulfillmentOrder, FulfillmentOrder | None]:
        """Give units to another place: ``fulfillment_orders/moved``; returns the moved and the rest."""
        return regrouping.move(self, target, to, units)

    def cancel_fulfillment_order(self, target: FulfillmentOrder) -> FulfillmentOrder:
        """Replace it by another one, which is returned: ``fulfillment_orders/cancelled``."""
        return regrouping.cancel_one(self, target)
