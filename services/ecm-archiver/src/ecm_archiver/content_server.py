"""The real archive: a Content Server by the settings of this service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ecm_archiver.filing import all_classifications
from ecm_archiver.settings import EcmArchiverSettings
from muniment_ecm import Archive, ArchiveLayout, ContentServer, ContentServerSettings
from muniment_kit.http import PeerObserver, PeerSettings


@asynccontextmanager
async def content_server(
    settings: EcmArchiverSettings, *, observer: PeerObserver | None = None
) -> AsyncIterator[Archive]:
    """Yield the archive on the Content Server in ``settings``; its connections are closed at the end."""
    server = connect(settings, observer=observer)
    try:
        yield Archive(server, layout_of(settings))
    finally:
        await server.close()


def layout_of(settings: EcmArchiverSettings) -> ArchiveLayout:
    """Return the names the archive relies on; with RM classifications where records are wanted."""
    return ArchiveLayout(classifications=all_classifications() if settings.classify_records else ())


def connect(settings: EcmArchiverSettings, *, observer: PeerObserver | None = None) -> ContentServer:
    """Return a client of the Content Server in ``settings``; close it after use."""
    return ContentServer.connect(
        ContentServerSettings(
            url=settings.url,
            username=settings.username,
            password=settings.password.get_secret_value(),
            otds_url=settings.otds_url,
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            peer=PeerSettings(
                allow_private=settings.allow_private_addresses,
                timeout_s=settings.timeout_s,
                max_concurrency=settings.max_concurrency,
                ca_file=settings.ca_file,
                client_cert_file=settings.client_certificate_file,
                client_key_file=settings.client_key_file,
            ),
        ),
        observer=observer,
    )
