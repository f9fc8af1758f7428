"""What a resolver knows of the request it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo

from muniment_sandbox.shopify.state.shop import Shop


@dataclass
class Request:
    """One GraphQL request to one shop."""

    shop: Shop
    api_version: str
    search_warnings: list[dict[str, Any]] = field(default_factory=list)


Info: TypeAlias = GraphQLResolveInfo[Request]


def shop_of(info: Info) -> Shop:
    """Return the shop being asked."""
    return info.context.shop
