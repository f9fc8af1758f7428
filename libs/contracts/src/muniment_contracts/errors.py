"""What can go wrong with a record, as types."""

from __future__ import annotations

from enum import StrEnum


class UndecodableReason(StrEnum):
    """Why a record cannot be decoded; a closed list, fit for a metric label."""

    NO_VALUE = "no-value"
    TRUNCATED = "truncated"
    WRONG_MAGIC = "wrong-magic"
    UNKNOWN_SCHEMA = "unknown-schema"
    WRONG_RECORD = "wrong-record"
    MALFORMED_VALUE = "malformed-value"
    TRAILING_BYTES = "trailing-bytes"
    BAD_KEY = "bad-key"
    MISSING_HEADER = "missing-header"
    BAD_HEADER = "bad-header"


class UndecodableRecord(Exception):
    """The bytes of a record are not what its topic promises; the same bytes will never decode.

    ``reason`` is from a closed list, ``schema_id`` the writer schema's id if it could be read. The message
    holds nothing of the record's content.
    """

    def __init__(self, reason: UndecodableReason, detail: str, *, schema_id: int | None = None) -> None:
        super().__init__(f"The record cannot be decoded ({reason}): {detail}")
        self.reason = reason
        self.schema_id = schema_id


class UnencodableEvent(ValueError):
    """The event or its body breaks its own contract: a fault of the code that made it.

    ``field`` names the attribute at fault if it is known. The message holds nothing of its value.
    """

    def __init__(self, what: str, detail: str, *, field: str | None = None) -> None:
        super().__init__(f"{what} cannot be encoded: {detail}")
        self.field = field


class UnknownSchema(LookupError):
    """No released schema has this id, or this subject."""


class SchemasDamaged(ValueError):
    """A released schema file was changed or is missing: restore it from the repository."""
