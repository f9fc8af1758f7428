"""The ways in: anything by its global id, orders by search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError

from muniment_sandbox.shopify.graphql.access import TYPE_SCOPES, require
from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import Count
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.graphql.resolvers.listing import (
    Places,
    by_creation,
    by_id,
    by_processing,
    by_update,
    counted,
    listed,
)
from muniment_sandbox.shopify.graphql.search import ORDER_TERMS
from muniment_sandbox.shopify.graphql.sources import TYPE_NAMES
from muniment_sandbox.shopify.state.entities import Entity, number_of
from muniment_sandbox.shopify.state.fulfillments import Fulfillment
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refunds import Refund

_ORDER_PLACES: Places[Order] = {
    "PROCESSED_AT": by_processing,
    "CREATED_AT": by_creation,
    "CURRENT_TOTAL_PRICE": lambda order: (
        order.totals.current_total_price_set.shop_money.minor,
        order.number,
    ),
    "ID": by_id,
    "ORDER_NUMBER": lambda order: (order.sequence,),
    "TOTAL_PRICE": lambda order: (order.totals.total_price_set.shop_money.minor, order.number),
    "UPDATED_AT": by_update,
}


def _by_id(kind: type[Entity]) -> Callable[..., object]:
    def find(_root: object, info: Info, id: str) -> object:
        return shop_of(info).get(kind, _checked(id))

    return find


def _node(_root: object, info: Info, id: str) -> object:
    return _as_node(shop_of(info).entity(_checked(id)), info)


def _nodes(_root: object, info: Info, ids: Sequence[str]) -> object:
    return [_node_or_error(shop_of(info).entity(_checked(gid)), info) for gid in ids]


def _node_or_error(entity: Entity | None, info: Info) -> Entity | GraphQLError | None:
    """Return the node; an error in its place is null to the asker, and the other nodes are answered."""
    try:
        return _as_node(entity, info)
    except GraphQLError as denied:
        return denied


def _as_node(entity: Entity | None, info: Info) -> Entity | None:
    node = info.schema.get_type("Node")
    kind = info.schema.get_type(TYPE_NAMES.get(type(entity), ""))
    if entity is None or kind not in info.schema.get_possible_types(node):  # type: ignore[arg-type]  # Node is an interface
        return None
    needed = TYPE_SCOPES.get(TYPE_NAMES[type(entity)])
    if needed:
        require(info, needed)
    return entity


def _orders(_root: object, info: Info, **args: Any) -> object:
    return listed(info, args, Order, ORDER_TERMS, _ORDER_PLACES)


def _orders_count(_root: object, info: Info, **args: Any) -> object:
    count, limit = counted(info, args.get("query"), Order, ORDER_TERMS), args.get("limit")
    return Count(count) if limit is None or count <= limit else Count(limit, "AT_LEAST")


def _checked(gid: str) -> str:
    if number_of(gid) is None:
        raise GraphQLError(f"Invalid global id '{gid}'", extensions={"code": "argumentLiteralsIncompatible"})
    return gid


FIELDS: Fields = {
    "QueryRoot": {
        "fulfillment": _by_id(Fulfillment),
        "node": _node,
        "nodes": _nodes,
        "order": _by_id(Order),
        "orders": _orders,
        "ordersCount": _orders_count,
        "refund": _by_id(Refund),
    },
}
