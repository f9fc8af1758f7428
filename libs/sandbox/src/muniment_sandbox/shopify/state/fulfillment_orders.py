"""Fulfillment orders: which units one place is to send, what may be done with them, what holds them back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.fulfillments import Fulfillment
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.merchant import App, Location

DISPLAYED_REASONS = {
    "AWAITING_PAYMENT": "Awaiting payment",
    "AWAITING_RETURN_ITEMS": "Awaiting return items",
    "HIGH_RISK_OF_FRAUD": "High risk of fraud",
    "INCORRECT_ADDRESS": "Incorrect address",
    "INVENTORY_OUT_OF_STOCK": "Inventory out of stock",
    "ONLINE_STORE_POST_PURCHASE_CROSS_SELL": "Post-purchase offer",
    "OTHER": "Other",
    "UNKNOWN_DELIVERY_DATE": "Unknown delivery date",
}


@dataclass(eq=False, kw_only=True)
class FulfillmentHold(Entity):
    """Why units may not be sent yet. ``held_by_app`` is None when a person holds them."""

    gid_type: ClassVar[str] = "FulfillmentHold"
    reason: str
    reason_notes: str | None
    handle: str | None
    external_id: str | None
    held_by_app: App | None
    created_at: datetime

    @property
    def display_reason(self) -> str:
        return DISPLAYED_REASONS[self.reason]


@dataclass(eq=False, kw_only=True)
class FulfillmentOrderLineItem(Entity):
    """Units of one line; those that were sent stay counted in ``total_quantity``."""

    gid_type: ClassVar[str] = "FulfillmentOrderLineItem"
    line_item: LineItem
    total_quantity: int
    remaining_quantity: int

    @property
    def sku(self) -> str | None:
        return self.line_item.sku


@dataclass(eq=False, kw_only=True)
class DeliveryMethod(Entity):
    """How the units reach the buyer."""

    gid_type: ClassVar[str] = "DeliveryMethod"
    method_type: str
    presented_name: str | None
    min_delivery_date_time: datetime | None = None
    max_delivery_date_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class FulfillmentOrderAssignedLocation:
    location: Location

    @property
    def name(self) -> str:
        return self.location.name


@dataclass(frozen=True, slots=True)
class FulfillmentOrderSupportedAction:
    action: str


@dataclass(eq=False, kw_only=True)
class FulfillmentOrder(Entity):
    """What one place is to send of one order."""

    gid_type: ClassVar[str] = "FulfillmentOrder"
    order_number: int
    order_name: str
    order_processed_at: datetime
    location: Location
    delivery_method: DeliveryMethod
    created_at: datetime
    updated_at: datetime
    lines: list[FulfillmentOrderLineItem]
    fulfill_at: datetime | None
    fulfill_by: datetime | None = None
    request_status: str = "UNSUBMITTED"
    holds: list[FulfillmentHold] = field(default_factory=list)
    parcels: list[Fulfillment] = field(default_factory=list)
    cancelled: bool = False

    @property
    def order_id(self) -> str:
        return f"gid://shopify/Order/{self.order_number}"

    @property
    def remaining(self) -> int:
        return sum(line.remaining_quantity for line in self.lines)

    @property
    def active(self) -> bool:
        """Whether something is left to be sent."""
        return not self.cancelled and self.remaining > 0

    @property
    def status(self) -> str:
        if self.cancelled:
            return "CANCELLED"
        if not self.remaining:
            return "CLOSED"
        if self.holds:
            return "ON_HOLD"
        return "IN_PROGRESS" if self.parcels else "OPEN"

    @property
    def assigned_location(self) -> FulfillmentOrderAssignedLocation:
        return FulfillmentOrderAssignedLocation(self.location)

    @property
    def supported_actions(self) -> list[FulfillmentOrderSupportedAction]:
        return [FulfillmentOrderSupportedAction(action) for action in self.actions]

    @property
    def actions(self) -> list[str]:
        """What may be done with it now."""
        splits = ["SPLIT"] if self.remaining > 1 else []
        match self.status:
            case "OPEN":
                return ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", *splits, "MERGE"]
            case "ON_HOLD":
                return ["RELEASE_HOLD", "HOLD", "MOVE", *splits, "MERGE"]
            case "IN_PROGRESS":
                return ["CREATE_FULFILLMENT"]
            case _:
                return []

    def line_of(self, item: LineItem) -> FulfillmentOrderLineItem | None:
        return next((line for line in self.lines if line.line_item is item), None)
