"""The body of each event, field for field its Avro record in ``schemas/avro``.

What happens in the shop is in ``commerce``, how far we know of it in ``reconciliation``, the rest is here.
Byte fields are exact: a hook's body and a document's content travel unaltered. Times have a time zone; they
travel as UTC, cut to milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from muniment_contracts.body import Body
from muniment_contracts.commerce import (
    AccountChange,
    CommerceChange,
    ConsentChange,
    DisputeChange,
    DraftChange,
    HookReference,
    OrderChange,
    PrivacyRequest,
    ReturnChange,
    RiskChange,
)
from muniment_contracts.reconciliation import ObjectKnown, ProgressMade

__all__ = [
    "BODIES",
    "AccountChange",
    "Body",
    "CommerceChange",
    "ConsentChange",
    "DeadLetterDecision",
    "DisputeChange",
    "DocumentFiled",
    "DocumentProduced",
    "DraftChange",
    "HookReceived",
    "HookReference",
    "ObjectKnown",
    "OrderChange",
    "PrivacyRequest",
    "ProgressMade",
    "ReturnChange",
    "RiskChange",
    "WorkspaceFacts",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookReceived(Body):
    """One inbound Shopify webhook delivery, exactly as it came, after its signature was checked.

    ``verdict`` is ``accepted``, ``unknown-topic`` (signed, but no topic we know) or ``malformed``
    (signed, but not a JSON object). ``headers`` are all request headers, names in lower case. A body too
    large for a record lies in the blob store under ``body_reference``; ``body`` is empty then.
    """

    SCHEMA: ClassVar[str] = "shopify.HookReceived"

    shop: str
    hook: str
    webhook_id: str
    verdict: str
    received_at: datetime
    headers: dict[str, str]
    body: bytes
    event_id: str | None = None
    api_version: str | None = None
    triggered_at: datetime | None = None
    body_reference: str | None = None
    body_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceFacts:
    """What the document's workspace is called and should show, as of ``updated_at`` (newer state wins).

    ``attributes`` are values of the workspace's category by attribute name.
    """

    business_object_type: str
    business_object_id: str
    name: str
    updated_at: datetime
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentProduced(Body):
    """A document is ready to be filed.

    ``sort`` is ``issued`` (immutable once filed), ``living`` (a new version each time) or ``collected``
    (a customer's file, byte for byte). The content is in ``content`` or, when large, under ``blob`` in
    the blob store. ``name`` is the file name in the ECM, unique and deterministic within its folder.
    ``refers_to`` is the number of the issued document that this one corrects or credits.
    """

    SCHEMA: ClassVar[str] = "documents.DocumentProduced"

    shop: str
    kind: str
    sort: str
    number: str
    name: str
    title: str
    language: str
    media_type: str
    business_date: date
    template_version: str
    content_sha256: str
    size_bytes: int
    origin_event_id: str
    origin_event_type: str
    workspace: WorkspaceFacts
    content: bytes | None = None
    blob: str | None = None
    refers_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFiled(Body):
    """A document is in the ECM and was read back.

    ``outcome`` is ``filed`` (this call put it there), ``already-filed`` (it was there, byte for byte) or
    ``kept`` (another content was issued under this number before; it stays untouched). ``content_sha256``
    is the hash of the bytes read back from the ECM; ``effect_id`` names the effect, the same for every
    redelivery and replay.
    """

    SCHEMA: ClassVar[str] = "archive.DocumentFiled"

    shop: str
    kind: str
    number: str
    name: str
    outcome: str
    effect_id: str
    workspace_id: int
    folder: str
    node_id: int
    version_number: int
    content_sha256: str
    offered_sha256: str
    record_date: date
    classification: str | None
    origin_event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterDecision(Body):
    """A person sent a dead letter back to its source topic (``redriven``), or settled it (``discarded``).

    Topics are named without the installation's prefix. ``letter_sha256`` is over the letter's key, value and
    headers, and tells it from another letter that came to lie at the same place.
    """

    SCHEMA: ClassVar[str] = "audit.DeadLetterDecision"

    decision: str
    operation_id: str
    decided_by: str
    decided_at: datetime
    reason: str | None = None
    letter_topic: str
    letter_partition: int
    letter_offset: int
    letter_sha256: str
    source_topic: str
    source_partition: int | None = None
    source_offset: int | None = None
    dlq_reason: str | None = None
    event_id: str | None = None


#: Every body by the name of its Avro record.
BODIES: Mapping[str, type[Body]] = {
    body.SCHEMA: body
    for body in (
        HookReceived,
        OrderChange,
        DocumentProduced,
        DocumentFiled,
        DeadLetterDecision,
        ReturnChange,
        DisputeChange,
        RiskChange,
        AccountChange,
        ConsentChange,
        PrivacyRequest,
        DraftChange,
        ObjectKnown,
        ProgressMade,
    )
}
