"""Accepts signed Shopify hooks durably, and records the current state of what they are about.

Two roles of one service: ``receive`` listens and publishes, ``record`` consumes what was received.
"""

from __future__ import annotations

from functools import partial

from muniment_contracts.topics import Topic
from muniment_kit.service import Service, coalesced
from muniment_shopify.hook_bodies import BlobWriter
from shopify_ingest.receive import listening
from shopify_ingest.record import CHANGE_TOPICS, Objects, record_hooks
from shopify_ingest.settings import ReceiveSettings


def build_receive(settings: ReceiveSettings, *, blobs: BlobWriter | None = None) -> Service:
    """Return the role that accepts hooks; ``blobs`` takes the bodies that are too large for a record."""
    return Service(
        "shopify-ingest",
        {},
        publishes=[Topic.SHOPIFY_HOOKS],
        beside=[partial(listening, settings=settings, blobs=blobs)],
        bridges_outages=bool(settings.journal),
    )


def build_record(*, objects: Objects) -> Service:
    """Return the role that records what the hooks are about: all waiting hooks of one object, one fetch."""
    return Service(
        "shopify-ingest",
        {Topic.SHOPIFY_HOOKS: coalesced(partial(record_hooks, objects=objects))},
        publishes=CHANGE_TOPICS,
    )
