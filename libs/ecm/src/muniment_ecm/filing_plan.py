"""What the archive is asked to do, and what it did: ECM terms only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from muniment_ecm.attributes import Value
from muniment_ecm.names import alternative


class Sort(StrEnum):
    """How a document lives in the archive."""

    ISSUED = "issued"
    """Immutable once filed: another content under its name leaves what is there untouched."""
    LIVING = "living"
    """Another content becomes a new version, unless it is of an older state."""
    COLLECTED = "collected"
    """Somebody else's file, byte for byte; treated as issued."""


class FilingOutcome(StrEnum):
    """What became of the document."""

    FILED = "filed"
    """This call put it there."""
    ALREADY_FILED = "already-filed"
    """It was there, byte for byte."""
    KEPT = "kept"
    """What is there is another content, issued before or of a newer state; it stays untouched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspacePlan:
    """The workspace the document belongs to, and what the workspace should show as of ``updated_at``.

    ``values`` are by attribute name; the attribute for ``updated_at`` is written by the archive. Newer values
    stay, whatever comes later. ``name`` is used when the workspace is made; people may rename it afterwards.
    """

    business_object_type: str
    business_object_id: str
    name: str
    values: Mapping[str, Value] = field(repr=False)
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingPlan:
    """Where a document goes and under which metadata.

    ``folder`` is the path within the workspace. ``values`` are attributes of the document category by name;
    the layout's identity attributes must be among them, the SHA-256 and the record date are added by the
    archive. ``sha256`` is that of the content (hex, lower case). ``effect_id`` is the same for every
    redelivery and replay of this filing. ``classification`` names the RM classification that makes the
    document a record with ``record_date``; living documents are never made records, for a record stays.
    """

    workspace: WorkspacePlan
    folder: tuple[str, ...]
    name: str
    media_type: str
    values: Mapping[str, Value] = field(repr=False)
    sort: Sort
    sha256: str
    record_date: date
    effect_id: str
    classification: str | None = None

    def under_another_name(self) -> FilingPlan:
        """Return the plan for when the name belongs to somebody else.

        The other name is derived from business object and name only, not from the content: a second content
        under the same number must meet the first one there.
        """
        return replace(self, name=alternative(self.name, f"{self.workspace.business_object_id}/{self.name}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Where the document is, and proof that it is there.

    ``sha256`` is the hash of the bytes read back from version ``version_number``. ``requests_made`` counts
    calls to Content Server, retries not counted. ``remade`` names what had been deleted by hand and was made
    again: ``workspace`` or ``folder``. ``classification`` is the RM classification as read back, with the
    record's ``recorded_on``; both ``None`` where the document is no record.
    """

    workspace_id: int
    folder_id: int
    node_id: int
    version_number: int
    name: str
    outcome: FilingOutcome
    sha256: str
    requests_made: int
    remade: tuple[str, ...] = ()
    classification: str | None = None
    recorded_on: date | None = None
