"""The roles of shopify-ingest at work in this process, on a real broker and a real shop's API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from muniment_kit.clock import SystemClock
from muniment_kit.kafka import KafkaBroker
from muniment_kit.runner import serve
from muniment_kit.service import Service
from shopify_ingest.app import build_receive, build_reconcile, build_record
from shopify_ingest.record import ShopObjects
from shopify_ingest.settings import ReceiveSettings
from tests.integration.reconcile.desk import Desk, reconcile_settings


def receive_of(desk: Desk, port: int) -> Service:
    """Return the role that listens on ``port``."""
    secrets = (SecretStr(desk.shop.webhook_secret),)
    return build_receive(ReceiveSettings(shop=desk.shop.shop, webhook_secrets=secrets, port=port))


def record_of(desk: Desk) -> Service:
    """Return the role that records."""
    return build_record(objects=ShopObjects({desk.handle: desk.client}))


def reconcile_of(desk: Desk, **given: Any) -> Service:
    """Return the role that reconciles; ``given`` are its settings."""
    settings = reconcile_settings(desk.shop, **given)
    return build_reconcile(settings, kit=desk.kit, clients={desk.handle: desk.client})


@asynccontextmanager
async def at_work(desk: Desk, *services: Service) -> AsyncIterator[None]:
    """Run the roles beside the block; they end in good order."""
    stop = asyncio.Event()
    roles = [
        asyncio.create_task(
            serve(service, desk.kit, broker=KafkaBroker(desk.kit), clock=SystemClock(), stop=stop)
        )
        for service in services
    ]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*roles)
