"""Bulk queries: run in the shop, downloaded as JSON Lines, given as trees in bounded memory.

https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

from __future__ import annotations

from muniment_shopify.bulk.objects import BulkObject
from muniment_shopify.bulk.reading import BulkBounds, bulk, is_flat, read_bulk
from muniment_shopify.bulk.running import (
    BulkProgress,
    FinishedBulk,
    cancel_bulk,
    start_bulk,
    wait_for_bulk,
)

__all__ = [
    "BulkBounds",
    "BulkObject",
    "BulkProgress",
    "FinishedBulk",
    "bulk",
    "cancel_bulk",
    "is_flat",
    "read_bulk",
    "start_bulk",
    "wait_for_bulk",
]
