"""A replay plan: which records, frozen before anything is read, in a file that people can read and keep."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from muniment_contracts.topics import Topic
from muniment_kit.records import Record
from muniment_ops.exit_codes import WrongUse


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(_Frozen):
    """Offsets of one partition, ``start`` ≤ offset < ``end``, of a log that held ``log_start`` to
    ``log_end``.

    ``around_start`` and ``around_end`` enclose the window: other deliveries of the same facts are looked up
    there.
    """

    partition: int
    start: int
    end: int
    log_start: int
    log_end: int
    around_start: int
    around_end: int

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not 0 <= self.start <= self.end:
            raise ValueError("a window's start must not be after its end")
        return self


class Span(_Frozen):
    """Offsets of one partition of a topic that holds what was published then."""

    partition: int
    start: int
    end: int


class Filters(_Frozen):
    """Which records of the windows are meant; times are in ms since 1970, ``from`` inclusive, ``to`` not."""

    key: str | None = None
    key_regex: str | None = None
    correlation_id: str | None = None
    headers: dict[str, str] = {}
    from_time_ms: int | None = None
    to_time_ms: int | None = None
    limit: int | None = None

    @field_validator("key_regex")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"the regular expression is wrong: {error}") from None
        return value

    def refusal(self, record: Record) -> str | None:
        """Return why ``record`` is not meant, or ``None`` if it is; ``limit`` is for the caller to count."""
        if self.from_time_ms is not None and record.timestamp < self.from_time_ms:
            return "outside-time"
        if self.to_time_ms is not None and record.timestamp >= self.to_time_ms:
            return "outside-time"
        key = (record.key or b"").decode("utf-8", "replace")
        if self.key is not None and key != self.key:
            return "other-key"
        if self.key_regex is not None and re.search(self.key_regex, key) is None:
            return "other-key"
        if self.correlation_id is None and not self.headers:
            return None
        found = dict(record.headers)
        if self.correlation_id is not None and found.get("ce_correlationid") != self.correlation_id.encode():
            return "other-correlation"
        if any(found.get(name) != text.encode() for name, text in self.headers.items()):
            return "other-header"
        return None


class Estimate(_Frozen):
    """What to expect; ``records`` counts offsets, ``bytes`` is from a sample, ``seconds`` from
    usual rates.
    """

    records: int
    bytes: int
    sampled_records: int
    seconds: float


class Plan(_Frozen):
    """A frozen window of one topic and all that is needed to replay it the same way again."""

    version: Literal[1] = 1
    id: str
    created_at: str
    cluster_id: str
    topic: Topic
    physical: str
    service: str
    isolation: Literal["read_committed", "read_uncommitted"] = "read_committed"
    topic_config: dict[str, str]
    windows: tuple[Window, ...]
    filters: Filters
    published: dict[str, tuple[Span, ...]]
    """By physical topic: where the answers and the dead letters of the window are looked for."""
    estimate: Estimate
    notes: tuple[str, ...] = ()

    @field_validator("id")
    @classmethod
    def _names_a_topic(cls, value: str) -> str:
        if re.fullmatch(r"[a-z0-9][a-z0-9-]{3,40}", value) is None:
            raise ValueError("a replay's id is made of 4 to 41 small letters, digits and hyphens")
        return value

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the plan's canonical JSON: the first link of every chain of hashes."""
        return hashlib.sha256(self.content()).hexdigest()

    def content(self) -> bytes:
        """Return the plan as canonical JSON."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)

    def write(self, path: Path) -> None:
        """Write the plan for people and programs."""
        options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        path.write_bytes(orjson.dumps(self.model_dump(mode="json"), option=options))


def read_plan(path: Path) -> Plan:
    """Return the plan in a file. Raises ``WrongUse`` if it is none."""
    try:
        return Plan.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise WrongUse(f"There is no plan {path}; muniment replay plan makes one.") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise WrongUse(f"{path} is no plan of this version: {where}: {first['msg']}.") from None
