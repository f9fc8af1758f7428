"""What the pages show of workflows: plain values for the templates, no markup."""

from __future__ import annotations

from dataclasses import dataclass

from muniment_sandbox.ecm.pages.browsing import MAX_TEXT_BYTES, SHOWN_AS
from muniment_sandbox.ecm.pages.rows import shown_value
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.definitions import Attribute
from muniment_sandbox.ecm.state.members import USER, Member
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.workflow_engine import actions_of
from muniment_sandbox.ecm.state.workflow_processes import Activity, Deed, Process, Standing, Task
from muniment_sandbox.ecm.views.workflow_record import audit_message

HOUR_S, DAY_S = 3600, 86_400
_STANDINGS: dict[str, tuple[str, str]] = {
    "ontime": ("running", "accent"),
    "workflowlate": ("late", "bad"),
    "completed": ("completed", "good"),
    "stopped": ("stopped", "warn"),
    "suspended": ("suspended", "warn"),
    "archived": ("archived", ""),
}
_TONES = {
    Deed.START: "accent",
    Deed.SEND_ON: "accent",
    Deed.FORWARD: "blue",
    Deed.REVIEW: "plum",
    Deed.REPLY: "plum",
    Deed.STOP: "bad",
    Deed.SUSPEND: "warn",
    Deed.COMPLETE: "good",
}


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, as a person says it."""

    text: str
    is_late: bool
    at: int | None


@dataclass(frozen=True, slots=True)
class Attached:
    """A document or another item at hand. ``shown`` says how a page shows it; ``text`` is that of a text."""

    node: Node
    shown: str
    version: int
    size_bytes: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    at: int
    who: str
    title: str
    tone: str
    comment: str


def due(at: int | None, now: int) -> Due:
    if at is None:
        return Due("no due date", is_late=False, at=None)
    away = abs(at - now)
    span = f"{away // DAY_S} d" if away >= 2 * DAY_S else f"{max(1, away // HOUR_S)} h"
    return Due(f"{span} late" if at < now else f"due in {span}", is_late=at < now, at=at)


def task_row(state: EcmState, process: Process, task: Task) -> dict[str, object]:
    drawn = state.workflows.maps.get(process.map_id)
    return {
        "href": f"/tasks/{process.id}/{task.step_id}",
        "title": process.title,
        "step": drawn.step(task.step_id).title,
        "map": drawn.name,
        "from": person_name(state, task.message.performer_id if task.message else process.initiator_id),
        "received": task.ready_at,
        "due": due(task.due_at if task.due_at is not None else process.due_at, state.clock.seconds()),
        "is_review": bool(task.asker_id),
        "facts": [value for _, value in attribute_rows(state, process) if value and "\n" not in value][1:7],
        "attachments": len(state.workflows.attachments.items(process.attachments_id)),
    }


def process_row(state: EcmState, process: Process) -> dict[str, object]:
    drawn = state.workflows.maps.get(process.map_id)
    decision = process.decision
    return {
        "href": f"/workflows/{process.id}",
        "title": process.title,
        "map": drawn.name,
        "standing": standing(state, process),
        "steps": [drawn.step(task.step_id).title for task in process.open_tasks],
        "with": [person_name(state, task.performer_id) for task in process.open_tasks],
        "decision": decision.label if decision is not None else "",
        "tone": decision_tone(decision.label) if decision is not None else "",
        "started": process.initiated_at,
    }


def standing(state: EcmState, process: Process) -> tuple[str, str]:
    """The standing as a word, and the colour of its badge."""
    return _STANDINGS[state.workflows.status(process)]


def attribute_rows(state: EcmState, process: Process) -> list[tuple[str, str]]:
    """Names and values of the attributes that are set or short; the order's data, mostly."""
    drawn = state.workflows.maps.get(process.map_id)
    return [
        (item.name, shown_value(state, item, process.values.get(item.id)))
        for item in drawn.attributes.items
        if isinstance(item, Attribute)
    ]


def attached(state: EcmState, process: Process) -> list[Attached]:
    """What is attached, PDF documents first: they are what a decision is made on."""
    rows = [
        _attached(state, original)
        for _, original in state.workflows.attachments.items(process.attachments_id)
    ]
    return sorted(rows, key=lambda one: one.shown != "pdf")


def timeline(state: EcmState, process: Process) -> list[Entry]:
    """All that happened, the latest first, attachments added since the start among it."""
    drawn = state.workflows.maps.get(process.map_id)
    numbered = [
        (one.at, number, _entry(state, audit_message(state, drawn, one), one))
        for number, one in enumerate(process.history)
    ]
    for child, original in state.workflows.attachments.items(process.attachments_id):
        if child.create_date > process.initiated_at:
            who = person_name(state, child.create_user_id)
            entry = Entry(child.create_date, who, f"Attached '{original.name}'", "blue", "")
            numbered.append((child.create_date, 1_000_000 + child.id, entry))
    return [entry for *_, entry in sorted(numbered, key=lambda one: one[:2], reverse=True)]


def choices(state: EcmState, process: Process, task: Task) -> list[tuple[str, str, str]]:
    """The buttons that finish a task: value, label, tone."""
    step = state.workflows.maps.get(process.map_id).step(task.step_id)
    standard, custom = actions_of(step, task)
    if custom:
        return [(f"decide:{one.key}", one.label, decision_tone(one.key)) for one in custom]
    return [("send-on", label, "good") for key, label in standard if key == "SendOn"]


def decision_tone(name: str) -> str:
    """Green for a plain yes, red for a no, quiet for everything else."""
    word = name.casefold()
    if word.startswith(("reject", "decline", "deny")):
        return "bad"
    return "good" if word in ("approve", "approved", "accept") else "quiet"


def colleagues(state: EcmState, member: Member) -> list[Member]:
    """Users a task can be handed to."""
    found = [one for one in state.members.all() if one.type == USER and one.id != member.id and one.password]
    return sorted(found, key=lambda one: one.display_name.casefold())


def person_name(state: EcmState, member_id: int) -> str:
    member = state.members.find(member_id)
    return member.display_name if member is not None else str(member_id)


def is_over(process: Process) -> bool:
    return process.standing in (Standing.COMPLETED, Standing.STOPPED, Standing.ARCHIVED)


def _attached(state: EcmState, node: Node) -> Attached:
    if not node.versions:
        return Attached(node, "", 0, 0)
    version = node.versions[-1]
    shown = SHOWN_AS.get(version.mime_type, "")
    text = ""
    if shown == "text":
        text = state.documents.content(version)[:MAX_TEXT_BYTES].decode("utf-8", "replace")
    return Attached(node, shown, version.number, version.size_bytes, text)


def _entry(state: EcmState, title: str, one: Activity) -> Entry:
    tone = _TONES.get(one.deed, "")
    if one.deed is Deed.DISPOSITION:
        tone = {"good": "good", "bad": "bad"}.get(decision_tone(one.label), "warn")
    is_server = one.deed in (Deed.WRITE, Deed.COMPLETE)
    return Entry(
        one.at, "Content Server" if is_server else person_name(state, one.by), title, tone, one.comment
    )
