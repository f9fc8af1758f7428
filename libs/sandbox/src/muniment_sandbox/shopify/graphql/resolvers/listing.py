"""Root connections: what a search finds, sorted by a key, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from graphql import GraphQLError

from muniment_sandbox.shopify.graphql.asking import Info
from muniment_sandbox.shopify.graphql.paging import Key, Page, page
from muniment_sandbox.shopify.graphql.search import Terms, matching
from muniment_sandbox.shopify.state.entities import Entity

E = TypeVar("E", bound=Entity)

Places = Mapping[str, Callable[[E], Key]]
"""Sort key → where an item stands; the first one is the default."""


def found(
    info: Info, args: Mapping[str, Any], items: Iterable[E], terms: Terms[E], places: Places[E]
) -> Page:
    """Return the page of the items that ``query`` finds, by ``sortKey``."""
    sort_key = args.get("sortKey") or next(iter(places))
    place = places.get(sort_key)
    if place is None:
        message = f"This sandbox cannot sort {info.field_name} by {sort_key}."
        raise GraphQLError(message, extensions={"code": "BAD_REQUEST"})
    matches = matching(args.get("query"), terms, info.context.search_warnings)
    return page([item for item in items if matches(item)], dict(args), key=place)


def by_id(entity: Entity) -> Key:
    """Place an entity by its id."""
    return (entity.number,)


def by_update(entity: Any) -> Key:
    """Place an entity by the time of its last change."""
    return (entity.updated_at.isoformat(), entity.number)


def by_creation(entity: Any) -> Key:
    """Place an entity by the time it came into being."""
    return (entity.created_at.isoformat(), entity.number)
