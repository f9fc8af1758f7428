"""Why a partition stopped: for a metric label, a log line, and the person who looks at ``/readyz``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StopCause(StrEnum):
    """What stops a partition; a metric label."""

    HANDLER_FAULT = "handler_fault"
    RUNTIME_FAULT = "runtime_fault"
    DEAD_LETTER_LIMIT = "dead_letter_limit"
    TOO_LARGE = "too_large"
    NOT_CO_PARTITIONED = "not_co_partitioned"


@dataclass(frozen=True, slots=True)
class Stop:
    """A cause and, in words that follow "is stopped:", what was found."""

    cause: StopCause
    reason: str
