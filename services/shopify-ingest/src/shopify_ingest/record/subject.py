"""What the events of one recording are about: an object of a shop, as it was found."""

from __future__ import annotations

from dataclasses import dataclass

from muniment_shopify.aggregates import Aggregate
from muniment_shopify.orders import OrderSnapshot
from muniment_shopify.snapshots import Snapshot
from shopify_ingest.record.objects import AnySnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One object, with its snapshot unless the shop no longer knows it.

    ``owner`` is the numeric id of the order that the hooks' key names: it places an object that is gone.
    ``fulfillment_orders`` are an order's, where they were asked for.
    """

    shop: str
    about: Aggregate
    snapshot: AnySnapshot | None = None
    fulfillment_orders: Snapshot | None = None
    owner: str | None = None

    @property
    def order(self) -> OrderSnapshot:
        """Return the snapshot of an order that was found."""
        if not isinstance(self.snapshot, OrderSnapshot):
            raise TypeError("The subject is no order that was found.")
        return self.snapshot

    @property
    def other(self) -> Snapshot:
        """Return the snapshot of another object that was found."""
        if not isinstance(self.snapshot, Snapshot):
            raise TypeError("The subject is an order, or was not found.")
        return self.snapshot

    @property
    def order_id(self) -> str | None:
        """Return the numeric id of the order that the object is or belongs to, as far as anybody knows."""
        if self.about.kind in _ARE_ORDERS:
            return self.about.id
        return self.snapshot.order_id if self.snapshot is not None else self.owner

    @property
    def order_name(self) -> str:
        """Return what people call that order, empty if it is not known."""
        return self.snapshot.order_name if self.snapshot is not None else ""

    @property
    def key(self) -> tuple[str, str]:
        """Return kind and id that its events are ordered by: the order's, else the object's own."""
        if self.order_id is not None and self.about.kind in _OF_ORDERS:
            return "order", self.order_id
        return _KEY_KINDS.get(self.about.kind, self.about.kind), self.about.id


_ARE_ORDERS = frozenset({"order", "risk"})
#: Kinds whose events go with their order's. A draft order's do not: they begin before there is an order.
_OF_ORDERS = frozenset({"order", "return", "dispute", "risk"})
_KEY_KINDS = {
    "risk": "order",
    "consent": "customer",
    "privacy-of-customer": "customer",
    "privacy-of-shop": "shop",
}
