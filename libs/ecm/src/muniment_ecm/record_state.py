"""The record side of a node as records management shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from muniment_ecm.answers import JsonObject, integer, objects, text
from muniment_ecm.errors import AnswerNotUnderstood, RefusedByServer
from muniment_ecm.times import parse_date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDetails:
    """Details to be set; ``None`` leaves what is there. Codes are those of the server's code tables."""

    record_date: date | None = None
    status: str | None = None
    essential: str | None = None
    storage: str | None = None
    accession: str | None = None
    subject: str | None = None
    rsi: str | None = None
    is_official: bool | None = None

    def written(self) -> JsonObject:
        """Return the fields as the server takes them; the status under both of its names."""
        fields: JsonObject = {
            "record_date": self.record_date.isoformat() if self.record_date else None,
            "status": self.status,
            "file_status": self.status,
            "essential": self.essential,
            "storage": self.storage,
            "accession": self.accession,
            "subject": self.subject,
            "rsi": self.rsi,
            "official": self.is_official,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def is_held_by(self, record: Record) -> bool:
        """Say whether ``record`` already says all of this."""
        wanted = (
            (self.record_date, record.record_date),
            (self.status, record.status),
            (self.essential, record.essential),
            (self.storage, record.storage),
            (self.accession, record.accession),
            (self.subject, record.subject),
            (self.rsi, record.rsi),
            (self.is_official, record.is_official),
        )
        return all(value is None or value == found for value, found in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A node's record: its classification and details. ``rsi`` names the retention rule, if shown."""

    class_id: int
    class_name: str = ""
    file_number: str = ""
    record_date: date | None = None
    status: str = ""
    status_date: date | None = None
    essential: str = ""
    storage: str = ""
    accession: str = ""
    subject: str = ""
    rsi: str = ""
    is_official: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """All records of a node (one, unless the server allows several classes) and the token.

    ``token`` guards the next change; ``is_inherited`` says that the class came from the container.
    """

    records: tuple[Record, ...]
    token: str | None
    is_inherited: bool = False
    can_classify: bool = True
    can_finalise: bool = False

    def shown(self) -> Record:
        """Return the primary record. Raises ``RefusedByServer`` where the node is none."""
        if not self.records:
            raise RefusedByServer("The node is no record: it has no RM classification.", status=200)
        return self.records[0]

    def is_settled(self, class_id: int, details: RecordDetails) -> bool:
        """Say whether nothing is left to do: ours with its date, or a person's own choice."""
        if not self.records:
            return False
        ours = next((record for record in self.records if record.class_id == class_id), None)
        if self.is_inherited:
            return ours is not None and details.is_held_by(ours)
        return ours is None or ours.record_date is not None or details.record_date is None


def parse_record_state(content: JsonObject, what: str) -> RecordState:
    """Read ``GET /v1/nodes/{id}/rmclassifications``; an unclassified node has no data, or a null id in it."""
    if "data" not in content and "rm_metadataToken" not in content:
        raise AnswerNotUnderstood(f"Could not {what}: the answer says nothing of records.")
    records = tuple(
        _record(entry) for entry in objects(content.get("data")) if integer(entry, "rmclassification_id") > 0
    )
    return RecordState(
        records=records,
        token=text(content, "rm_metadataToken") or None,
        is_inherited=content.get("inherit_from") is True,
        can_classify=content.get("canRMClassify") is not False,
        can_finalise=content.get("canFinalize") is True,
    )


def _record(entry: JsonObject) -> Record:
    return Record(
        class_id=integer(entry, "rmclassification_id"),
        class_name=text(entry, "name"),
        file_number=text(entry, "file_number"),
        record_date=parse_date(entry.get("record_date")),
        status=text(entry, "file_status") or text(entry, "status"),
        status_date=parse_date(entry.get("status_date")),
        essential=text(entry, "essential"),
        storage=text(entry, "storage"),
        accession=text(entry, "accession"),
        subject=text(entry, "subject"),
        rsi=text(entry, "rsi"),
        is_official=entry.get("official") in (True, 1, "true", "1"),
    )
