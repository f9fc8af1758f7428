"""``shopify-ingest receive``, ``record`` or ``reconcile``: settings, collaborators, run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from muniment_kit.blobs import Blobs
from muniment_kit.metrics import PeerMetrics
from muniment_kit.runner import run
from muniment_kit.service import Service
from muniment_kit.settings import KitSettings, load
from shopify_ingest.app import NAME, build_receive, build_reconcile, build_record
from shopify_ingest.record import Deliveries, ShopObjects, remember
from shopify_ingest.required_scopes import require_scopes
from shopify_ingest.settings import ReceiveSettings, ReconcileSettings, RecordSettings
from shopify_ingest.shop_watch import watching_shops
from shopify_ingest.shops import admin_clients


def main() -> None:
    """Run the role named on the command line until it is told to stop."""
    parser = argparse.ArgumentParser(
        "shopify-ingest",
        description="Accept Shopify's hooks (receive), record what they are about (record), find what never "
        "arrived (reconcile).",
    )
    parser.add_argument("role", choices=list(_ROLES))
    sys.exit(_ROLES[parser.parse_args().role]())


def _receive() -> int:
    kit, settings = load(KitSettings), load(ReceiveSettings)
    lasts = not kit.blobs_url.startswith("memory:")
    blobs = Blobs(kit.blobs_url) if lasts else None
    return run(build_receive(settings, blobs=blobs), kit, name="shopify-ingest receive")


def _record() -> int:
    kit, settings = load(KitSettings), load(RecordSettings)

    @asynccontextmanager
    async def service() -> AsyncIterator[Service]:
        deliveries = Deliveries()
        async with admin_clients(settings, observer=PeerMetrics()) as clients:
            await require_scopes(clients, settings.shops())
            await remember(deliveries, kit, service=NAME, records=settings.remembered_hooks)
            yield build_record(
                objects=ShopObjects(clients), deliveries=deliveries, blobs=Blobs(kit.blobs_url)
            )

    return run(service, kit, name="shopify-ingest record")


def _reconcile() -> int:
    kit, settings = load(KitSettings), load(ReconcileSettings)

    @asynccontextmanager
    async def service() -> AsyncIterator[Service]:
        async with admin_clients(settings, observer=PeerMetrics()) as clients:
            await require_scopes(clients, settings.shops())
            watch = partial(watching_shops, settings=settings, clients=clients)
            yield build_reconcile(settings, kit=kit, clients=clients, beside=[watch])

    return run(service, kit, name="shopify-ingest reconcile")


_ROLES = {"receive": _receive, "record": _record, "reconcile": _reconcile}


if __name__ == "__main__":
    main()
