"""The kinds of objects that are watched."""

from __future__ import annotations

from collections.abc import Sequence

from shopify_ingest.reconcile.objects import Watched
from shopify_ingest.reconcile.orders import Orders

KINDS: Sequence[Watched] = (Orders(),)
