"""Webhook subscriptions and the names of their topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.versions import ApiVersion


@dataclass(frozen=True, slots=True)
class WebhookSubscriptionMetafieldIdentifier:
    namespace: str
    key: str


@dataclass(eq=False, kw_only=True)
class WebhookSubscription(Entity):
    """Where one topic is to be sent. ``topic`` is the enum name, as ``ORDERS_CREATE``.

    A topic of privacy law, which the enum lacks, stands in its header form.
    """

    gid_type: ClassVar[str] = "WebhookSubscription"
    topic: str
    uri: str
    api_version: ApiVersion
    created_at: datetime
    updated_at: datetime
    format: str = "JSON"
    filter: str | None = None
    include_fields: Sequence[str] = field(default_factory=list)
    metafield_namespaces: Sequence[str] = field(default_factory=list)
    metafields: Sequence[WebhookSubscriptionMetafieldIdentifier] = field(default_factory=list)
    name: str | None = None

    @property
    def header_topic(self) -> str:
        return header_topics().get(self.topic, self.topic)


@cache
def header_topics() -> dict[str, str]:
    """Return the header form of every topic of 2026-10, as ``ORDERS_CREATE`` → ``orders/create``."""
    text = (files("muniment_sandbox.shopify") / "data" / "webhook_topics.txt").read_text("utf-8")
    return dict(row.split(" ", 1) for row in text.splitlines())


@cache
def enum_topics() -> dict[str, str]:
    """Return the enum name of every header form."""
    return {header: name for name, header in header_topics().items()}
