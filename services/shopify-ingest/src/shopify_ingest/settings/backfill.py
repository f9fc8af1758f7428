"""How quickly history is loaded."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Gt

from muniment_kit.settings import Count
from shopify_ingest.settings.reconcile import ReconcileSettings


class BackfillSettings(ReconcileSettings):
    """What ``muniment backfill`` needs: a way to ask the Admin API of every shop, and its pace."""

    backfill_rows_per_s: Annotated[float, Gt(0)] | None = None
    """Most orders a second that history is loaded with; without it as quickly as the points allow."""
    backfill_at_once: Count = 4
    """How many orders are asked for at the same time."""
