"""A shop: one method for everything that can happen in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muniment_sandbox.shopify.state import (
    cancelling,
    fulfilling,
    ordering,
    paying,
    refunding,
    subscribing,
    tagging,
)
from muniment_sandbox.shopify.state.account_deeds import AccountDeeds
from muniment_sandbox.shopify.state.bulk_deeds import BulkDeeds
from muniment_sandbox.shopify.state.cancelling import CancelWish, OrderCancelJobResult
from muniment_sandbox.shopify.state.cart import Cart, CartLine
from muniment_sandbox.shopify.state.clock import ShopClock
from muniment_sandbox.shopify.state.content_deeds import ContentDeeds
from muniment_sandbox.shopify.state.dispute_deeds import DisputeDeeds
from muniment_sandbox.shopify.state.draft_deeds import DraftDeeds
from muniment_sandbox.shopify.state.entities import Entity, Numbers
from muniment_sandbox.shopify.state.fulfillments import Fulfillment, FulfillmentEvent, FulfillmentTrackingInfo
from muniment_sandbox.shopify.state.fulfilment_deeds import FulfilmentDeeds
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.merchant import AppInstallation, Merchant
from muniment_sandbox.shopify.state.metafields import Metafield, WithMetafields
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import CARD
from muniment_sandbox.shopify.state.product_deeds import ProductDeeds
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.refunds import Refund
from muniment_sandbox.shopify.state.return_deeds import ReturnDeeds
from muniment_sandbox.shopify.state.stock import stock_shop
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription
from muniment_sandbox.shopify.state.transactions import OrderTransaction, PaymentMethod


class Shop(
    FulfilmentDeeds,
    ReturnDeeds,
    DisputeDeeds,
    DraftDeeds,
    AccountDeeds,
    BulkDeeds,
    ProductDeeds,
    ContentDeeds,
):
    """The state of one shop. Each method is one action: it moves ``updated_at`` and announces the hooks it
    causes.

    Methods raise NotPossible when the order's state does not allow the action.
    """

    def __init__(
        self, merchant: Merchant, installation: AppInstallation, clock: ShopClock, numbers: Numbers
    ) -> None:
        super().__init__(merchant, installation, clock, numbers)
        self.stock = stock_shop(self)

    def place_order(self, cart: Cart) -> Order:
        """Turn a cart into an order: ``orders/create``."""
        return ordering.place(self, cart)

    def pay(
        self, order: Order, method: PaymentMethod = CARD, amount_minor: int | None = None
    ) -> OrderTransaction:
        """Take the outstanding amount or a part: ``order_transactions/create``, ``orders/paid`` when
        complete.
        """
        return paying.pay(self, order, method, amount_minor)

    def authorize(self, order: Order, method: PaymentMethod = CARD) -> OrderTransaction:
        """Reserve the outstanding amount: ``order_transactions/create``."""
        return paying.authorize(self, order, method)

    def capture(
        self,
        order: Order,
        authorization: OrderTransaction | None = None,
        amount_minor: int | None = None,
    ) -> OrderTransaction:
        """Take what was reserved or a part of it: as ``pay``."""
        return paying.capture(self, order, authorization, amount_minor)

    def void(self, order: Order, authorization: OrderTransaction | None = None) -> OrderTransaction:
        """Give the reservation back: ``order_transactions/create``."""
        return paying.void(self, order, authorization)

    def decline_payment(self, order: Order, method: PaymentMethod = CARD) -> OrderTransaction:
        """Record a refused payment: ``order_transactions/create``."""
        return paying.decline(self, order, method)

    def edit_add_line(self, order: Order, line: CartLine) -> LineItem:
        """Add a line: ``orders/edited``."""
        return ordering.edit(self, order, add=[line])[0]

    def edit_remove_line(self, order: Order, line: LineItem, quantity: int | None = None) -> None:
        """Take units of a line away, all that wait unless said otherwise: ``orders/edited``."""
        ordering.edit(
            self, order, remove=[(line, line.unfulfilled_quantity if quantity is None else quantity)]
        )

    def refund(self, order: Order, wish: RefundWish) -> Refund:
        """Give money back: ``refunds/create``."""
        return refunding.refund(self, order, wish)

    def refund_everything(self, order: Order, note: str | None = None) -> Refund:
        """Give all money back: ``refunds/create``."""
        return refunding.refund_everything(self, order, note)

    def cancel(self, order: Order, reason: str = "CUSTOMER", staff_note: str | None = None) -> Refund | None:
        """Cancel, refund or void: ``orders/cancelled``."""
        return refunding.cancel(self, order, reason=reason, staff_note=staff_note)

    def begin_cancelling(self, order: Order, wish: CancelWish) -> OrderCancelJobResult:
        """Start a cancellation as the API does; it is done ``cancel_delay_s`` later."""
        return cancelling.begin_cancelling(self, order, wish)

    def close_order(self, order: Order) -> None:
        """Archive the order: ``orders/updated``."""
        ordering.close(self, order)

    def reopen_order(self, order: Order) -> None:
        """Take the order out of the archive: ``orders/updated``."""
        ordering.reopen(self, order)

    def fulfil(
        self,
        order: Order,
        lines: Sequence[tuple[LineItem, int]] | None = None,
        trackings: Sequence[FulfillmentTrackingInfo] = (),
    ) -> Fulfillment:
        """Send units, all that wait unless said otherwise: ``fulfillments/create``, ``orders/fulfilled``."""
        return fulfilling.fulfil(self, order, lines, trackings)

    def carrier_says(
        self, order: Order, parcel: Fulfillment, status: str, message: str | None = None
    ) -> FulfillmentEvent:
        """Record a message of the carrier: ``fulfillment_events/create``, ``fulfillments/update``."""
        return fulfilling.carrier_says(self, order, parcel, status, message)

    def update_note(self, order: Order, note: str) -> None:
        """Set the note: ``orders/updated``."""
        ordering.update(self, order, note=note)

    def set_tags(self, order: Order, tags: Sequence[str]) -> None:
        """Set the tags: ``orders/updated``."""
        ordering.update(self, order, tags=tags)

    def update_order(
        self, order: Order, *, note: str | None = None, tags: Sequence[str] | None = None
    ) -> None:
        """Set note and tags together: ``orders/updated``."""
        ordering.update(self, order, note=note, tags=tags)

    def delete_order(self, order: Order) -> None:
        """Delete the order: ``orders/delete``."""
        ordering.delete(self, order)

    def tag(self, entity: Entity, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Add and remove tags of an order or a customer."""
        tagging.retag(self, entity, add, remove)

    def set_metafield(
        self, owner: WithMetafields, namespace: str, key: str, type_: str, value: str
    ) -> Metafield:
        """Write a metafield: ``orders/updated`` and the like."""
        return tagging.set_metafield(self, owner, namespace, key, type_, value)

    def delete_metafield(self, owner: WithMetafields, namespace: str, key: str) -> bool:
        """Remove a metafield; return whether it was there."""
        return tagging.delete_metafield(self, owner, namespace, key)

    def subscribe(self, wish: SubscriptionWish) -> WebhookSubscription:
        """Subscribe to a topic; raises NotPossible when Shopify would refuse."""
        return subscribing.subscribe(self, wish)

    def change_subscription(self, subscription: WebhookSubscription, changes: Mapping[str, Any]) -> None:
        """Change checked fields of a subscription."""
        subscribing.change(self, subscription, changes)

    def unsubscribe(self, subscription: WebhookSubscription) -> None:
        """End a subscription."""
        subscribing.unsubscribe(self, subscription)
