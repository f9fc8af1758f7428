"""A shop on paper: it knows one order or none, and the other objects it is given, and counts questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muniment_shopify.aggregates import Aggregate
from muniment_shopify.orders import OrderSnapshot
from muniment_shopify.snapshots import Snapshot


@dataclass
class PaperShop:
    """Fits ``shopify_ingest.record.Objects``. ``asked`` are the questions: kind and id of each."""

    known: OrderSnapshot | None = None
    others: Mapping[tuple[str, str], Snapshot] = field(default_factory=dict)
    owners: Mapping[Aggregate, Aggregate] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def order(self, shop: str, id: str) -> OrderSnapshot | None:
        self.asked.append(("order", id))
        return self.known

    async def fetch(self, shop: str, kind: str, id: str) -> Snapshot | None:
        self.asked.append((kind, id))
        return self.others.get((kind, id))

    async def owner(self, shop: str, part: Aggregate) -> Aggregate | None:
        self.asked.append((part.kind, part.id))
        return self.owners.get(part)
