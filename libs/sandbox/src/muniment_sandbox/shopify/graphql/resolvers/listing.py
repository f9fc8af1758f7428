"""Root connections: what a search finds, sorted by a key, page by page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

from graphql import GraphQLError

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.indexes import Index, index_of, key_of
from muniment_sandbox.shopify.graphql.paging import Key, Page, key_in, page, sizes_in
from muniment_sandbox.shopify.graphql.search import Search, Terms, matching, read_search
from muniment_sandbox.shopify.state.entities import Entity

E = TypeVar("E", bound=Entity)

Places = Mapping[str, Callable[[E], Key]]
"""Sort key → where an item stands; the first one is the default."""


def by_id(entity: Entity) -> Key:
    """Place an entity by its id."""
    return key_of(entity, "number")


def by_update(entity: Entity) -> Key:
    """Place an entity by the time of its last change."""
    return key_of(entity, "updated_at")


def by_creation(entity: Entity) -> Key:
    """Place an entity by the time it came into being."""
    return key_of(entity, "created_at")


def by_processing(entity: Entity) -> Key:
    """Place an entity by the time it says it was processed."""
    return key_of(entity, "processed_at")


_INDEXED: Mapping[Callable[..., Key], str] = {
    by_id: "number",
    by_update: "updated_at",
    by_creation: "created_at",
    by_processing: "processed_at",
}
_TERMS = {
    "id": "number",
    "created_at": "created_at",
    "initiated_at": "initiated_at",
    "processed_at": "processed_at",
    "updated_at": "updated_at",
}
_FEWER = 8
"""By how much another index must narrow the search to be worth sorting what it finds."""


def found(
    info: Info, args: Mapping[str, Any], items: Iterable[E], terms: Terms[E], places: Places[E]
) -> Page:
    """Return the page of the items that ``query`` finds, by ``sortKey``: for lists that stay short."""
    matches = matching(args.get("query"), terms, info.context.search_warnings)
    place = _place(info, args, places)
    return page([item for item in items if matches(item)], dict(args), key=place)


def listed(
    info: Info,
    args: Mapping[str, Any],
    kind: type[E],
    terms: Terms[E],
    places: Places[E],
    *,
    where: Callable[[E], bool] | None = None,
) -> Page:
    """Return the page of all entities of a kind that ``query`` finds, by ``sortKey``, with the help of
    indexes.

    ``where`` is a condition that the query does not name.
    """
    place = _place(info, args, places)
    search = _narrowed(read_search(args.get("query"), terms, info.context.search_warnings), where)
    attribute = _INDEXED.get(place)
    narrowest = _narrowest(info, kind, search)
    if attribute is None:
        return page(list(_passing(info, kind, search, narrowest)), dict(args), key=place)
    index = index_of(shop_of(info), kind, attribute)
    low, high = index.between(search.bounds.get("id" if attribute == "number" else attribute))
    if narrowest is not None and (narrowest[2] - narrowest[1]) * _FEWER < high - low:
        return page(list(_passing(info, kind, search, narrowest)), dict(args), key=place)
    return _Walk(info, kind, search, index.keys, low, high).page(args)


def counted(info: Info, query: str | None, kind: type[E], terms: Terms[E]) -> int:
    """Return how many entities of a kind the query finds."""
    search = read_search(query, terms, info.context.search_warnings)
    if not query:
        return len(shop_of(info).numbered(kind))
    return sum(1 for _ in _passing(info, kind, search, _narrowest(info, kind, search)))


def _place(info: Info, args: Mapping[str, Any], places: Places[E]) -> Callable[[E], Key]:
    sort_key = args.get("sortKey") or next(iter(places))
    place = places.get(sort_key)
    if place is None:
        message = f"This sandbox cannot sort {info.field_name} by {sort_key}."
        raise GraphQLError(message, extensions={"code": "BAD_REQUEST"})
    return place


def _narrowed(search: Search[E], where: Callable[[E], bool] | None) -> Search[E]:
    if where is None:
        return search
    test = search.test
    return Search(lambda entity: where(entity) and test(entity), search.bounds)


def _narrowest(info: Info, kind: type[E], search: Search[E]) -> tuple[Index, int, int] | None:
    """Return the index that narrows the search most, and the positions within."""
    best: tuple[Index, int, int] | None = None
    for term, bounds in search.bounds.items():
        if term not in _TERMS:
            continue
        index = index_of(shop_of(info), kind, _TERMS[term])
        low, high = index.between(bounds)
        if best is None or high - low < best[2] - best[1]:
            best = (index, low, high)
    return best


def _passing(
    info: Info, kind: type[E], search: Search[E], narrowed: tuple[Index, int, int] | None
) -> Iterator[E]:
    known = cast(dict[int, E], shop_of(info).numbered(kind))
    if narrowed is None:
        return (entity for entity in known.values() if search.test(entity))
    index, low, high = narrowed
    entities = (known[cast(int, key[-1])] for key in index.keys[low:high])
    return (entity for entity in entities if search.test(entity))


class _Walk:
    """Walks along an index from where a cursor points until a page is full."""

    def __init__(
        self, info: Info, kind: type[E], search: Search[E], keys: Sequence[Key], low: int, high: int
    ) -> None:
        known = cast(dict[int, E], shop_of(info).numbered(kind))
        self._keys = keys
        self._low = low
        self._high = high
        self._item: Callable[[Key], object] = lambda key: known[cast(int, key[-1])]
        self._passes: Callable[[Key], bool] = lambda key: search.test(known[cast(int, key[-1])])

    def page(self, args: Mapping[str, Any]) -> Page:
        first, last = sizes_in(args)
        backwards = bool(args.get("reverse"))
        after, before = args.get("after"), args.get("before")
        low_cursor, high_cursor = (before, after) if backwards else (after, before)
        low, high = self._low, self._high
        try:
            if low_cursor:
                low = min(max(low, bisect_right(self._keys, key_in(low_cursor))), high)
            if high_cursor:
                high = max(min(high, bisect_left(self._keys, key_in(high_cursor))), low)
        except TypeError as error:
            raise GraphQLError("Invalid cursor for current pagination sort.") from error
        downwards = backwards if first is not None else not backwards
        size = first if first is not None else last or 0
        found = list(islice(self._matching(low, high, downwards=downwards), size + 1))
        chosen, more = found[:size], len(found) > size
        behind = self._any_behind(low, high, downwards=downwards)
        if downwards is not backwards:
            chosen.reverse()
        items = [self._item(key) for key in chosen]
        if first is not None:
            return Page(items, chosen, more_after=more, more_before=behind)
        return Page(items, chosen, more_after=behind, more_before=more)

    def _matching(self, low: int, high: int, *, downwards: bool) -> Iterator[Key]:
        positions = range(high - 1, low - 1, -1) if downwards else range(low, high)
        return (self._keys[at] for at in positions if self._passes(self._keys[at]))

    def _any_behind(self, low: int, high: int, *, downwards: bool) -> bool:
        """Return whether anything that passes lies on the side the walk came from."""
        behind = (
            self._matching(high, self._high, downwards=False)
            if downwards
            else self._matching(self._low, low, downwards=True)
        )
        return next(behind, None) is not None
