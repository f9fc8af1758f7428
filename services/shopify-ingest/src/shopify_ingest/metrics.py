"""The metrics of shopify-ingest, each a constant."""

from __future__ import annotations

from muniment_kit.metrics import counter, histogram

# Hooks stored and acknowledged by Kafka, by verdict: accepted, unknown-topic or malformed.
HOOKS_ACCEPTED = counter("hooks_accepted_total", "Hooks stored durably, by verdict.", "verdict")
# Hooks stored, by which of its shop's secrets signed each. While a secret is rotated, the old one may go when
# its series stands still.
HOOKS_BY_SECRET = counter(
    "hooks_by_secret_total",
    "Hooks stored, by the position of the secret that signed them: 1 is the newest.",
    "secret",
)
# Hooks not stored, by reason: the list is shopify_ingest.receive.refusals.REFUSALS.
HOOKS_REFUSED = counter("hooks_refused_total", "Hooks refused, by reason.", "reason")
# From a request's headers to its answer; Shopify waits 5 s.
HOOK_SECONDS = histogram(
    "hook_seconds",
    "Time from a hook's headers to its answer.",
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
