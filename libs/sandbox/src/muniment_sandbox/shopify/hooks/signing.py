"""Signing and labelling a delivery.

Source: https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription


def signature(body: bytes, secret: str) -> str:
    """Return base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def headers_for(
    subscription: WebhookSubscription,
    shop_domain: str,
    body: bytes,
    *,
    secret: str,
    webhook_id: str,
    event_id: str,
    triggered_at: datetime,
) -> dict[str, str]:
    """Return all headers of the delivery; they stay the same when it is retried."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-API-Version": subscription.api_version.handle,
        "X-Shopify-Event-Id": event_id,
        "X-Shopify-Hmac-Sha256": signature(body, secret),
        "X-Shopify-Shop-Domain": shop_domain,
        "X-Shopify-Topic": subscription.header_topic,
        "X-Shopify-Triggered-At": triggered_at.strftime("%Y-%m-%dT%H:%M:%S.%f000Z"),
        "X-Shopify-Webhook-Id": webhook_id,
    }
    if subscription.name:
        headers["X-Shopify-Name"] = subscription.name
    return headers
