"""Files every produced document in the ECM and proves that it is there."""

from __future__ import annotations

from functools import partial

from ecm_archiver.handlers import Archive, file_document
from muniment_contracts.topics import Topic
from muniment_kit.blobs import Blobs
from muniment_kit.service import Service


def build_app(*, archive: Archive, blobs: Blobs) -> Service:
    """Return the service: its table and what it publishes."""
    return Service(
        "ecm-archiver",
        {Topic.DOCUMENTS_PRODUCED: partial(file_document, archive=archive, blobs=blobs)},
        publishes=[Topic.ARCHIVE_RECEIPTS],
    )
