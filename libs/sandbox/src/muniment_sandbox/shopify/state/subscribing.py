"""Subscribing to hooks, and what Shopify refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.subscriptions import (
    WebhookSubscription,
    WebhookSubscriptionMetafieldIdentifier,
    enum_topics,
    header_topics,
)
from muniment_sandbox.shopify.versions import SCHEMA_VERSION, version_named

PRIVACY_TOPICS = ("customers/data_request", "customers/redact", "shop/redact")

_NAME = re.compile(r"^[A-Za-z0-9_-]{1,50}$")


@dataclass(frozen=True, kw_only=True)
class SubscriptionWish:
    """What an app asks for; ``topic`` is the enum name."""

    topic: str
    uri: str
    format: str = "JSON"
    filter: str | None = None
    include_fields: Sequence[str] = ()
    metafield_namespaces: Sequence[str] = ()
    metafields: Sequence[tuple[str, str]] = ()
    name: str | None = None
    api_version: str = SCHEMA_VERSION


def subscribe(books: Ledger, wish: SubscriptionWish) -> WebhookSubscription:
    """Create the subscription; raises NotPossible with Shopify's kind of message."""
    check(books, wish)
    now = books.clock.now()
    subscription = WebhookSubscription(
        number=books.numbers.next("WebhookSubscription"),
        topic=wish.topic,
        uri=wish.uri,
        api_version=version_named(wish.api_version),
        created_at=now,
        updated_at=now,
        format=wish.format,
        filter=wish.filter,
        include_fields=list(wish.include_fields),
        metafield_namespaces=list(wish.metafield_namespaces),
        metafields=[
            WebhookSubscriptionMetafieldIdentifier(namespace, key) for namespace, key in wish.metafields
        ],
        name=wish.name,
    )
    books.subscriptions.append(books.register(subscription))
    return subscription


def subscribe_to_privacy(books: Ledger, uri: str) -> None:
    """Subscribe an address to the topics of privacy law, as ``shopify.app.toml`` does."""
    books.app_subscriptions = _of_the_app(books, uri, PRIVACY_TOPICS)


def subscribe_app(books: Ledger, uri: str, topics: Sequence[str]) -> None:
    """Send these topics (header form) to an address as ``shopify.app.toml`` says: once, and for good.

    Such subscriptions are not listed by the API, and failures do not remove them.
    """
    has = {each.topic for each in books.app_subscriptions if each.uri == uri}
    enums = enum_topics()
    wanted = [enums.get(topic, topic) for topic in topics]
    books.app_subscriptions += _of_the_app(books, uri, [topic for topic in wanted if topic not in has])


def _of_the_app(books: Ledger, uri: str, topics: Sequence[str]) -> list[WebhookSubscription]:
    now = books.clock.now()
    return [
        WebhookSubscription(
            number=books.numbers.next("AppSubscription"),
            topic=topic,
            uri=uri,
            api_version=version_named(SCHEMA_VERSION),
            created_at=now,
            updated_at=now,
        )
        for topic in topics
    ]


def check(books: Ledger, wish: SubscriptionWish, *, instead_of: WebhookSubscription | None = None) -> None:
    """Raise NotPossible if the wish is not allowed."""
    if wish.topic not in header_topics():
        raise NotPossible("Invalid topic specified.")
    parts = urlsplit(wish.uri)
    if parts.scheme not in ("https", "http", "pubsub", "arn") or not (parts.netloc or parts.scheme == "arn"):
        raise NotPossible("Address is not a valid URI.")
    if wish.name is not None and not _NAME.match(wish.name):
        raise NotPossible("Name must be at most 50 letters, digits, hyphens and underscores.")
    if wish.topic.startswith("METAOBJECTS_") and not wish.filter:
        raise NotPossible("Filter is required for this topic.")
    for other in books.subscriptions:
        same = (other.topic, other.uri, other.filter) == (wish.topic, wish.uri, wish.filter)
        if same and other is not instead_of:
            raise NotPossible("Address for this topic has already been taken")


def change(books: Ledger, subscription: WebhookSubscription, changes: Mapping[str, Any]) -> None:
    """Write the fields of a checked wish onto the subscription."""
    for name, value in changes.items():
        pairs = (
            [WebhookSubscriptionMetafieldIdentifier(*pair) for pair in value]
            if name == "metafields"
            else value
        )
        setattr(subscription, name, pairs)
    subscription.updated_at = books.clock.now()


def unsubscribe(books: Ledger, subscription: WebhookSubscription) -> None:
    """Remove the subscription; hooks on their way still arrive."""
    if subscription in books.subscriptions:
        books.subscriptions.remove(subscription)
        books.forget(subscription)
