"""Deliveries as Shopify makes them: a body, signed, with headers. A test names what is odd about one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Self

SECRET = "shpss_0123456789abcdef0123456789abcdef"
SHOP_DOMAIN = "northwind.myshopify.com"
BODY = b'{"id":5001,"admin_graphql_api_id":"gid://shopify/Order/5001","name":"#1001"}'


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request of Shopify's: what is posted, under which headers."""

    body: bytes
    headers: dict[str, str]

    def without(self, header: str) -> Self:
        """Return the same delivery lacking one header."""
        return replace(self, headers={name: text for name, text in self.headers.items() if name != header})

    def telling(self, **headers: str) -> Self:
        """Return the same delivery with other headers: ``telling(X_Shopify_Topic="…")``."""
        told = {name.replace("_", "-"): text for name, text in headers.items()}
        return replace(self, headers=self.headers | told)


def delivery(
    body: bytes = BODY,
    *,
    hook: str = "orders/create",
    webhook_id: str = "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    secret: str = SECRET,
) -> Delivery:
    """A signed delivery of ``hook`` with ``body``."""
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Topic": hook,
        "X-Shopify-Shop-Domain": SHOP_DOMAIN,
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
        "X-Shopify-Triggered-At": "2026-03-02T09:00:00.123456789Z",
        "X-Shopify-API-Version": "2026-10",
    }
    return Delivery(body, headers)


def order_body(size_bytes: int, *, order_id: int = 5001) -> bytes:
    """A JSON object about an order, exactly that large."""
    frame = b'{"id":%d,"note":"%%s"}' % order_id
    return frame % (b"x" * (size_bytes - len(frame % b"")))
