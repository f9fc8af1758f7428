"""What the shop told then, out of the changes that were published of one recording."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from muniment_contracts.bodies import (
    AccountChange,
    CommerceChange,
    ConsentChange,
    DisputeChange,
    DraftChange,
    OrderChange,
    ReturnChange,
    RiskChange,
)
from muniment_contracts.events import Event
from muniment_contracts.identifiers import parse_key
from muniment_shopify.aggregates import Aggregate
from muniment_shopify.orders import OrderSnapshot
from muniment_shopify.snapshots import Snapshot, canonical, snapshot_from

_EXTRA = "fulfillmentOrders"


class RecordedObjects:
    """Answers every question as the events of one recording say it was answered then.

    Without events nothing is known. A question for another object than theirs is answered with ``None``, as
    the shop would of an object that is gone: what is named for it then shows as a difference.
    """

    def __init__(self, events: Sequence[Event[CommerceChange]]) -> None:
        self._events = events

    async def order(self, shop: str, id: str) -> OrderSnapshot | None:
        """Return the order as it was recorded."""
        del shop
        for event in self._events:
            body = event.body
            if isinstance(body, OrderChange) and body.order_id == id and body.state == "found":
                return OrderSnapshot.from_content(core_of(body))
        return None

    async def fetch(self, shop: str, kind: str, id: str) -> Snapshot | None:
        """Return the object as it was recorded."""
        del shop
        if kind == "fulfillment-orders":
            return self._fulfillment_orders()
        for event in self._events:
            body = event.body
            if subject_of(event) == Aggregate(kind, id) and body.state == "found":
                return snapshot_from(kind, body.snapshot)
        return None

    async def owner(self, shop: str, part: Aggregate) -> Aggregate | None:
        """Return what the part belonged to, as the events' keys tell."""
        del shop
        found = next((subject_of(event) for event in self._events), None)
        return None if found is None or found.kind == part.kind else found

    def _fulfillment_orders(self) -> Snapshot | None:
        for event in self._events:
            if isinstance(event.body, OrderChange) and event.body.state == "found":
                tree = orjson.loads(event.body.snapshot)
                if _EXTRA in tree:
                    order = {name: tree["order"][name] for name in ("id", "name", "updatedAt")}
                    node = {**order, _EXTRA: {"nodes": tree[_EXTRA]}}
                    return snapshot_from("fulfillment-orders", canonical(node))
        return None


def core_of(body: CommerceChange) -> bytes:
    """Return the snapshot of the object itself: an order's without its fulfilment orders."""
    if not isinstance(body, OrderChange) or f'"{_EXTRA}":'.encode() not in body.snapshot:
        return body.snapshot
    tree = orjson.loads(body.snapshot)
    tree.pop(_EXTRA, None)
    return canonical(tree)


def subject_of(event: Event[CommerceChange]) -> Aggregate:
    """Return the object that a change is of."""
    body = event.body
    kind, id = parse_key(event.key)[1:]
    if isinstance(body, OrderChange):
        return Aggregate("order", body.order_id) if body.order_id else Aggregate(kind, id)
    if isinstance(body, ReturnChange):
        return Aggregate("return", body.return_id) if body.return_id else Aggregate(kind, id)
    if isinstance(body, DisputeChange):
        return Aggregate("dispute", body.dispute_id)
    if isinstance(body, RiskChange):
        return Aggregate("risk", body.order_id)
    if isinstance(body, AccountChange):
        return Aggregate(body.account_kind, body.account_id) if body.account_id else Aggregate(kind, id)
    if isinstance(body, ConsentChange):
        return Aggregate("consent", body.customer_id)
    if isinstance(body, DraftChange):
        return Aggregate("draft-order", body.draft_id)
    return Aggregate(kind, id)
