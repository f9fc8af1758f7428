"""What a table of resolvers is, and the few kinds of resolver that recur."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, Resolver, shop_of
from muniment_sandbox.shopify.graphql.paging import page

Fields = Mapping[str, Mapping[str, Resolver]]
"""Type name → field name → resolver."""


def merged(*tables: Fields) -> dict[str, dict[str, Resolver]]:
    """Join tables; a type may be spread over several modules."""
    joined: dict[str, dict[str, Resolver]] = {}
    for table in tables:
        for type_name, fields in table.items():
            joined.setdefault(type_name, {}).update(fields)
    return joined


def paged(attribute: str) -> Resolver:
    """Page through a list that the source holds, in its order."""
    get: Callable[[Any], list[object]] = attrgetter(attribute)

    def resolve(source: object, _info: Info, **args: Any) -> object:
        return page(get(source), args)

    return resolve


def first_of(attribute: str) -> Resolver:
    """Return a plain list that the source holds, cut at ``first``."""
    get: Callable[[Any], list[object]] = attrgetter(attribute)

    def resolve(source: object, _info: Info, first: int | None = None) -> object:
        return get(source)[:first]

    return resolve


def value_of(path: str) -> Resolver:
    """Return an attribute under another name, or deeper inside."""
    get: Callable[[Any], object] = attrgetter(path)

    def resolve(source: object, _info: Info) -> object:
        return get(source)

    return resolve


def always(value: object) -> Resolver:
    """Return the same for every object: where this sandbox has no such thing."""

    def resolve(_source: object, _info: Info, **_args: object) -> object:
        return value

    return resolve


def its_order(source: Any, info: Info) -> object:
    """Return the order a part belongs to, None once it is deleted."""
    return shop_of(info).orders.get(source.order_number)


def moment_of(path: str) -> Resolver:
    """Return a moment under another name, or deeper inside, as the API spells moments."""
    get: Callable[[Any], object] = attrgetter(path)

    def resolve(source: object, _info: Info) -> object:
        return iso(get(source))

    return resolve


def iso(moment: object) -> str | None:
    """Return a moment as Shopify's DateTime: UTC, whole seconds, ``Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else None
