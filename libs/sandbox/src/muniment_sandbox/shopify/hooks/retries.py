"""When Shopify tries again.

Source: https://shopify.dev/changelog/updates-to-webhook-retry-mechanism: 8 retries within 4 hours,
exponentially.
"""

from __future__ import annotations

RETRIES = 8
WINDOW_S = 4 * 3600.0
TOTAL_TIMEOUT_S = 5.0
CONNECT_TIMEOUT_S = 1.0


def retry_delays_s() -> list[float]:
    """Return the pauses before each retry: each twice the one before, four hours in all."""
    first = WINDOW_S / (2**RETRIES - 1)
    return [first * 2**place for place in range(RETRIES)]
