"""Hook subscriptions made through the Admin API: as many as are wanted, each as it is wanted.

Shopify deletes one whose deliveries failed eight times in a row, and says nothing. Those of
``shopify.app.toml`` are kept and are not shown here.
https://shopify.dev/docs/api/admin-graphql/2026-10/objects/WebhookSubscription
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from muniment_shopify.asking import Node, change, given
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ChangeRefused, ObjectGone
from muniment_shopify.flows import WantedHook
from muniment_shopify.hooks import ENUMS, topic_enum
from muniment_shopify.operations import operation

NAME_PREFIX = "muniment-"
_LONGEST_NAME = 50
_TOPICS = {enum: topic for topic, enum in ENUMS.items()}


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription: ``topic`` as an enum (``ORDERS_CREATE``), ``uri`` where hooks go."""

    gid: str
    topic: str
    uri: str
    format: str = "JSON"
    filter: str | None = None
    include_fields: tuple[str, ...] = ()
    name: str | None = None
    api_version: str | None = None

    @property
    def is_named_ours(self) -> bool:
        """Tell whether it has a name as we give it, wherever it leads."""
        return bool(self.name and self.name.startswith(NAME_PREFIX))


@dataclass(frozen=True, slots=True)
class SubscriptionReport:
    """What came of it, by topics as hooks name them; ``foreign`` are subscriptions that are not ours.

    ``refused`` are topics that Shopify does not let the app hear: a scope is missing, or the address is not
    accepted. ``removed`` were there more than once. ``unwanted`` are ours and left alone.
    ``other_version`` are ours whose bodies are of another API version than the client's: that is the app's to
    say, not the subscription's.
    """

    there: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    refused: tuple[str, ...]
    unwanted: tuple[str, ...]
    other_version: tuple[str, ...]
    foreign: tuple[Subscription, ...]

    @property
    def is_as_wanted(self) -> bool:
        """Tell whether nothing had to be done."""
        return not (self.added or self.changed or self.removed or self.refused)

    @property
    def heard(self) -> frozenset[str]:
        """Return the topics that are subscribed to as wanted now, unless it was only looked at."""
        return frozenset((*self.there, *self.added, *self.changed))


async def subscriptions(client: AdminClient) -> AsyncIterator[Subscription]:
    """Yield every subscription of this app in the shop; those of ``shopify.app.toml`` are not among them."""
    after = None
    while True:
        answer = await client.execute(operation("webhook_subscriptions_list"), given(after=after))
        page = answer.data["webhookSubscriptions"]
        for node in page["nodes"]:
            yield _read(node)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


async def reconcile_subscriptions(
    client: AdminClient, wanted: Sequence[WantedHook], uri: str, *, changes: bool = True
) -> SubscriptionReport:
    """Let ``uri`` be subscribed to each wanted hook once, in JSON and whole.

    Ours are those that lead to ``uri`` or have a name as we give it; others are left alone. Without
    ``changes`` it is only said what would be done. Sent again it does nothing, so a lost answer is sent
    again. Raises what ``AdminClient.execute`` raises.
    """
    listed = [each async for each in subscriptions(client)]
    keeper = _Keeper(client, uri, changes=changes)
    by_topic: dict[str, list[Subscription]] = {}
    for each in listed:
        if each.uri == uri or each.is_named_ours:
            by_topic.setdefault(each.topic, []).append(each)
    for hook in wanted:
        await keeper.keep(hook, by_topic.pop(topic_enum(hook.topic), []))
    others = (each.topic for each in listed if each.uri == uri and each.api_version != client.version)
    return keeper.report(
        other_version=tuple(_TOPICS.get(topic, topic) for topic in others),
        unwanted=tuple(_TOPICS.get(topic, topic) for topic in by_topic),
        foreign=tuple(each for each in listed if each.uri != uri and not each.is_named_ours),
    )


class _Keeper:
    """Goes through what is wanted, one hook after another, and notes what it did."""

    def __init__(self, client: AdminClient, uri: str, *, changes: bool) -> None:
        self._client = client
        self._uri = uri
        self._changes = changes
        self._notes: dict[str, list[str]] = {
            name: [] for name in ("there", "added", "changed", "removed", "refused")
        }

    def report(self, **more: Any) -> SubscriptionReport:
        noted: dict[str, Any] = {name: tuple(topics) for name, topics in self._notes.items()}
        return SubscriptionReport(**noted, **more)

    async def keep(self, hook: WantedHook, found: list[Subscription]) -> None:
        right = [each for each in found if self._is_right(hook, each)]
        kept = (right or found)[:1]
        try:
            if not kept:
                await self._create(hook)
                self._notes["added"].append(hook.topic)
            elif right:
                self._notes["there"].append(hook.topic)
            else:
                await self._update(hook, kept[0])
                self._notes["changed"].append(hook.topic)
            for each in found:
                if each not in kept:
                    await self._delete(each)
                    self._notes["removed"].append(hook.topic)
        except ChangeRefused:
            self._notes["refused"].append(hook.topic)

    def _is_right(self, hook: WantedHook, each: Subscription) -> bool:
        return (
            each.uri == self._uri
            and each.format == "JSON"
            and (each.filter or None) == hook.filter
            and not each.include_fields
        )

    async def _create(self, hook: WantedHook) -> None:
        if self._changes:
            wanted = given(uri=self._uri, format="JSON", filter=hook.filter, name=_name(hook.topic))
            variables = {"topic": topic_enum(hook.topic), "sub": wanted}
            # Repeatable: Shopify refuses a second subscription of the same topic and address.
            try:
                await change(self._client, "webhook_subscription_create", variables, repeatable=True)
            except ChangeRefused:
                there = [each async for each in subscriptions(self._client)]
                if not any((each.topic, each.uri) == (topic_enum(hook.topic), self._uri) for each in there):
                    raise

    async def _update(self, hook: WantedHook, each: Subscription) -> None:
        if self._changes:
            wanted = {"uri": self._uri, "format": "JSON", "filter": hook.filter or "", "includeFields": []}
            variables = {"id": each.gid, "sub": wanted}
            await change(self._client, "webhook_subscription_update", variables, repeatable=True)

    async def _delete(self, each: Subscription) -> None:
        if self._changes:
            try:
                await change(self._client, "webhook_subscription_delete", {"id": each.gid}, repeatable=True)
            except ObjectGone:
                return


def _name(topic: str) -> str:
    return (NAME_PREFIX + re.sub(r"[^a-z0-9_-]", "-", topic))[:_LONGEST_NAME]


def _read(node: Node) -> Subscription:
    return Subscription(
        gid=node["id"],
        topic=node["topic"],
        uri=node["uri"],
        format=node["format"],
        filter=node["filter"],
        include_fields=tuple(node["includeFields"]),
        name=node["name"],
        api_version=(node["apiVersion"] or {}).get("handle"),
    )
