"""Asks the shops for objects: the one collaborator of ``record`` that reaches outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from muniment_shopify.aggregates import Aggregate
from muniment_shopify.client import AdminClient
from muniment_shopify.orders import OrderSnapshot, fetch_order
from muniment_shopify.snapshots import Snapshot, fetch_snapshot, find_owner
from shopify_ingest.shops import client_of

AnySnapshot: TypeAlias = OrderSnapshot | Snapshot


class Objects(Protocol):
    """Where the current state of a shop's objects is asked for."""

    async def order(self, shop: str, id: str) -> OrderSnapshot | None:
        """Return the order as it is now, ``None`` when ``shop`` no longer knows it."""

    async def fetch(self, shop: str, kind: str, id: str) -> Snapshot | None:
        """Return an object of another kind (``snapshots.KINDS``) as it is now, ``None`` if not known."""

    async def owner(self, shop: str, part: Aggregate) -> Aggregate | None:
        """Return what a part belongs to, ``None`` when ``shop`` no longer knows the part."""


@dataclass(frozen=True, slots=True)
class ShopObjects:
    """The objects of the installation's shops, through the Admin API of each.

    An event of a shop that is not among ``clients`` (by handle) is ``Retryable``: the settings are to be
    mended.
    """

    clients: Mapping[str, AdminClient]

    async def order(self, shop: str, id: str) -> OrderSnapshot | None:
        return await fetch_order(client_of(self.clients, shop), f"gid://shopify/Order/{id}")

    async def fetch(self, shop: str, kind: str, id: str) -> Snapshot | None:
        return await fetch_snapshot(client_of(self.clients, shop), kind, id)

    async def owner(self, shop: str, part: Aggregate) -> Aggregate | None:
        return await find_owner(client_of(self.clients, shop), part)
