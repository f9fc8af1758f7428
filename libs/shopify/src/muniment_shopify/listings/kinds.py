"""What can be listed: for each kind of object its operation, and the fields that make up its looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PAGE = 250
"""As many as Shopify gives at once."""


@dataclass(frozen=True, slots=True)
class ListingKind:
    """One kind of object. ``root`` is the field of the answer; ``has_updates`` says whether it can be asked
    for by ``updated_at``.
    """

    name: str
    operation: str
    root: str
    gid_type: str
    looks: tuple[str, ...]
    has_updates: bool = True
    page: int = PAGE

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields of a row."""
        times = ("createdAt", "updatedAt") if self.has_updates else ()
        return ("id", *times, *self.looks)


_ORDER_LOOKS = (
    "cancelledAt",
    "closedAt",
    "cancelReason",
    "confirmed",
    "edited",
    "fullyPaid",
    "unpaid",
    "displayFinancialStatus",
    "displayFulfillmentStatus",
    "returnStatus",
    "tags",
    "note",
    "poNumber",
)

LISTINGS: Mapping[str, ListingKind] = MappingProxyType(
    {kind.name: kind for kind in (ListingKind("order", "orders_listing", "orders", "Order", _ORDER_LOOKS),)}
)
