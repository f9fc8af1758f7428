"""Orders as reconciliation watches them, with their payments, refunds and shipments."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from muniment_contracts.bodies import CommerceChange, OrderChange
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.identifiers import order_key
from muniment_contracts.topics import Topic
from muniment_shopify.client import AdminClient
from muniment_shopify.listings import LISTINGS, ListingKind, changed_since, looks_of
from muniment_shopify.orders import OrderSnapshot, fetch_order
from shopify_ingest.reconcile.known import Digest, Told
from shopify_ingest.reconcile.objects import State, digest_of
from shopify_ingest.record.change import Change
from shopify_ingest.record.order_changes import changes_of_absence, changes_of_state

_UPDATE = "order.updated"
_LISTING = LISTINGS["order"]


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders, kind ``order``."""

    name: str = "order"
    listing: ListingKind = _LISTING
    topics: Sequence[Topic] = (
        Topic.COMMERCE_ORDERS,
        Topic.COMMERCE_PAYMENTS,
        Topic.COMMERCE_REFUNDS,
        Topic.COMMERCE_SHIPMENTS,
    )

    def recent(self, since: datetime) -> str:
        """See ``Watched.recent``."""
        return changed_since(since)

    def told(self, event: Event[CommerceChange], *, begin: datetime) -> Told | None:
        """See ``Watched.told``."""
        body = event.body
        if not isinstance(body, OrderChange) or not body.order_id:
            return None
        fact = None if body.change == _UPDATE else digest_of(event.id)
        if body.state == "gone":
            return Told(self.name, body.order_id, "gone", None, fact, frozenset(), None)
        order = OrderSnapshot.from_content(body.snapshot)
        shown = frozenset(
            digest_of(_id(body.shop, order.order_id, change))
            for change in changes_of_state(order, begin)
            if change.name != _UPDATE
        )
        return Told(self.name, body.order_id, "found", order.updated_at, fact, shown, _looks(order))

    async def fetch(self, client: AdminClient, id: str, *, since: datetime) -> State | None:
        """See ``Watched.fetch``."""
        order = await fetch_order(client, f"gid://shopify/Order/{id}")
        return None if order is None else state_of(order, client.shop.handle, since=since)

    def gone(self, shop: str, id: str, *, found_out_at: datetime) -> Sequence[Event[Any]]:
        """See ``Watched.gone``."""
        return [_event(change, shop, id, None) for change in changes_of_absence(found_out_at)]


def state_of(order: OrderSnapshot, shop: str, *, since: datetime) -> State:
    """Return the events of all that ``order`` shows since then, as ``record`` would have named them."""
    changes = changes_of_state(order, since)
    facts = [_event(change, shop, order.order_id, order) for change in changes if change.name != _UPDATE]
    updates = [_event(change, shop, order.order_id, order) for change in changes if change.name == _UPDATE]
    return State(order.updated_at, _looks(order), facts, updates[0] if updates else None)


def _looks(order: OrderSnapshot) -> Digest:
    return looks_of(orjson.loads(order.content)["order"], shown=_LISTING.looks)


def _id(shop: str, order_id: str, change: Change) -> str:
    return deterministic_id(shop, "order", order_id, *change.identity)


_TOPICS = {
    "payment": Topic.COMMERCE_PAYMENTS,
    "refund": Topic.COMMERCE_REFUNDS,
    "shipment": Topic.COMMERCE_SHIPMENTS,
    "delivery": Topic.COMMERCE_SHIPMENTS,
}


def _event(change: Change, shop: str, order_id: str, order: OrderSnapshot | None) -> Event[OrderChange]:
    snapshot = order.content if order else b""
    body = OrderChange(
        shop=shop,
        order_id=order_id,
        order_name=order.name if order else "",
        change=change.name,
        state="found" if order else "gone",
        occurred_at=change.occurred_at,
        updated_at=order.updated_at if order else None,
        snapshot=snapshot,
        snapshot_sha256=hashlib.sha256(snapshot).hexdigest(),
        part=change.part,
        reconciled=True,
    )
    id = _id(shop, order_id, change)
    return Event(
        topic=_TOPICS.get(change.name.partition(".")[0], Topic.COMMERCE_ORDERS),
        key=order_key(shop, order_id),
        id=id,
        type=change.name,
        source="shopify-ingest",
        subject=f"order/{order_id}",
        time=change.occurred_at,
        body=body,
        correlation_id=id,
    )
