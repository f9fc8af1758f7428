"""Returns: what a buyer sends back and why, and the reverse logistics that bring it home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.fulfillments import FulfillmentLineItem
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.money import MoneyBag
from muniment_sandbox.shopify.state.refunds import Refund
from muniment_sandbox.shopify.state.transactions import OrderTransaction

KEPT_STATUSES = ("REQUESTED", "OPEN", "CLOSED")
"""A return in one of these keeps its units from being returned again."""


@dataclass(eq=False, kw_only=True)
class ReturnReasonDefinition(Entity):
    """A reason from the shop's library; ``handle`` is stable, ``name`` is for people."""

    gid_type: ClassVar[str] = "ReturnReasonDefinition"
    handle: str
    name: str
    deleted: bool = False


@dataclass(eq=False, kw_only=True)
class RestockingFee(Entity):
    """What the buyer pays for the handling; ``percentage`` of the line's price."""

    gid_type: ClassVar[str] = "RestockingFee"
    percentage: float
    amount_set: MoneyBag


@dataclass(eq=False, kw_only=True)
class ReturnShippingFee(Entity):
    gid_type: ClassVar[str] = "ReturnShippingFee"
    amount_set: MoneyBag


@dataclass(frozen=True, slots=True)
class ReturnDecline:
    reason: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Weight:
    unit: str
    value: float


@dataclass(eq=False, kw_only=True)
class ReturnLineItem(Entity):
    """Units of one parcel's line that come back."""

    gid_type: ClassVar[str] = "ReturnLineItem"
    fulfillment_line_item: FulfillmentLineItem
    quantity: int
    return_reason_definition: ReturnReasonDefinition | None
    return_reason_note: str
    customer_note: str | None = None
    restocking_fee: RestockingFee | None = None
    processed_quantity: int = 0
    refunded_quantity: int = 0

    @property
    def line_item(self) -> LineItem:
        return self.fulfillment_line_item.line_item

    @property
    def unprocessed_quantity(self) -> int:
        return self.quantity - self.processed_quantity

    @property
    def processable_quantity(self) -> int:
        return self.unprocessed_quantity

    @property
    def refundable_quantity(self) -> int:
        return self.quantity - self.refunded_quantity

    @property
    def with_code_discounted_total_price_set(self) -> MoneyBag:
        line = self.line_item
        return line.billed_net.scaled(self.quantity, line.billed_quantity)

    @property
    def total_weight(self) -> Weight:
        return Weight("GRAMS", float(self.line_item.grams * self.quantity))


@dataclass(eq=False, kw_only=True)
class ReverseFulfillmentOrderDisposition(Entity):
    """What was done with units that came back."""

    gid_type: ClassVar[str] = "ReverseFulfillmentOrderDisposition"
    type: str
    quantity: int
    location: Location | None


@dataclass(eq=False, kw_only=True)
class ReverseFulfillmentOrderLineItem(Entity):
    gid_type: ClassVar[str] = "ReverseFulfillmentOrderLineItem"
    reverse_order: ReverseFulfillmentOrder
    return_line: ReturnLineItem
    total_quantity: int
    dispositions: list[ReverseFulfillmentOrderDisposition] = field(default_factory=list)

    @property
    def fulfillment_line_item(self) -> FulfillmentLineItem:
        return self.return_line.fulfillment_line_item

    @property
    def undisposed(self) -> int:
        return self.total_quantity - sum(each.quantity for each in self.dispositions)


@dataclass(frozen=True, slots=True)
class ReverseDeliveryTrackingV2:
    carrier_name: str | None
    number: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class ReverseDeliveryLabelV2:
    public_file_url: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ReverseDeliveryShippingDeliverable:
    tracking: ReverseDeliveryTrackingV2 | None
    label: ReverseDeliveryLabelV2 | None


@dataclass(eq=False, kw_only=True)
class ReverseDeliveryLineItem(Entity):
    gid_type: ClassVar[str] = "ReverseDeliveryLineItem"
    line: ReverseFulfillmentOrderLineItem
    quantity: int

    @property
    def dispositions(self) -> list[ReverseFulfillmentOrderDisposition]:
        return self.line.dispositions


@dataclass(eq=False, kw_only=True)
class ReverseDelivery(Entity):
    """A parcel on its way back."""

    gid_type: ClassVar[str] = "ReverseDelivery"
    reverse_fulfillment_order: ReverseFulfillmentOrder
    deliverable: ReverseDeliveryShippingDeliverable | None
    lines: list[ReverseDeliveryLineItem]

    @property
    def order_number(self) -> int:
        return self.reverse_fulfillment_order.order_number

    @property
    def return_(self) -> Return:
        return self.reverse_fulfillment_order.return_


@dataclass(eq=False, kw_only=True)
class ReverseFulfillmentOrder(Entity):
    """The work of taking units back."""

    gid_type: ClassVar[str] = "ReverseFulfillmentOrder"
    return_: Return
    lines: list[ReverseFulfillmentOrderLineItem] = field(default_factory=list)
    deliveries: list[ReverseDelivery] = field(default_factory=list)
    canceled: bool = False

    @property
    def order_number(self) -> int:
        return self.return_.order_number

    @property
    def status(self) -> str:
        if self.canceled:
            return "CANCELED"
        return "OPEN" if any(line.undisposed for line in self.lines) else "CLOSED"


@dataclass(eq=False, kw_only=True)
class Return(Entity):
    """One return. REQUESTED becomes OPEN or DECLINED; OPEN becomes CLOSED (and back) or CANCELED."""

    gid_type: ClassVar[str] = "Return"
    order_number: int
    name: str
    status: str
    created_at: datetime
    lines: list[ReturnLineItem]
    shipping_fees: list[ReturnShippingFee] = field(default_factory=list)
    request_approved_at: datetime | None = None
    closed_at: datetime | None = None
    decline: ReturnDecline | None = None
    reverse_orders: list[ReverseFulfillmentOrder] = field(default_factory=list)
    refund_records: list[Refund] = field(default_factory=list)

    @property
    def total_quantity(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def payments(self) -> list[OrderTransaction]:
        return [payment for refund in self.refund_records for payment in refund.payments]

    @property
    def touched(self) -> bool:
        """Whether work was done on it: then it cannot be cancelled any more."""
        disposed = any(line.dispositions for each in self.reverse_orders for line in each.lines)
        return disposed or any(line.processed_quantity for line in self.lines)


def return_status_of(returns: Sequence[Return]) -> str:
    """Return ``Order.returnStatus`` for an order with these returns."""
    statuses = {each.status for each in returns}
    if "REQUESTED" in statuses:
        return "RETURN_REQUESTED"
    opened = [each for each in returns if each.status == "OPEN"]
    if opened:
        done = all(not line.unprocessed_quantity for each in opened for line in each.lines)
        return "INSPECTION_COMPLETE" if done else "IN_PROGRESS"
    return "RETURNED" if "CLOSED" in statuses else "NO_RETURN"


def fee_of(percentage: float, price: MoneyBag) -> MoneyBag:
    """Return a percentage of a price, to the currency's digit."""
    share = Decimal(str(percentage)).scaleb(2)
    return price.scaled(int(share), 10_000)
