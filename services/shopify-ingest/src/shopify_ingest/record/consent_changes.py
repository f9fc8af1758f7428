"""That a customer's consent changed: known by the channel, its state and Shopify's time of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from muniment_shopify.snapshots import Snapshot
from shopify_ingest.record.change import Change, each_once, since
from shopify_ingest.record.hook import Hook

CHANGED = "consent.changed"
CHANNELS = ("email", "sms", "whatsapp")

_CHANNEL_OF: Mapping[str, str] = {
    "customers_email_marketing_consent/update": "email",
    "customers_marketing_consent/update": "sms",
    "customers_whats_app_marketing_consent/update": "whatsapp",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """What a customer said to one channel; ``state`` is Shopify's word, ``None`` without an address."""

    channel: str
    state: str | None
    at: datetime | None


def changes_of(hooks: Iterable[Hook], shown: Snapshot) -> list[Change]:
    """Return the changes that ``hooks`` announce, each once, oldest first."""
    return each_once(_changed(consent_of(shown, channel_of(hook)), hook.triggered_at) for hook in hooks)


def changes_of_the_gone(hooks: Iterable[Hook]) -> list[Change]:
    """Return that something was said to a channel by a customer whom the shop no longer knows."""
    return each_once(_changed(Consent(channel_of(hook), None, None), hook.triggered_at) for hook in hooks)


def changes_of_state(shown: Snapshot, moment: datetime) -> list[Change]:
    """Return the consents that were given or withdrawn at or after ``moment``."""
    return since(moment, _facts(shown))


def channel_of(hook: Hook) -> str:
    """Return the channel that a consent hook is about."""
    return _CHANNEL_OF[hook.topic]


def consent_of(shown: Snapshot, channel: str) -> Consent:
    """Return what the customer said to ``channel``."""
    if channel == "email":
        said = shown.node.get("defaultEmailAddress") or {}
        return Consent(channel, said.get("marketingState"), _moment(said.get("marketingUpdatedAt")))
    name = "smsMarketingConsent" if channel == "sms" else "whatsAppMarketingConsent"
    said = (shown.node.get("defaultPhoneNumber") or {}).get(name) or {}
    return Consent(channel, said.get("state"), _moment(said.get("updatedAt")))


def _facts(shown: Snapshot) -> Iterator[Change]:
    for channel in CHANNELS:
        consent = consent_of(shown, channel)
        if consent.at is not None:
            yield _changed(consent, consent.at)


def _changed(consent: Consent, otherwise: datetime) -> Change:
    at = consent.at.isoformat() if consent.at else ""
    return Change(CHANGED, (CHANGED, consent.channel, consent.state or "", at), consent.at or otherwise)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
