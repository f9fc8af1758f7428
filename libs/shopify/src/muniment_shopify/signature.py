"""Whether a hook comes from Shopify: HMAC-SHA256 over the raw body, keyed with the app's client secret.

https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence


def is_signed(body: bytes, header: str | None, secrets: Sequence[bytes]) -> bool:
    """Tell whether ``header`` (base64) signs the raw ``body`` with one of ``secrets``.

    Never raises: a missing, non-ASCII or non-base64 header is simply not a signature. Every secret is tried,
    so the time taken does not tell which one fits. Empty secrets sign nothing.
    """
    claimed = _decoded(header)
    if claimed is None:
        return False
    fits = False
    for secret in secrets:
        expected = hmac.new(secret, body, hashlib.sha256).digest()
        fits |= hmac.compare_digest(expected, claimed) and bool(secret)
    return fits


def _decoded(header: str | None) -> bytes | None:
    if not header:
        return None
    try:
        return base64.b64decode(header.encode("ascii"), validate=True)
    except ValueError:  # not ASCII, or not base64
        return None
