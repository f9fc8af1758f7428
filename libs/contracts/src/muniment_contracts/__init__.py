"""What travels: topics, schemas, bodies, events, and how they become records and come back."""

from __future__ import annotations

from muniment_contracts.bodies import (
    AccountChange,
    Body,
    CommerceChange,
    ConsentChange,
    DeadLetterDecision,
    DisputeChange,
    DocumentFiled,
    DocumentProduced,
    DraftChange,
    HookReceived,
    HookReference,
    ObjectKnown,
    OrderChange,
    PrivacyRequest,
    ProgressMade,
    ReturnChange,
    RiskChange,
    WorkspaceFacts,
)
from muniment_contracts.codec import Codec, decode, encode
from muniment_contracts.errors import (
    RegistryDiffers,
    RegistryError,
    RegistryRefused,
    RegistryUnavailable,
    SchemaPending,
    UndecodableReason,
    UndecodableRecord,
    UnencodableEvent,
    UnknownSchema,
)
from muniment_contracts.events import Event, body_type, caused_by, deterministic_id
from muniment_contracts.headers import EncodedRecord, event_from, to_headers, to_record
from muniment_contracts.registry_client import RegistryAccess, RegistryClient
from muniment_contracts.registry_resolver import RegistryResolver
from muniment_contracts.resolver import FileResolver, ReleasedSchema, SchemaResolver
from muniment_contracts.topics import Topic, TopicDescription, all_topics, describe

__all__ = [
    "AccountChange",
    "Body",
    "Codec",
    "CommerceChange",
    "ConsentChange",
    "DeadLetterDecision",
    "DisputeChange",
    "DocumentFiled",
    "DocumentProduced",
    "DraftChange",
    "EncodedRecord",
    "Event",
    "FileResolver",
    "HookReceived",
    "HookReference",
    "ObjectKnown",
    "OrderChange",
    "PrivacyRequest",
    "ProgressMade",
    "RegistryAccess",
    "RegistryClient",
    "RegistryDiffers",
    "RegistryError",
    "RegistryRefused",
    "RegistryResolver",
    "RegistryUnavailable",
    "ReleasedSchema",
    "ReturnChange",
    "RiskChange",
    "SchemaPending",
    "SchemaResolver",
    "Topic",
    "TopicDescription",
    "UndecodableReason",
    "UndecodableRecord",
    "UnencodableEvent",
    "UnknownSchema",
    "WorkspaceFacts",
    "all_topics",
    "body_type",
    "caused_by",
    "decode",
    "describe",
    "deterministic_id",
    "encode",
    "event_from",
    "to_headers",
    "to_record",
]
