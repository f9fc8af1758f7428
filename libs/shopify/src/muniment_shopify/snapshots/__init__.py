"""The objects of a shop as they are now: each kind read whole, as one canonical document."""

from __future__ import annotations

from muniment_shopify.snapshots.kinds import KINDS, fetch_snapshot, snapshot_from
from muniment_shopify.snapshots.owners import PARTS, find_owner
from muniment_shopify.snapshots.snapshot import Snapshot, canonical

__all__ = ["KINDS", "PARTS", "Snapshot", "canonical", "fetch_snapshot", "find_owner", "snapshot_from"]
