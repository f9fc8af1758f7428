"""What a subscription gets of a body: filtered, with metafields, cut to the fields it wants.

Sources: https://shopify.dev/docs/apps/build/webhooks/delivery-filtering,
https://shopify.dev/docs/apps/build/webhooks/customize/modify-payloads
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from graphql import GraphQLError

from muniment_sandbox.shopify.graphql.search import Value, matching
from muniment_sandbox.shopify.hooks.rest_values import Body, local
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.metafields import Metafield, WithMetafields
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription

Wanted = dict[str, "Wanted | None"]
"""Field → which of its own fields are wanted; None is all of it."""


def payload_for(
    subscription: WebhookSubscription, body: Body, subject: Entity, zone: ZoneInfo
) -> Body | None:
    """Return what the subscription gets of the body, or None where its filter keeps it back.

    The filter sees the whole body. Metafields come with it when they are asked for, whatever
    ``includeFields`` says.
    """
    if subscription.filter and not passes(subscription.filter, body):
        return None
    payload = projected(body, subscription.include_fields)
    if isinstance(subject, WithMetafields) and (subscription.metafield_namespaces or subscription.metafields):
        payload = payload | {"metafields": list(_metafields(subscription, subject, zone))}
    return payload


def passes(query: str, body: Body) -> bool:
    """Say whether the body is as the search query wants it; fields within others are named with dots.

    A field that the body lacks is like one without a value. A query that cannot be read passes nothing.
    """
    try:
        return matching(query, _Fields(), [])(body)
    except GraphQLError:
        return False


def projected(body: Body, include_fields: Iterable[str]) -> Body:
    """Return only the wanted fields, ``variants.price`` and the like; all of them if none is named."""
    wanted: Wanted = {}
    for field in include_fields:
        _want(wanted, field.split("."))
    return _cut(body, wanted) if wanted else body


def _want(wanted: Wanted, path: list[str]) -> None:
    name, *rest = path
    if not rest:
        wanted[name] = None
        return
    inner = wanted.setdefault(name, {})
    if inner is not None:
        _want(inner, rest)


def _cut(value: Any, wanted: Wanted | None) -> Any:
    if wanted is None:
        return value
    if isinstance(value, list):
        return [_cut(each, wanted) for each in value]
    if isinstance(value, dict):
        return {name: _cut(inner, wanted[name]) for name, inner in value.items() if name in wanted}
    return value


class _Fields(Mapping[str, Value[Body]]):
    """Every name is a term: it reads what the body has at that path."""

    def __getitem__(self, name: str) -> Value[Body]:
        path = name.split(".")
        return lambda body: _at(body, path)

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _at(value: Any, path: list[str]) -> object:
    """Return what is at the path; of a list, what is there in any of its items."""
    if isinstance(value, list):
        found = [_at(each, path) for each in value]
        return [inner for each in found for inner in (each if isinstance(each, list) else [each])]
    if not path:
        return value
    return _at(value.get(path[0]), path[1:]) if isinstance(value, dict) else None


def _metafields(
    subscription: WebhookSubscription, owner: WithMetafields, zone: ZoneInfo
) -> Iterator[dict[str, object]]:
    named = {(each.namespace, each.key) for each in subscription.metafields}
    for each in owner.own_metafields:
        if each.namespace in subscription.metafield_namespaces or (each.namespace, each.key) in named:
            yield _metafield(each, owner, zone)


def _metafield(metafield: Metafield, owner: WithMetafields, zone: ZoneInfo) -> dict[str, object]:
    """Return a metafield as the REST Admin API shows it; when it was made is not known here."""
    return {
        "id": metafield.number,
        "namespace": metafield.namespace,
        "key": metafield.key,
        "value": metafield.value,
        "description": None,
        "owner_id": owner.number,
        "created_at": local(metafield.updated_at, zone),
        "updated_at": local(metafield.updated_at, zone),
        "owner_resource": owner.owner_type.lower(),
        "type": metafield.type,
        "admin_graphql_api_id": metafield.id,
    }
