"""Bodies too large for a record go to the blob store before their record is written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.blobs import BlobStoreUnavailable
from muniment_kit.log import logger
from shopify_ingest.hook_bodies import BlobWriter, with_body_apart
from shopify_ingest.metrics import BODIES_SET_APART

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class LargeBodies:
    """Decides where a body lies: above ``record_body_bytes`` in ``blobs``, if there is a store."""

    blobs: BlobWriter | None
    record_body_bytes: int
    within_s: float

    async def set_apart(self, hook: Event[HookReceived]) -> Event[HookReceived]:
        """Return the hook as it is to be stored.

        A store that does not take the body within ``within_s`` refuses no hook: the body stays in its record,
        for which our topics have room.
        """
        if self.blobs is None or len(hook.body.body) <= self.record_body_bytes:
            return hook
        try:
            async with asyncio.timeout(self.within_s):
                apart = await with_body_apart(hook, self.blobs)
        except (BlobStoreUnavailable, TimeoutError) as trouble:
            BODIES_SET_APART.labels("failed").inc()
            _log.warning("a large body stays in its record", error=type(trouble).__name__)
            return hook
        BODIES_SET_APART.labels("stored").inc()
        return apart
