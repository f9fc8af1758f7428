"""Files each document once and says where it is and what was read back."""

from __future__ import annotations

from typing import Protocol

from ecm_archiver.filing import plan_filing
from muniment_contracts.bodies import DocumentFiled, DocumentProduced
from muniment_contracts.events import Event, caused_by, deterministic_id
from muniment_contracts.topics import Topic
from muniment_ecm.errors import NameTakenByOther
from muniment_ecm.filing_plan import Filed, FilingPlan
from muniment_kit.blobs import Blobs
from muniment_kit.errors import Rejected
from muniment_kit.outcomes import Done

SOURCE = "ecm-archiver"
EVENT_TYPE = "archive.document.filed"


class Archive(Protocol):
    """Where documents are filed."""

    async def file(self, plan: FilingPlan, content: bytes) -> Filed:
        """File ``content`` as planned, at most once, and read it back."""


async def file_document(event: Event[DocumentProduced], *, archive: Archive, blobs: Blobs) -> Done:
    """File the document once; say where it is and what was read back."""
    plan = plan_filing(event.body)
    content = await _content(event.body, blobs)
    try:
        filed = await archive.file(plan, content)
    except NameTakenByOther:
        filed = await archive.file(plan.under_another_name(), content)
    return Done(_receipt(event, plan, filed))


async def _content(document: DocumentProduced, blobs: Blobs) -> bytes:
    if document.content is not None:
        return document.content
    if document.blob is None:
        raise Rejected("The document has neither content nor a reference to it.")
    return await blobs.get(document.blob)


def _receipt(event: Event[DocumentProduced], plan: FilingPlan, filed: Filed) -> Event[DocumentFiled]:
    document = event.body
    receipt = DocumentFiled(
        shop=document.shop,
        kind=document.kind,
        number=document.number,
        name=filed.name,
        outcome=filed.outcome,
        effect_id=plan.effect_id,
        workspace_id=filed.workspace_id,
        folder="/".join(plan.folder),
        node_id=filed.node_id,
        version_number=filed.version_number,
        content_sha256=filed.sha256,
        offered_sha256=document.content_sha256,
        record_date=plan.record_date,
        classification=filed.classification,
        origin_event_id=document.origin_event_id,
    )
    return caused_by(
        event,
        receipt,
        topic=Topic.ARCHIVE_RECEIPTS,
        id=deterministic_id("receipt", plan.effect_id),
        type=EVENT_TYPE,
        source=SOURCE,
    )
