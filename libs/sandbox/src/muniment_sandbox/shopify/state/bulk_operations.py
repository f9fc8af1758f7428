"""A bulk operation: what was asked, how far it is, and where its rows lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity

LINK_LIFE = timedelta(days=7)
UNFINISHED = ("CREATED", "RUNNING", "CANCELING")


@dataclass(eq=False, kw_only=True)
class BulkOperation(Entity):
    """One export. ``scopes`` are those of the token that asked for it, None where it may read everything.

    ``stage`` is its status without regard to the age of its link; ``key`` is the secret part of the link.
    """

    gid_type: ClassVar[str] = "BulkOperation"
    query: str
    group_objects: bool
    api_version: str
    scopes: tuple[str, ...] | None
    key: str
    created_at: datetime
    type: str = "QUERY"
    stage: str = "CREATED"
    error_code: str | None = None
    ended_at: datetime | None = None
    objects: int = 0
    root_objects: int = 0
    result_bytes: int = 0

    @property
    def unfinished(self) -> bool:
        return self.stage in UNFINISHED

    @property
    def completed_at(self) -> datetime | None:
        return self.ended_at if self.stage == "COMPLETED" else None

    @property
    def file_size(self) -> str | None:
        return str(self.result_bytes) if self.stage == "COMPLETED" else None

    @property
    def object_count(self) -> str:
        return str(self.objects)

    @property
    def root_object_count(self) -> str:
        return str(self.root_objects)

    @property
    def file_name(self) -> str:
        return f"bulk-{self.number}.jsonl"

    def status_at(self, now: datetime) -> str:
        """Return the status as it is told: a completed operation expires with its link."""
        return "EXPIRED" if self.stage == "COMPLETED" and not self.kept_at(now) else self.stage

    def kept_at(self, now: datetime) -> bool:
        """Return whether its rows can still be fetched."""
        return self.ended_at is not None and now < self.ended_at + LINK_LIFE
