"""Hook subscriptions made through the Admin API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from muniment_kit.errors import Rejected
from muniment_shopify.client import AdminClient
from muniment_shopify.hooks import topic_enum
from muniment_shopify.operations import operation


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription: ``topic`` as an enum (``ORDERS_CREATE``), ``uri`` where hooks go."""

    gid: str
    topic: str
    uri: str


async def subscriptions(client: AdminClient) -> AsyncIterator[Subscription]:
    """Yield every subscription of this app in the shop; those of ``shopify.app.toml`` are not among them."""
    after = None
    while True:
        answer = await client.execute(operation("webhook_subscriptions_list"), {"after": after})
        page = answer.data["webhookSubscriptions"]
        for node in page["nodes"]:
            yield Subscription(node["id"], node["topic"], node["uri"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


async def subscribe(client: AdminClient, hooks: Iterable[str], uri: str) -> list[str]:
    """Subscribe ``uri`` to each of ``hooks`` (``orders/create``) that it is not yet subscribed to; return
    those added.

    Raises ``Rejected`` when Shopify refuses one, ``KeyError`` for a topic the Admin API cannot subscribe to.
    """
    there = {(found.topic, found.uri) async for found in subscriptions(client)}
    missing = [hook for hook in hooks if (topic_enum(hook), uri) not in there]
    for hook in missing:
        # Repeatable: Shopify refuses a second subscription of the same topic and address.
        variables = {"topic": topic_enum(hook), "sub": {"uri": uri, "format": "JSON"}}
        answer = await client.execute(operation("webhook_subscription_create"), variables, repeatable=True)
        refusals = answer.data["webhookSubscriptionCreate"]["userErrors"]
        if refusals:
            raise Rejected(
                f"Shopify refuses the subscription to {hook}. Check the address and the app's scopes."
            )
    return missing
