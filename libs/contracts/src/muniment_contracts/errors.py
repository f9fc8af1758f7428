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


class RegistryError(Exception):
    """Something is wrong with the schema registry; the message says what to do and holds no credentials."""


class RegistryUnavailable(RegistryError):
    """The registry did not answer, or answered that it cannot now; the same question may succeed later."""


class RegistryRefused(RegistryError):
    """The registry answered and said no: credentials, rights, or a request it does not know.

    ``status`` is the HTTP status.
    """

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class RegistryDiffers(RegistryError):
    """The registry does not hold our released schemas under their ids."""


class SchemaPending(Exception):
    """The schema of a record is being asked for at the registry: try again in a moment.

    ``schema_id`` is the id in question, ``after_s`` a sensible wait.
    """

    def __init__(self, schema_id: int, *, after_s: float) -> None:
        super().__init__(f"The registry is being asked for the schema with the id {schema_id}.")
        self.schema_id = schema_id
        self.after_s = after_s
