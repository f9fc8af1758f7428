"""Tasks as their assignee sees them: the inbox, and the form of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from muniment_ecm.answers import JsonObject, integer, objects, part, text
from muniment_ecm.times import parse_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A task in an inbox. ``title`` is the process's, ``step`` the task's."""

    process_id: int
    task_id: int
    step: str
    title: str
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForm:
    """What may be done with a task: ``dispositions`` and standard ``actions``, labels by key."""

    title: str
    instructions: str = field(repr=False)
    dispositions: Mapping[str, str]
    actions: Mapping[str, str]
    attachments_id: int
    needs_signature: bool


def parse_assignment(entry: JsonObject, *, zone: tzinfo = UTC) -> Assignment:
    """Return one entry of ``GET /v2/members/assignments``."""
    return Assignment(
        process_id=integer(entry, "workflow_id"),
        task_id=integer(entry, "workflow_subworkflow_task_id"),
        step=text(entry, "name"),
        title=text(entry, "description"),
        due_at=parse_time(entry.get("date_due"), server_zone=zone),
        is_late="late" in text(entry, "status_name").casefold(),
    )


def parse_task_form(content: JsonObject) -> TaskForm:
    """Return ``data`` of one answer of ``GET /v1/forms/processes/tasks/update``."""
    folders = [
        integer(part(package, "data"), "attachment_folder_id")
        for package in objects(content.get("data_packages"))
    ]
    return TaskForm(
        title=text(content, "title"),
        instructions=text(content, "instructions"),
        dispositions=_labels(content.get("custom_actions")),
        actions=_labels(content.get("actions")),
        attachments_id=next((one for one in folders if one > 0), 0),
        needs_signature=content.get("authentication") is True,
    )


def _labels(content: object) -> dict[str, str]:
    return {text(entry, "key"): text(entry, "label") for entry in objects(content)}
