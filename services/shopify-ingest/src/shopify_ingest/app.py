"""Accepts signed Shopify hooks durably, records what they are about, and finds what never arrived.

Three roles of one service: ``receive`` listens and publishes, ``record`` consumes what was received,
``reconcile`` compares the shops with what was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.blobs import Blobs
from muniment_kit.outcomes import Done
from muniment_kit.service import Beside, Service, coalesced
from muniment_kit.settings import KitSettings
from muniment_shopify.client import AdminClient
from shopify_ingest.app_hooks import notice_app_hooks
from shopify_ingest.hook_bodies import BlobReader, BlobWriter
from shopify_ingest.receive import listening
from shopify_ingest.reconcile.running import reconciling
from shopify_ingest.record import CHANGE_TOPICS, Deliveries, Objects, record_hooks
from shopify_ingest.settings import ReceiveSettings, ReconcileSettings

NAME = "shopify-ingest"


def build_receive(settings: ReceiveSettings, *, blobs: BlobWriter | None = None) -> Service:
    """Return the role that accepts hooks; ``blobs`` takes the bodies that are too large for a record."""
    return Service(
        NAME,
        {},
        publishes=[Topic.SHOPIFY_HOOKS],
        beside=[partial(listening, settings=settings, blobs=blobs)],
        bridges_outages=bool(settings.journal),
    )


def build_record(
    *, objects: Objects, deliveries: Deliveries | None = None, blobs: BlobReader | None = None
) -> Service:
    """Return the role that records what the hooks are about: all waiting hooks of one object, one fetch.

    ``deliveries`` are those that are known from before; ``blobs`` holds the bodies too large for a record.
    """
    record = partial(
        record_hooks,
        objects=objects,
        deliveries=Deliveries() if deliveries is None else deliveries,
        blobs=Blobs("memory://") if blobs is None else blobs,
    )

    async def handler(hooks: Sequence[Event[HookReceived]]) -> Done:
        notice_app_hooks(hooks)
        return await record(hooks)

    return Service(NAME, {Topic.SHOPIFY_HOOKS: coalesced(handler)}, publishes=CHANGE_TOPICS)


def build_reconcile(
    settings: ReconcileSettings,
    *,
    kit: KitSettings,
    clients: Mapping[str, AdminClient],
    beside: Sequence[Beside] = (),
) -> Service:
    """Return the role that compares the shops of ``clients`` (by handle) with what was recorded.

    ``beside`` are other watches over the shops that run in the same process.
    """
    comparing = partial(reconciling, settings=settings, kit=kit, clients=clients)
    return Service(
        NAME,
        {},
        publishes=[*CHANGE_TOPICS, Topic.SHOPIFY_KNOWN, Topic.SHOPIFY_PROGRESS],
        beside=[comparing, *beside],
    )
