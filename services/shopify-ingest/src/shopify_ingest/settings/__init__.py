"""Settings of shopify-ingest, from variables that begin with ``SHOPIFY_INGEST_``: a class for each role."""

from shopify_ingest.settings.backfill import BackfillSettings
from shopify_ingest.settings.receive import ReceiveSettings
from shopify_ingest.settings.reconcile import ReconcileSettings
from shopify_ingest.settings.record import RecordSettings
from shopify_ingest.settings.shop_access import ShopAccess
from shopify_ingest.settings.shops import ShopsSettings

__all__ = [
    "BackfillSettings",
    "ReceiveSettings",
    "ReconcileSettings",
    "RecordSettings",
    "ShopAccess",
    "ShopsSettings",
]
