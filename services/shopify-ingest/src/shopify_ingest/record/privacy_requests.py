"""Requests about a person's data: recorded exactly as they came, nothing is fetched. Pure.

https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance: they are to be acted on within 30 days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from muniment_contracts.bodies import CommerceChange, HookReference, PrivacyRequest
from muniment_contracts.events import Event
from muniment_shopify.aggregates import Aggregate
from shopify_ingest.record.change import Change
from shopify_ingest.record.events import event_by_hook
from shopify_ingest.record.hook import Hook
from shopify_ingest.record.subject import Subject
from shopify_ingest.record.telling import Told

OF_CUSTOMER, OF_SHOP = "privacy-of-customer", "privacy-of-shop"
REQUESTED = "privacy.requested"

_ANSWER_WITHIN = timedelta(days=30)
_REQUESTS: Mapping[str, str] = {
    "customers/data_request": "data-request",
    "customers/redact": "customer-redact",
    "shop/redact": "shop-redact",
}


def request_event(about: Aggregate, told: Told) -> Event[CommerceChange]:
    """Return the request as an event: one for each action of the merchant's or customer's."""
    received = told.event.body
    request = _REQUESTS[told.hook.topic]
    change = Change(REQUESTED, (REQUESTED, request, told.hook.action), received.received_at)
    body = PrivacyRequest(
        shop=received.shop,
        change=REQUESTED,
        state="found",
        occurred_at=received.received_at,
        updated_at=None,
        snapshot=received.body,
        snapshot_sha256=hashlib.sha256(received.body).hexdigest(),
        hooks=[HookReference(hook=told.hook.topic, webhook_id=received.webhook_id)],
        request=request,
        customer_id=about.id if about.kind == OF_CUSTOMER else None,
        orders=_orders_named_by(told.hook),
        due_at=received.received_at + _ANSWER_WITHIN,
    )
    return event_by_hook(change, Subject(shop=received.shop, about=about), body, told.event)


def _orders_named_by(hook: Hook) -> list[str]:
    for name in ("orders_requested", "orders_to_redact"):
        named = hook.body.get(name)
        if isinstance(named, list):
            return [str(id) for id in named if isinstance(id, int) and not isinstance(id, bool)]
    return []
