"""What comes with a hook besides its body: the headers, and the topics Shopify knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources

from muniment_shopify.shop_domain import ShopDomain

HEADERS: Mapping[str, tuple[str, str]] = {
    # meaning: (classic webhooks, Events preview); names are matched in any case
    "signature": ("x-shopify-hmac-sha256", "shopify-hmac-sha256"),
    "topic": ("x-shopify-topic", "shopify-topic"),
    "shop_domain": ("x-shopify-shop-domain", "shopify-shop-domain"),
    "api_version": ("x-shopify-api-version", "shopify-api-version"),
    "webhook_id": ("x-shopify-webhook-id", "shopify-webhook-id"),
    "event_id": ("x-shopify-event-id", "shopify-event-id"),
    "triggered_at": ("x-shopify-triggered-at", "shopify-triggered-at"),
    "name": ("x-shopify-name", "shopify-handle"),
}
"""https://shopify.dev/docs/apps/build/webhooks/subscribe and
https://shopify.dev/docs/apps/build/events/verify-deliveries
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookHeaders:
    """The headers of one delivery. Only the body is signed: everything here is a claim.

    ``shop`` is the shop's handle, or ``None`` when the domain is missing or of no shop. ``topic`` is ``""``
    when missing. ``webhook_id`` is one delivery's (the same on its retries), ``event_id`` one merchant
    action's.
    """

    signature: str | None
    topic: str
    shop: str | None
    api_version: str | None
    webhook_id: str | None
    event_id: str | None
    triggered_at: datetime | None
    name: str | None

    @classmethod
    def parse(cls, headers: Mapping[str, str]) -> HookHeaders:
        """Read the headers under their classic or their Events name. Never raises."""
        return cls.of_lowered({name.lower(): value for name, value in headers.items()})

    @classmethod
    def of_lowered(cls, headers: Mapping[str, str]) -> HookHeaders:
        """Read headers whose names are in lower case, as ``parse`` does."""
        told = [_first(headers, classic, events) for classic, events in HEADERS.values()]
        signature, topic, shop_domain, api_version, webhook_id, event_id, triggered_at, name = told
        return cls(
            signature=signature,
            topic=topic or "",
            shop=_handle(shop_domain),
            api_version=api_version,
            webhook_id=webhook_id,
            event_id=event_id,
            triggered_at=_moment(triggered_at),
            name=name,
        )


def is_known_topic(topic: str) -> bool:
    """Tell whether Shopify 2026-10 knows this topic (``orders/create``), the privacy topics included."""
    return topic in TOPICS


def topic_enum(topic: str) -> str:
    """Return the ``WebhookSubscriptionTopic`` of a topic: ``orders/create`` → ``ORDERS_CREATE``.

    Raises ``KeyError`` for a topic that cannot be subscribed to through the Admin API.
    """
    return ENUMS[topic]


def _topics() -> tuple[frozenset[str], Mapping[str, str]]:
    text = resources.files("muniment_shopify").joinpath("hook_topics.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return frozenset(row[0] for row in rows), {row[0]: row[1] for row in rows if row[1] != "-"}


TOPICS, ENUMS = _topics()


def _first(headers: Mapping[str, str], classic: str, events: str) -> str | None:
    told = headers.get(classic) or headers.get(events)
    return told.strip() or None if told else None


@lru_cache(maxsize=256)
def _handle(domain: str | None) -> str | None:
    try:
        return ShopDomain(domain).handle if domain is not None else None
    except ValueError:
        return None


def _moment(text: str | None) -> datetime | None:
    """Return the time told, or ``None`` unless it is ISO 8601 with a zone. Shopify sends nanoseconds."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
