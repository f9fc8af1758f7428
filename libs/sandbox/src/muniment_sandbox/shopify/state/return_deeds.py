"""What can happen to returns."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_sandbox.shopify.state import processing_returns, returning
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.processing_returns import DispositionWish, Outcome, ProcessWish
from muniment_sandbox.shopify.state.refunds import Refund
from muniment_sandbox.shopify.state.returning import ReturnWish
from muniment_sandbox.shopify.state.returns import (
    Return,
    ReturnLineItem,
    ReverseDelivery,
    ReverseDeliveryTrackingV2,
    ReverseFulfillmentOrder,
    ReverseFulfillmentOrderLineItem,
)


class ReturnDeeds(Ledger):
    """The shop's deeds with returns. Methods raise NotPossible where the state forbids it."""

    def request_return(self, order: Order, wish: ReturnWish) -> Return:
        """Record what a buyer wants to send back: ``returns/request``."""
        return returning.request(self, order, wish)

    def create_return(self, order: Order, wish: ReturnWish) -> Return:
        """Open a return without a request: ``returns/approve``."""
        return returning.create(self, order, wish)

    def approve_return(self, wanted: Return) -> None:
        """Approve a request: ``returns/approve``."""
        returning.approve(self, wanted)

    def decline_return(self, wanted: Return, reason: str = "OTHER", note: str | None = None) -> None:
        """Decline a request: ``returns/decline``."""
        returning.decline(self, wanted, reason, note)

    def cancel_return(self, wanted: Return) -> None:
        """Cancel a return nobody has worked on: ``returns/cancel``."""
        returning.cancel(self, wanted)

    def close_return(self, wanted: Return) -> None:
        """Say that a return is complete: ``returns/close``."""
        returning.close(self, wanted)

    def reopen_return(self, wanted: Return) -> None:
        """Take a closed return up again: ``returns/reopen``."""
        returning.reopen(self, wanted)

    def send_back(
        self,
        reverse_order: ReverseFulfillmentOrder,
        lines: Sequence[tuple[ReverseFulfillmentOrderLineItem, int]] = (),
        *,
        tracking: ReverseDeliveryTrackingV2 | None = None,
        label_url: str | None = None,
    ) -> ReverseDelivery:
        """Record a parcel on its way back: ``reverse_deliveries/attach_deliverable``."""
        return processing_returns.send_back(
            self, reverse_order, lines, tracking=tracking, label_url=label_url
        )

    def dispose(self, wishes: Sequence[DispositionWish]) -> list[ReverseFulfillmentOrderLineItem]:
        """Say what is done with units that came back: ``reverse_fulfillment_orders/dispose``."""
        return processing_returns.dispose(self, wishes)

    def process_return(self, wanted: Return, wish: ProcessWish) -> Refund | None:
        """Confirm and perhaps refund units: ``returns/process``, ``returns/update``, ``refunds/create``."""
        return processing_returns.process(self, wanted, wish)

    def return_outcome(self, wanted: Return, lines: Sequence[tuple[ReturnLineItem, int]]) -> Outcome:
        """Reckon what refunding these units would come to."""
        return processing_returns.outcome(self, wanted, lines)
