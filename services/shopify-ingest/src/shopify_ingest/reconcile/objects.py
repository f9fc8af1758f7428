"""The kinds of objects that are watched: how one is listed, fetched, and told of by events."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from muniment_contracts.bodies import CommerceChange
from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_shopify.client import AdminClient
from muniment_shopify.listings import ListingKind
from shopify_ingest.reconcile.known import DIGEST_BYTES, Digest, Told


@dataclass(frozen=True, slots=True)
class State:
    """An object as fetched: the events of all facts it shows since some moment, and how it looks.

    ``update`` is the event that only says that the object changed into this state. ``looks`` is ``None``
    where the snapshot does not say.
    """

    updated_at: datetime
    looks: Digest | None
    facts: Sequence[Event[Any]]
    update: Event[Any] | None


class Watched(Protocol):
    """One kind of object. ``name`` is also the kind in keys and identities."""

    @property
    def name(self) -> str: ...

    @property
    def listing(self) -> ListingKind: ...

    @property
    def topics(self) -> Sequence[Topic]:
        """The topics on which events of such objects are."""

    def recent(self, since: datetime) -> str:
        """Return the search for what may have changed since then."""

    def told(self, event: Event[CommerceChange], *, begin: datetime) -> Told | None:
        """Return what ``event`` says of an object of this kind, ``None`` if it is about none.

        Facts from before ``begin`` need not have been told.
        """

    async def fetch(self, client: AdminClient, id: str, *, since: datetime) -> State | None:
        """Return the object as it is now, ``None`` when the shop does not know it.

        The facts are those at or after ``since``.
        """

    def gone(self, shop: str, id: str, *, found_out_at: datetime) -> Sequence[Event[Any]]:
        """Return the events that say that the object is not there any more."""


def digest_of(event_id: str) -> Digest:
    """Return what stands for the fact with this event id."""
    return uuid.UUID(event_id).bytes[:DIGEST_BYTES]


def by_topic(kinds: Sequence[Watched]) -> Mapping[Topic, Sequence[Watched]]:
    """Return which kinds the events of each topic may tell of."""
    topics = {topic for kind in kinds for topic in kind.topics}
    return {topic: [kind for kind in kinds if topic in kind.topics] for topic in topics}
