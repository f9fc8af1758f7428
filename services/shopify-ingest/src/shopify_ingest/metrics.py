"""The metrics of shopify-ingest, each a constant."""

from __future__ import annotations

from muniment_kit.metrics import counter, gauge, histogram

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
# Hooks that were put into the journal because Kafka was away or slow, and wait there for it.
JOURNAL_HOOKS = gauge("hook_journal_hooks", "Hooks in the journal that Kafka has not acknowledged yet.")
JOURNAL_BYTES = gauge("hook_journal_bytes", "Bytes that the journal takes on disk.")
HOOKS_JOURNALED = counter("hooks_journaled_total", "Hooks that were put into the journal.")
# One write and fsync, for as many hooks as came in during the one before.
JOURNAL_SYNC_SECONDS = histogram(
    "hook_journal_sync_seconds",
    "Time until the disk has what was written to the journal.",
    (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
# What reconciliation found lost and published, by kind of object and by how: missing (nothing was told),
# stale (an older state was), lacking (a fact was not), deleted.
RECONCILED = counter(
    "reconcile_found_total", "Objects found lost by reconciliation, by how.", "shop", "kind", "standing"
)
# Suspected now: not seen in commerce.*, and perhaps still on their way.
RECONCILE_SUSPECTS = gauge("reconcile_suspects", "Objects not seen in commerce topics yet.", "shop", "kind")
# Age of what is proved: since when everything the shop listed was seen in commerce.*. Alert on this one.
RECONCILE_AGE = gauge(
    "reconcile_age_seconds", "Time since everything that the shop listed was seen.", "shop", "kind"
)
RECONCILE_COMPLETE = gauge(
    "reconcile_complete_timestamp_seconds", "When a shop was last compared completely.", "shop", "kind"
)
RECONCILE_SWEEPS = counter(
    "reconcile_sweeps_total", "Comparisons by how they ended: done or failed.", "shop", "kind", "outcome"
)
# What comparing and making good cost of the shop's points; see also how much record leaves of them.
RECONCILE_POINTS = counter("reconcile_points_total", "Points of the Admin API that it used.", "shop")
RECONCILE_IS_ACTIVE = gauge(
    "reconcile_is_active", "1 in the process that reconciles, 0 in those that stand by."
)
# Bodies too large for a record: stored in the blob store, or failed and left in the record.
BODIES_SET_APART = counter(
    "hook_bodies_set_apart_total", "Large bodies by outcome: stored or failed.", "outcome"
)
# What became of hooks in record: recorded, kept (in shopify.hooks only), repeated (delivered before).
HOOKS_RECORDED = counter(
    "hooks_recorded_total", "Hooks handled by record, by what became of them.", "outcome"
)
# What the flows of a shop lack: alert when it is above 0. A scope was withdrawn, or a flow was switched on.
SCOPES_MISSING = gauge("shop_scopes_missing", "Access scopes that a flow lacks in a shop.", "shop", "flow")
# Shopify deletes a subscription after 8 failures in a row and says nothing: alert on any increase.
SUBSCRIPTIONS_LOST = counter(
    "hook_subscriptions_lost_total", "Hook subscriptions that were there and are gone.", "shop"
)
# Made or made right by reconcile: at the start, after a loss, or when one was changed by hand.
SUBSCRIPTIONS_MENDED = counter(
    "hook_subscriptions_mended_total", "Hook subscriptions that were made, or made right.", "shop"
)
SUBSCRIPTIONS_LACKING = gauge(
    "hook_subscriptions_lacking", "Hooks wanted of a shop that cannot be subscribed to.", "shop"
)
