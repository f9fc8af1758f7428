"""Webhook subscriptions: listing, creating, changing, deleting."""

from __future__ import annotations

import dataclasses
from typing import Any

from muniment_sandbox.shopify.graphql.access import may_hear
from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import Count, page
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish, check
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription, header_topics


def _list(_root: object, info: Info, **args: Any) -> object:
    topics = args.get("topics")
    found = [each for each in shop_of(info).subscriptions if topics is None or each.topic in topics]
    return page(found, args)


def _count(_root: object, info: Info) -> object:
    return Count(len(shop_of(info).subscriptions))


def _one(_root: object, info: Info, id: str) -> object:
    return shop_of(info).get(WebhookSubscription, id)


def _create(_root: object, info: Info, topic: str, **args: Any) -> object:
    given = args["webhookSubscription"]
    request = info.context
    if not may_hear(info, header_topics()[topic]):
        error = {"field": ["topic"], "message": "You do not have access to this topic: its scope is missing."}
        return {"webhookSubscription": None, "userErrors": [error]}
    if not given.get("uri"):
        return _refused("uri", "Address can't be blank")
    try:
        wish = SubscriptionWish(topic=topic, api_version=request.api_version, **_wished(given))
        return {"webhookSubscription": request.shop.subscribe(wish), "userErrors": []}
    except NotPossible as refused:
        return _refused("callbackUrl" if "Address" in str(refused) else "name", str(refused))


def _update(_root: object, info: Info, id: str, **args: Any) -> object:
    shop = shop_of(info)
    subscription = shop.get(WebhookSubscription, id)
    if subscription is None:
        return {"webhookSubscription": None, "userErrors": [_missing()]}
    before = SubscriptionWish(
        topic=subscription.topic,
        uri=subscription.uri,
        format=subscription.format,
        filter=subscription.filter,
        name=subscription.name,
    )
    changes = _wished(args["webhookSubscription"])
    try:
        check(shop, dataclasses.replace(before, **changes), instead_of=subscription)
    except NotPossible as refused:
        return _refused("uri", str(refused))
    shop.change_subscription(subscription, changes)
    return {"webhookSubscription": subscription, "userErrors": []}


def _delete(_root: object, info: Info, id: str) -> object:
    shop = shop_of(info)
    subscription = shop.get(WebhookSubscription, id)
    if subscription is None:
        return {"deletedWebhookSubscriptionId": None, "userErrors": [_missing()]}
    shop.unsubscribe(subscription)
    return {"deletedWebhookSubscriptionId": subscription.id, "userErrors": []}


def _wished(given: dict[str, Any]) -> dict[str, Any]:
    names = {
        "uri": "uri",
        "format": "format",
        "filter": "filter",
        "includeFields": "include_fields",
        "metafieldNamespaces": "metafield_namespaces",
        "name": "name",
    }
    wished = {ours: given[theirs] for theirs, ours in names.items() if given.get(theirs) is not None}
    if given.get("metafields") is not None:
        wished["metafields"] = [
            (each.get("namespace") or "$app", each["key"]) for each in given["metafields"]
        ]
    return wished


def _refused(field: str, message: str) -> object:
    error = {"field": ["webhookSubscription", field], "message": message}
    return {"webhookSubscription": None, "userErrors": [error]}


def _missing() -> object:
    return {"field": ["id"], "message": "Webhook subscription does not exist"}


FIELDS: Fields = {
    "QueryRoot": {
        "webhookSubscription": _one,
        "webhookSubscriptions": _list,
        "webhookSubscriptionsCount": _count,
    },
    "Mutation": {
        "webhookSubscriptionCreate": _create,
        "webhookSubscriptionUpdate": _update,
        "webhookSubscriptionDelete": _delete,
    },
}
