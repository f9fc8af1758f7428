"""The real handlers with collaborators that change nothing."""

from __future__ import annotations

import hashlib

from ecm_archiver.app import build_app as build_archiver
from muniment_contracts.bodies import DocumentFiled
from muniment_contracts.topics import Topic
from muniment_ecm.filing_plan import Filed, FilingOutcome, FilingPlan
from muniment_ecm.names import safe_name
from muniment_kit.blobs import Blobs
from muniment_kit.errors import MunimentError
from muniment_kit.service import Coalesced, Handler, Service


class UnlikeThen(MunimentError):
    """A recorded answer does not fit what the handler asks for now; the message says how."""


class ForgetfulBlobs(Blobs):
    """Takes blobs as the real store does, gives the same references, and keeps nothing."""

    def __init__(self) -> None:
        super().__init__("memory://")

    async def put(self, name: str, content: bytes) -> str:
        """Return the reference that the real store would give."""
        return f"{name}.{hashlib.sha256(content).hexdigest()}"


class RecordedArchive:
    """Answers a filing with what a receipt says became of it then."""

    def __init__(self, receipt: DocumentFiled) -> None:
        self._receipt = receipt

    async def file(self, plan: FilingPlan, content: bytes) -> Filed:
        """Return what was filed then. Raises ``UnlikeThen`` where names or hashes do not agree."""
        receipt = self._receipt
        if hashlib.sha256(content).hexdigest() != plan.sha256:
            raise UnlikeThen("The document's bytes do not have the SHA-256 that the document states.")
        if receipt.outcome != FilingOutcome.KEPT and receipt.content_sha256 != plan.sha256:
            raise UnlikeThen("What was read back from the ECM then is not what the document holds.")
        if receipt.name != safe_name(plan.name) and receipt.name != plan.under_another_name().name:
            raise UnlikeThen("The document was filed under another name than it would be now.")
        return Filed(
            workspace_id=receipt.workspace_id,
            folder_id=0,  # the receipt does not say, and does not need it
            node_id=receipt.node_id,
            version_number=receipt.version_number,
            name=receipt.name,
            outcome=FilingOutcome(receipt.outcome),
            sha256=receipt.content_sha256,
            requests_made=0,
            classification=receipt.classification,
        )


def archiver_of(receipt: DocumentFiled, blobs: Blobs) -> Handler:
    """Return the archiver's handler over what the receipt says."""
    return handler_of(build_archiver(archive=RecordedArchive(receipt), blobs=blobs), Topic.DOCUMENTS_PRODUCED)


def handler_of(service: Service, topic: Topic) -> Handler:
    """Return the handler that ``service`` has for single events of ``topic``."""
    entry = service.table[topic]
    if isinstance(entry, Coalesced):
        raise TypeError(f"{service.name} takes {topic} in batches.")
    return entry
