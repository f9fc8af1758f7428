"""Connections: pages of a list, with opaque cursors that stay right while the list changes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from graphql import GraphQLError

T = TypeVar("T")
Key = tuple[str | int, ...]

MAX_PAGE = 250


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Edge:
    cursor: str
    node: object


@dataclass(frozen=True, slots=True)
class Page:
    """One page; ``keys`` are the places of its nodes in the whole list."""

    nodes: Sequence[object]
    keys: Sequence[Key]
    more_after: bool
    more_before: bool

    @property
    def edges(self) -> list[Edge]:
        return [Edge(_cursor(key), node) for key, node in zip(self.keys, self.nodes, strict=True)]

    @property
    def page_info(self) -> PageInfo:
        return PageInfo(
            self.more_after,
            self.more_before,
            _cursor(self.keys[0]) if self.keys else None,
            _cursor(self.keys[-1]) if self.keys else None,
        )


@dataclass(frozen=True, slots=True)
class Count:
    count: int
    precision: str = "EXACT"


def page(items: Sequence[T], args: dict[str, Any], key: Callable[[T], Key] | None = None) -> Page:
    """Return the page that ``first``/``after``/``last``/``before``/``reverse`` ask for.

    ``key`` places an item in the list (ascending); without it items keep their order and are placed by
    position.
    Raises GraphQLError as Shopify does for a missing or too large page size.
    """
    first, last = sizes_in(args)
    keyed = [((place,) if key is None else key(item), item) for place, item in enumerate(items)]
    if key is not None:
        keyed.sort(key=lambda pair: pair[0])
    backwards = bool(args.get("reverse"))
    if backwards:
        keyed.reverse()
    start, end = 0, len(keyed)
    if args.get("after"):
        after = key_in(args["after"])
        start = sum(1 for place, _ in keyed if (place >= after if backwards else place <= after))
    if args.get("before"):
        before = key_in(args["before"])
        end = sum(1 for place, _ in keyed if (place > before if backwards else place < before))
    if first is not None:
        stop = min(start + first, end)
        begin = start
    else:
        begin, stop = max(end - (last or 0), start), end
    chosen = keyed[begin:stop]
    return Page([item for _, item in chosen], [place for place, _ in chosen], stop < len(keyed), begin > 0)


def sizes_in(args: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return ``first`` and ``last``; raises GraphQLError for none, for a negative and for a too large one."""
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise GraphQLError("you must provide one of first or last", extensions={"code": "BAD_REQUEST"})
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 0 <= size <= MAX_PAGE:
            message = f"{name} cannot exceed {MAX_PAGE}" if size > 0 else f"{name} cannot be negative"
            raise GraphQLError(message, extensions={"code": "BAD_REQUEST"})
    return first, last


def _cursor(key: Key) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode()


def key_in(cursor: str) -> Key:
    """Return the place that a cursor names; raises GraphQLError for one that names none."""
    try:
        return tuple(orjson.loads(base64.urlsafe_b64decode(cursor)))
    except (ValueError, TypeError) as error:
        raise GraphQLError("Invalid cursor for current pagination sort.") from error
