"""How often the shops are compared with what was recorded, and how far back."""

from __future__ import annotations

from muniment_kit.settings import Count, Seconds
from shopify_ingest.settings.record import RecordSettings


class ReconcileSettings(RecordSettings):
    """What ``reconcile`` needs: a way to ask the Admin API of every shop, and its rhythm."""

    reconcile_every_s: Seconds = 60.0
    """How often what changed lately is listed and compared."""
    reconcile_settle_s: Seconds = 120.0
    """How long something must stay missing before it counts as lost: hooks on their way need that long."""
    reconcile_overlap_s: Seconds = 120.0
    """How far before the last one each listing begins: Shopify's search index lags behind."""
    reconcile_complete_every_s: Seconds = 24 * 3600.0
    """How often every object of a shop is compared, which also finds what was deleted."""
    reconcile_lookback_s: Seconds = 24 * 3600.0
    """How far back watching begins when a shop is watched for the first time; older is left to a backfill."""
    reconcile_at_once: Count = 4
    """How many lost objects are fetched at the same time."""
    subscriptions_every_s: Seconds = 300.0
    """How often it is looked whether each shop still grants what the flows need and sends every hook."""
