"""Whether a hook comes from Shopify: HMAC-SHA256 over the raw body, keyed with the app's client secret.

https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence


def is_signed(body: bytes, header: str | None, secrets: Sequence[bytes]) -> bool:
    """Tell whether ``header`` (base64) signs the raw ``body`` with one of ``secrets``; see
    ``signing_secret``.
    """
    return signing_secret(body, header, secrets) is not None


def signing_secret(body: bytes, header: str | None, secrets: Sequence[bytes]) -> int | None:
    """Return the position in ``secrets`` of the one with which ``header`` (base64) signs the raw ``body``.

    ``None`` if none fits. Never raises: a missing, non-ASCII or non-base64 header is simply not a signature.
    Every secret is tried, so the time taken does not tell which one fits. Empty secrets sign nothing.
    """
    claimed = _decoded(header)
    if claimed is None:
        return None
    fits = None
    for position, secret in enumerate(secrets):
        expected = hmac.digest(secret, body, "sha256")
        if hmac.compare_digest(expected, claimed) and secret and fits is None:
            fits = position
    return fits


def _decoded(header: str | None) -> bytes | None:
    if not header:
        return None
    try:
        return base64.b64decode(header.encode("ascii"), validate=True)
    except ValueError:  # not ASCII, or not base64
        return None
