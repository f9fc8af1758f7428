"""Disputes over payments: evidence is written, files are added, and once it is complete it is submitted.

Files have no mutation: a file is uploaded by the REST Admin API, and counts once it is put into its slot. One
that was uploaded twice, its first answer being lost, lies beside it and harms nobody. Evidence is set, not
added, so a lost answer is sent again; one that was submitted already stays submitted.
https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/disputeEvidenceUpdate
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from muniment_shopify.asking import Node, ask, change, done_or_seen
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AnswerUnusable, ObjectGone
from muniment_shopify.gids import gid, number_in

EvidenceSlot = Literal[
    "cancellationPolicyFile",
    "customerCommunicationFile",
    "refundPolicyFile",
    "serviceDocumentationFile",
    "shippingDocumentationFile",
    "uncategorizedFile",
]
EvidenceText = Literal[
    "accessActivityLog",
    "cancellationPolicyDisclosure",
    "cancellationRebuttal",
    "refundPolicyDisclosure",
    "refundRefusalExplanation",
    "uncategorizedText",
]
_DOCUMENT_TYPES: Mapping[EvidenceSlot, str] = {
    "cancellationPolicyFile": "cancellation_policy_file",
    "customerCommunicationFile": "customer_communication_file",
    "refundPolicyFile": "refund_policy_file",
    "serviceDocumentationFile": "service_documentation_file",
    "shippingDocumentationFile": "shipping_documentation_file",
    "uncategorizedFile": "uncategorized_file",
}


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that was uploaded for a dispute; ``type`` is the slot it is in, once it is in one."""

    gid: str
    name: str | None
    size_bytes: int
    type: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the shop says in a dispute. ``due_by`` is when it is taken at the latest."""

    dispute: str
    gid: str
    status: str
    due_by: datetime | None
    is_submitted: bool
    files: tuple[EvidenceFile, ...]


async def evidence_of(client: AdminClient, dispute: str) -> Evidence:
    """Return the dispute's evidence as it is now. Raises ``ObjectGone``."""
    node = (await ask(client, "dispute_evidence", id=dispute))["dispute"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the dispute.")
    evidence, due = node["disputeEvidence"], node["evidenceDueBy"]
    return Evidence(
        dispute=node["id"],
        gid=evidence["id"],
        status=node["status"],
        due_by=datetime.fromisoformat(due) if due else None,
        is_submitted=evidence["submitted"],
        files=tuple(_file(each) for each in evidence["disputeFileUploads"]),
    )


async def upload_evidence(
    client: AdminClient, dispute: str, slot: EvidenceSlot, *, name: str, mime_type: str, content: bytes
) -> EvidenceFile:
    """Upload a file for the dispute and return it; :func:`give_evidence` puts it into its slot.

    One of the same name and size that is in a slot already is taken for it. Raises ``QueryRefused`` when
    Shopify does not take the file.
    """
    wanted = {
        "document_type": _DOCUMENT_TYPES[slot],
        "filename": name,
        "mimetype": mime_type,
        "data": base64.b64encode(content).decode(),
    }
    path = f"shopify_payments/disputes/{number_in(dispute)}/dispute_file_uploads.json"

    there = (await evidence_of(client, dispute)).files
    same = (each for each in there if each.name == name and each.size_bytes == len(content))
    if (found := next(same, None)) is not None:
        return found
    answer = await client.post(path, {"dispute_file_upload": wanted}, repeatable=True)
    return _uploaded(client, answer, name, len(content))


async def give_evidence(
    client: AdminClient,
    dispute: str,
    *,
    texts: Mapping[EvidenceText, str] | None = None,
    files: Mapping[EvidenceSlot, str] | None = None,
    submit: bool = False,
) -> Evidence:
    """Set what the shop says; ``files`` are ids of uploaded files by slot. ``submit`` sends it to the bank,
    which is final for most networks: what was submitted is not submitted again.

    Raises ``StateForbids`` past the due date or when it was accepted, ``ChangeRefused`` for files that are
    too large.
    """
    evidence = await evidence_of(client, dispute)
    if submit and evidence.is_submitted:
        return evidence
    wanted: dict[str, object] = {str(name): text for name, text in (texts or {}).items()}
    wanted |= {slot: {"id": file} for slot, file in (files or {}).items()}
    wanted["submitEvidence"] = submit

    async def give() -> Evidence:
        variables = {"id": evidence.gid, "input": wanted}
        await change(client, "dispute_evidence_update", variables, repeatable=not submit)
        return await evidence_of(client, dispute)

    async def look() -> Evidence | None:
        seen = await evidence_of(client, dispute)
        return seen if seen.is_submitted else None

    return await done_or_seen(give, look)


def _uploaded(client: AdminClient, answer: Any, name: str, size_bytes: int) -> EvidenceFile:
    made = answer.get("dispute_file_upload") if isinstance(answer, dict) else None
    if not isinstance(made, dict) or not isinstance(made.get("id"), int):
        raise AnswerUnusable(f"{client.shop} took a file for a dispute and did not name it; try again.")
    return EvidenceFile(gid("ShopifyPaymentsDisputeFileUpload", made["id"]), name, size_bytes, None)


def _file(node: Node) -> EvidenceFile:
    return EvidenceFile(node["id"], node["originalFileName"], node["fileSize"], node["disputeEvidenceType"])
