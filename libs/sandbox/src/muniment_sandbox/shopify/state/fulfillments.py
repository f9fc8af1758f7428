"""Parcels: what was sent, by whom, and what the carrier says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.merchant import Location


@dataclass(frozen=True, slots=True)
class FulfillmentTrackingInfo:
    company: str | None
    number: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class FulfillmentService:
    id: str
    service_name: str
    type: str


@dataclass(frozen=True, slots=True)
class FulfillmentOriginAddress:
    address1: str
    city: str
    country_code: str
    zip: str
    address2: str | None = None
    province_code: str | None = None


@dataclass(eq=False, kw_only=True)
class FulfillmentLineItem(Entity):
    gid_type: ClassVar[str] = "FulfillmentLineItem"
    line_item: LineItem
    quantity: int


@dataclass(eq=False, kw_only=True)
class FulfillmentEvent(Entity):
    """One message of the carrier."""

    gid_type: ClassVar[str] = "FulfillmentEvent"
    fulfillment_number: int
    order_number: int
    status: str
    message: str | None
    happened_at: datetime
    created_at: datetime
    city: str | None = None
    province: str | None = None
    country: str | None = None
    zip: str | None = None
    estimated_delivery_at: datetime | None = None


_DISPLAY_AFTER_EVENT = {
    "CONFIRMED": "CONFIRMED",
    "IN_TRANSIT": "IN_TRANSIT",
    "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY",
    "DELIVERED": "DELIVERED",
    "ATTEMPTED_DELIVERY": "ATTEMPTED_DELIVERY",
    "DELAYED": "DELAYED",
    "FAILURE": "NOT_DELIVERED",
}


@dataclass(eq=False, kw_only=True)
class Fulfillment(Entity):
    """One parcel (or one handing over of what needs no parcel)."""

    gid_type: ClassVar[str] = "Fulfillment"
    order_number: int
    name: str
    lines: list[FulfillmentLineItem]
    created_at: datetime
    updated_at: datetime
    location: Location
    service: FulfillmentService
    trackings: list[FulfillmentTrackingInfo] = field(default_factory=list)
    happenings: list[FulfillmentEvent] = field(default_factory=list)
    estimated_delivery_at: datetime | None = None
    status: str = "SUCCESS"

    @property
    def display_status(self) -> str:
        for event in reversed(self.happenings):
            if event.status in _DISPLAY_AFTER_EVENT:
                return _DISPLAY_AFTER_EVENT[event.status]
        return "FULFILLED"

    @property
    def in_transit_at(self) -> datetime | None:
        return self._first("IN_TRANSIT")

    @property
    def delivered_at(self) -> datetime | None:
        return self._first("DELIVERED")

    @property
    def total_quantity(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def requires_shipping(self) -> bool:
        return any(line.line_item.requires_shipping for line in self.lines)

    @property
    def origin_address(self) -> FulfillmentOriginAddress:
        at = self.location.address
        return FulfillmentOriginAddress(at.address1, at.city, at.country_code, at.zip)

    def _first(self, status: str) -> datetime | None:
        return next((event.happened_at for event in self.happenings if event.status == status), None)
