"""``ecm-archiver``: settings, collaborators, run."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ecm_archiver.app import build_app
from ecm_archiver.content_server import content_server
from ecm_archiver.settings import EcmArchiverSettings
from muniment_kit.blobs import Blobs
from muniment_kit.metrics import PeerMetrics
from muniment_kit.runner import run
from muniment_kit.service import Service
from muniment_kit.settings import KitSettings, load


def main() -> None:
    """Run the service until it is told to stop."""
    kit, settings = load(KitSettings), load(EcmArchiverSettings)

    @asynccontextmanager
    async def service() -> AsyncIterator[Service]:
        async with content_server(settings, observer=PeerMetrics()) as archive:
            yield build_app(archive=archive, blobs=Blobs(kit.blobs_url))

    sys.exit(run(service, kit, name="ecm-archiver"))


if __name__ == "__main__":
    main()
