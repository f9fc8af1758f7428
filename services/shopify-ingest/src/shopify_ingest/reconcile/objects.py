"""The kinds of objects that are watched: how one is listed, fetched, and told of by events.

What names the changes of a state is ``record``'s: a fact has the same id whoever finds it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from muniment_contracts.bodies import CommerceChange
from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_shopify.aggregates import Aggregate
from muniment_shopify.client import AdminClient
from muniment_shopify.listings import ListingKind, looks_of
from muniment_shopify.orders import OrderSnapshot, fetch_order
from muniment_shopify.snapshots import fetch_snapshot, snapshot_from
from shopify_ingest.reconcile.known import DIGEST_BYTES, Digest, Told
from shopify_ingest.record import (
    AnySnapshot,
    Change,
    Subject,
    changes_of_absence,
    changes_of_state,
    event_id,
    reconciled_events,
)

_ORDER = "order"


@dataclass(frozen=True, slots=True)
class State:
    """An object as fetched: the events of the facts it shows since some moment, and how it looks.

    ``update`` is the event that only says that the object changed into this state. ``looks`` is ``None``
    where looks are not compared.
    """

    updated_at: datetime
    looks: Digest | None
    facts: Sequence[Event[Any]]
    update: Event[Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One kind of object; ``name`` is also its kind in identities.

    ``id_in`` finds the object's id in the body of an event, ``None`` if it is about another kind. ``update``
    names the change that tells nothing but that the object changed. The first of ``listings`` is the kind's
    own; a row of another means that the object it names may have changed.
    """

    name: str
    topics: Sequence[Topic]
    listings: Sequence[ListingKind]
    id_in: Callable[[CommerceChange], str | None]
    update: str = ""

    def told(self, event: Event[CommerceChange], *, begin: datetime) -> Told | None:
        """Return what ``event`` says of an object of this kind, ``None`` if it is about none.

        Facts from before ``begin`` need not have been told. Raises ``Rejected`` for a snapshot that is none.
        """
        body = event.body
        id = self.id_in(body)
        if not id:
            return None
        fact = None if body.change == self.update else digest_of(event.id)
        if body.state == "gone":
            return Told(self.name, id, "gone", None, fact, frozenset(), None)
        subject = self._subject(body.shop, id, _snapshot(self.name, body.snapshot))
        shown = frozenset(digest_of(event_id(subject, change)) for change in self._facts(subject, begin))
        return Told(self.name, id, "found", body.updated_at, fact, shown, self._looks(subject))

    async def fetch(
        self, client: AdminClient, id: str, *, since: datetime, with_fulfillment_orders: bool = True
    ) -> State | None:
        """Return the object as it is now, ``None`` when the shop does not know it.

        The facts are those at or after ``since``; of an order also those of its fulfilment orders, which cost
        a query more.
        """
        snapshot = await self._fetched(client, id)
        if snapshot is None:
            return None
        subject = self._subject(client.shop.handle, id, snapshot)
        if self.name == _ORDER and with_fulfillment_orders:
            subject = replace(
                subject, fulfillment_orders=await fetch_snapshot(client, "fulfillment-orders", id)
            )
        return self._state(subject, since)

    def gone(self, shop: str, id: str, *, found_out_at: datetime) -> Sequence[Event[Any]]:
        """Return the events that say that the object is not there any more."""
        owner = id if self.name == _ORDER else None
        subject = Subject(shop=shop, about=Aggregate(self.name, id), owner=owner)
        return reconciled_events(changes_of_absence(self.name, found_out_at), subject)

    async def _fetched(self, client: AdminClient, id: str) -> AnySnapshot | None:
        if self.name == _ORDER:
            return await fetch_order(client, f"gid://shopify/Order/{id}")
        return await fetch_snapshot(client, self.name, id)

    def _state(self, subject: Subject, since: datetime) -> State:
        facts = reconciled_events(self._facts(subject, since), subject)
        updates = [change for change in changes_of_state(subject, since) if change.name == self.update]
        told = reconciled_events(updates, subject)
        assert subject.snapshot is not None
        return State(subject.snapshot.updated_at, self._looks(subject), facts, told[0] if told else None)

    def _facts(self, subject: Subject, since: datetime) -> list[Change]:
        return [change for change in changes_of_state(subject, since) if change.name != self.update]

    def _subject(self, shop: str, id: str, snapshot: AnySnapshot) -> Subject:
        return Subject(shop=shop, about=Aggregate(self.name, id), snapshot=snapshot)

    def _looks(self, subject: Subject) -> Digest | None:
        snapshot = subject.snapshot
        assert snapshot is not None
        return looks_of(self.listings[0], snapshot.node)


def digest_of(event_id: str) -> Digest:
    """Return what stands for the fact with this event id."""
    return uuid.UUID(event_id).bytes[:DIGEST_BYTES]


def by_topic(kinds: Sequence[Watched]) -> Mapping[Topic, Sequence[Watched]]:
    """Return which kinds the events of each topic may tell of."""
    topics = {topic for kind in kinds for topic in kind.topics}
    return {topic: [kind for kind in kinds if topic in kind.topics] for topic in topics}


def _snapshot(kind: str, content: bytes) -> AnySnapshot:
    return OrderSnapshot.from_content(content) if kind == _ORDER else snapshot_from(kind, content)
