"""Saying that something changed: its time moves, and the hooks of its kind are announced."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from muniment_sandbox.shopify.state.catalogue import ProductVariant
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.orders import Order

_HOOKS = {
    "Company": "companies/update",
    "CompanyLocation": "company_locations/update",
    "Customer": "customers/update",
    "DraftOrder": "draft_orders/update",
    "Product": "products/update",
}


@runtime_checkable
class Dated(Protocol):
    """Anything with a time of its last change."""

    updated_at: object


def touch(books: Ledger, entity: Entity) -> None:
    """Move ``updated_at`` and announce the update. Within an action."""
    if isinstance(entity, Order):
        books.changed(entity)
        return
    if isinstance(entity, Dated):
        entity.updated_at = books.clock.now()
    if entity.gid_type in _HOOKS:
        books.announce(entity, _HOOKS[entity.gid_type])
    if isinstance(entity, ProductVariant):
        touch(books, entity.product)
