"""What travels: topics, schemas, bodies, events, and how they become records and come back."""

from __future__ import annotations

from muniment_contracts.bodies import (
    Body,
    DeadLetterDecision,
    DocumentFiled,
    DocumentProduced,
    HookReceived,
    HookReference,
    OrderChange,
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
    "Body",
    "Codec",
    "DeadLetterDecision",
    "DocumentFiled",
    "DocumentProduced",
    "EncodedRecord",
    "Event",
    "FileResolver",
    "HookReceived",
    "HookReference",
    "OrderChange",
    "RegistryAccess",
    "RegistryClient",
    "RegistryDiffers",
    "RegistryError",
    "RegistryRefused",
    "RegistryResolver",
    "RegistryUnavailable",
    "ReleasedSchema",
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
