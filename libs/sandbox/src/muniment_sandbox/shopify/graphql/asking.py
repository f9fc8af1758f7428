"""What a resolver knows of the request it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo

from muniment_sandbox.shopify.state.shop import Shop


@dataclass
class Request:
    """One GraphQL request to one shop. ``scopes`` are those of its token; None: it may do everything.

    ``origin`` is the address the asker reached the shop at: links to files start with it.
    """

    shop: Shop
    api_version: str
    scopes: frozenset[str] | None = None
    origin: str = ""
    search_warnings: list[dict[str, Any]] = field(default_factory=list)


Info: TypeAlias = GraphQLResolveInfo[Request]

Resolver = Callable[..., object]
"""A resolver: (source, info, **arguments) → value. graphql-core calls it; the arguments are those of the
SDL.
"""


def origin_of(info: Info) -> str:
    """Return the address the asker reached the shop at, without the last slash."""
    return info.context.origin or info.context.shop.public_url


def shop_of(info: Info) -> Shop:
    """Return the shop being asked."""
    return info.context.shop
