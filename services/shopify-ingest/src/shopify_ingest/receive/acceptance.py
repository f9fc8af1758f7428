"""What we think of one delivery before anything is stored: pure, and cheap, because Shopify waits for the
answer.

The signature covers the body only (Shopify, "Verify webhook deliveries"), so the headers are checked against
the configured shop and nothing in them is trusted further.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.headers import valid_traceparent
from muniment_contracts.identifiers import key_of
from muniment_contracts.topics import Topic
from muniment_shopify.aggregates import Aggregate, aggregate_of
from muniment_shopify.hooks import HookHeaders, is_known_topic
from muniment_shopify.signature import signing_secret
from shopify_ingest.receive.refusals import NO_TOPIC, UNSIGNED, WRONG_SHOP, WRONG_SIGNATURE, Refused

SOURCE = "shopify-ingest"
EVENT_TYPE = "shopify.hook.received"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The delivery is stored as ``event``; ``status`` is answered once Kafka has acknowledged it."""

    event: Event[HookReceived]
    status: int
    verdict: str
    secret: int
    """Which of its shop's secrets signed it: 1 is the newest."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Judges deliveries for the shops that ``secrets`` names by handle, each with its secrets, the newest
    first.
    """

    secrets: Mapping[str, Sequence[bytes]]

    def judge(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> Accepted | Refused:
        """Return what is to be stored and answered, or why the delivery is refused.

        A body with a good signature is kept whatever is in it: an unknown topic is stored and answered 200, a
        body that is no JSON object is stored and answered 400.
        """
        headers = {name.lower(): _text(value) for name, value in headers.items()}  # names are ASCII tokens
        told = HookHeaders.of_lowered(headers)
        if told.signature is None:
            return UNSIGNED
        shop = told.shop if told.shop in self.secrets else None
        signed_by = signing_secret(body, told.signature, self._secrets_of(shop))
        if signed_by is None:
            return WRONG_SIGNATURE
        if shop is None:
            return WRONG_SHOP
        if not told.topic:
            return NO_TOPIC
        return self._accept(shop, told, headers, body, received_at, signed_by)

    def _secrets_of(self, shop: str | None) -> Sequence[bytes]:
        """Return the shop's secrets. Of a shop that is not ours all of them: who has none is told nothing."""
        if shop is not None:
            return self.secrets[shop]
        return [secret for secrets in self.secrets.values() for secret in secrets]

    def _accept(
        self,
        shop: str,
        told: HookHeaders,
        headers: Mapping[str, str],
        body: bytes,
        received_at: datetime,
        signed_by: int,
    ) -> Accepted:
        content = _object_in(body)
        verdict = (
            "malformed" if content is None else "accepted" if is_known_topic(told.topic) else "unknown-topic"
        )
        webhook_id = told.webhook_id or hashlib.sha256(body).hexdigest()
        about = (aggregate_of(told.topic, content) if content is not None else None) or _the_hook_itself(
            webhook_id
        )
        received = HookReceived(
            shop=shop,
            hook=told.topic,
            webhook_id=webhook_id,
            verdict=verdict,
            received_at=received_at,
            headers=dict(headers),
            body=body,
            event_id=told.event_id,
            api_version=told.api_version,
            triggered_at=told.triggered_at,
        )
        event = Event(
            topic=Topic.SHOPIFY_HOOKS,
            key=key_of(shop, about.kind, about.id),
            id=deterministic_id(shop, "hook", webhook_id),
            type=EVENT_TYPE,
            source=SOURCE,
            subject=f"{about.kind}/{about.id}",
            time=told.triggered_at or received_at,
            body=received,
            correlation_id=told.event_id or webhook_id,
            traceparent=valid_traceparent(headers.get("traceparent")),
        )
        return Accepted(event, 400 if verdict == "malformed" else 200, verdict, signed_by + 1)


def _object_in(body: bytes) -> Mapping[str, object] | None:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None


def _the_hook_itself(webhook_id: str) -> Aggregate:
    """Name a hook that does not say what it is about by its own id, in a form that fits into a key."""
    return Aggregate("hook", hashlib.sha256(webhook_id.encode()).hexdigest())


def _text(header: str) -> str:
    """Return a header as text that can be stored: bytes that were no UTF-8 are read as Latin-1 (RFC 9110)."""
    if header.isascii():
        return header
    raw = header.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
