"""How a process stands and what was done in it, as types; times are UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import Enum

from muniment_ecm.answers import JsonObject, integer, objects, part, text
from muniment_ecm.errors import AnswerNotUnderstood
from muniment_ecm.times import parse_time


class ProcessState(Enum):
    """Where a process is. Late is not failed: it runs on. ``UNKNOWN`` is a word this client has not met."""

    ON_TIME = "ontime"
    LATE = "workflowlate"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    STOPPED = "stopped"
    ARCHIVED = "archived"
    UNKNOWN = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be decided."""
        return self in (ProcessState.COMPLETED, ProcessState.STOPPED, ProcessState.ARCHIVED)


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """A step a process stands at or has passed. ``assignees`` are login names and may be personal."""

    task_id: int
    title: str
    due_at: datetime | None = None
    assignees: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStatus:
    """One process. ``title`` is the one it was started with."""

    process_id: int
    title: str
    state: ProcessState
    initiated_at: datetime | None
    due_at: datetime | None
    attachments_id: int
    current: tuple[WorkflowStep, ...]
    completed: tuple[WorkflowStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing somebody did: ``start``, ``sendon``, ``disposition``, ``forward``, ``review``, ``reply``, …

    ``label`` is the disposition's; ``node_id`` what was attached. Comments may be personal.
    """

    action: str
    user_id: int
    at: datetime | None
    comment: str = field(default="", repr=False)
    label: str = ""
    node_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided: the disposition's ``label``, by whom, when (UTC) and why."""

    label: str
    by_id: int
    by_name: str = field(repr=False)
    at: datetime | None
    comment: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the server's audit trail of a process."""

    at: datetime | None
    user_id: int
    user_name: str = field(repr=False)
    message: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRecord:
    """Everything the server keeps of a process: what a record of decision is made of.

    ``values`` are the attributes by name, as text. ``audit`` is in the order of the events.
    """

    process_id: int
    title: str
    initiated_at: datetime | None
    completed_at: datetime | None
    attachments_id: int
    values: Mapping[str, str] = field(repr=False)
    audit: Sequence[AuditLine] = field(repr=False)

    def user_name(self, user_id: int) -> str:
        """Return the login name of somebody who acted, empty when the record does not name them."""
        return next((line.user_name for line in self.audit if line.user_id == user_id), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a process ended: by a decision, or, when ``decision`` is ``None``, without one (stopped, say)."""

    state: ProcessState
    decision: Decision | None
    activities: Sequence[Activity] = field(repr=False)
    record: ProcessRecord = field(repr=False)


def parse_state(word: str) -> ProcessState:
    try:
        return ProcessState(word.strip().casefold())
    except ValueError:
        return ProcessState.UNKNOWN


def parse_status(process_id: int, result: JsonObject, what: str, *, zone: tzinfo = UTC) -> ProcessStatus:
    """Return the status of one answer of ``GET /v2/workflows/status/processes/{id}``."""
    details = part(result, "wf_details")
    if not details:
        raise AnswerNotUnderstood(f"Could not {what}: the answer has no details of the workflow.")
    steps = part(result, "step_list")
    return ProcessStatus(
        process_id=process_id,
        title=text(details, "wf_name"),
        state=parse_state(text(details, "status")),
        initiated_at=parse_time(details.get("date_initiated"), server_zone=zone),
        due_at=parse_time(details.get("due_date"), server_zone=zone),
        attachments_id=integer(part(result, "attachments"), "attachment_folder_id"),
        current=_steps(steps.get("current"), zone),
        completed=_steps(steps.get("completed"), zone),
    )


def parse_activities(result: JsonObject, *, zone: tzinfo = UTC) -> list[Activity]:
    """Return the activities in the order of the events, whichever way round the server lists them."""
    found = [_activity(entry, zone) for entry in objects(result.get("data"))]
    return found[::-1] if _is_newest_first(found) else found


def last_decision(activities: Sequence[Activity], record: ProcessRecord) -> Decision | None:
    """Return the last disposition that was chosen, ``None`` when none was."""
    for one in reversed(activities):
        if one.action == "disposition" and one.label:
            return Decision(
                label=one.label,
                by_id=one.user_id,
                by_name=record.user_name(one.user_id),
                at=one.at,
                comment=one.comment,
            )
    return None


def parse_record(process_id: int, result: JsonObject, what: str, *, zone: tzinfo = UTC) -> ProcessRecord:
    """Return the record of one answer of ``GET /v2/workflows/status/info``."""
    general = part(result, "generalInfo")
    if not general:
        raise AnswerNotUnderstood(f"Could not {what}: the answer has no general information.")
    return ProcessRecord(
        process_id=process_id,
        title=text(general, "SubWork_Title"),
        initiated_at=parse_time(general.get("Work_DateInitiated"), server_zone=zone),
        completed_at=parse_time(general.get("Work_DateCompleted"), server_zone=zone),
        attachments_id=integer(result, "Attachments"),
        values=_record_values(part(result, "Attributes", "Content", "Rootset")),
        audit=[
            AuditLine(
                parse_time(entry.get("AUDIT_DATE"), server_zone=zone),
                integer(entry, "USER_ID"),
                text(entry, "USER_NAME"),
                text(entry, "AUDIT_MSG"),
            )
            for entry in objects(result.get("auditInfo"))
        ],
    )


def _steps(content: object, zone: tzinfo) -> tuple[WorkflowStep, ...]:
    return tuple(
        WorkflowStep(
            integer(entry, "task_id"),
            text(entry, "task_name"),
            parse_time(entry.get("task_due_date"), server_zone=zone),
            tuple(
                text(member, "loginName")
                for member in objects(part(entry, "task_assignees").get("assignee"))
                if text(member, "loginName")
            ),
        )
        for entry in objects(content)
    )


def _activity(entry: JsonObject, zone: tzinfo) -> Activity:
    told = part(entry, "action_properties")
    return Activity(
        action=text(entry, "action"),
        user_id=integer(entry, "user_id"),
        at=parse_time(entry.get("date"), server_zone=zone),
        comment=text(entry, "comment"),
        label=text(told, "label"),
        node_id=integer(part(told, "node"), "id"),
    )


def _is_newest_first(found: Sequence[Activity]) -> bool:
    """Told by the times; where all are of one second, by the place of the start."""
    times = [one.at for one in found if one.at is not None]
    if times and times[0] != times[-1]:
        return times[0] > times[-1]
    return bool(found) and found[-1].action == "start"


def _record_values(rootset: JsonObject) -> dict[str, str]:
    """Names are the children's, values lie beside them in the same order."""
    names = [text(child, "DisplayName") for child in objects(rootset.get("Children"))]
    values = part(rootset, "ValueTemplate").get("values")
    listed = values if isinstance(values, list) else []
    return {name: value if isinstance(value, str) else "" for name, value in zip(names, listed, strict=False)}
