"""The metrics of shopify-ingest, each a constant."""

from __future__ import annotations

from muniment_kit.metrics import counter

# Hooks stored and acknowledged by Kafka, by verdict: accepted, unknown-topic or malformed.
HOOKS_ACCEPTED = counter("hooks_accepted_total", "Hooks stored durably, by verdict.", "verdict")
# Hooks not stored, by reason: unsigned, wrong-signature, wrong-shop, no-topic, too-large, overloaded or not-
# acknowledged.
HOOKS_REFUSED = counter("hooks_refused_total", "Hooks refused, by reason.", "reason")
