"""Workflows: maps, drafts and processes with their attachments; who may see, manage and do what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state import workflow_engine as engine
from muniment_sandbox.ecm.state.attribute_values import stored_value
from muniment_sandbox.ecm.state.clock import Clock
from muniment_sandbox.ecm.state.members import USER, Member, Members
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument, missing_argument
from muniment_sandbox.ecm.state.tables import Sequence, Table
from muniment_sandbox.ecm.state.whole_numbers import whole_number_or_none
from muniment_sandbox.ecm.state.workflow_attachments import WorkflowAttachments
from muniment_sandbox.ecm.state.workflow_engine import no_task
from muniment_sandbox.ecm.state.workflow_maps import Step, WorkflowMap, WorkflowMaps
from muniment_sandbox.ecm.state.workflow_processes import Activity, Deed, Draft, Process, Standing, Task
from muniment_sandbox.ecm.state.workflow_writes import WorkflowWrites

FORM_PREFIX = "WorkflowForm"
SIGNATURE_REFUSED = 662306821


class Workflows:
    """The workflow module of one server."""

    def __init__(
        self,
        maps: Table[int, WorkflowMap],
        drafts: Table[int, Draft],
        processes: Table[int, Process],
        *,
        members: Members,
        attachments: WorkflowAttachments,
        writes: WorkflowWrites,
        sequence: Sequence,
        clock: Clock,
    ) -> None:
        self.maps = WorkflowMaps(maps)
        self.attachments = attachments
        self._drafts = drafts
        self._processes = processes
        self._members = members
        self._writes = writes
        self._sequence = sequence
        self._clock = clock
        self._open: dict[int, None] = {}

    def rebuild(self) -> None:
        """Find the processes that wait for somebody again, after the tables were loaded."""
        self._open = {process.id: None for process in self._processes.values() if process.open_tasks}

    def prepare(self, map_id: int, member: Member, document_ids: Iterable[int] = ()) -> Draft:
        """Make a draft of a map with its attachments; documents are attached as shortcuts."""
        drawn = self.maps.get(map_id)
        documents = self.attachments.originals(document_ids)
        draft_id = self._sequence.next()
        folder = self.attachments.open(draft_id, documents, member.id)
        draft = Draft(draft_id, drawn.id, member.id, folder.id, self._clock.seconds(), drawn.name)
        draft.due_at = None if drawn.due_s is None else draft.created_at + drawn.due_s
        return self._drafts.put(draft.id, draft)

    def draft(self, draft_id: int, member: Member) -> Draft:
        """Return a draft of the member's own; refuse any other."""
        found = self._drafts.get(draft_id)
        if found is None or (found.creator_id != member.id and not member.is_admin):
            raise Refused(Kind.FAILED, f"Could not get a draft workflow for {draft_id}")
        return found

    def fill(self, draft: Draft, values: Mapping[str, Json]) -> None:
        """Set title, due date and attributes of a draft by their form keys; all of it or nothing."""
        filled = replace(draft)
        given = dict(values)
        filled.title = str(given.pop(f"{FORM_PREFIX}_Title", "") or draft.title)
        if f"{FORM_PREFIX}_WorkflowDueDate" in given:
            filled.due_at = _moment(given.pop(f"{FORM_PREFIX}_WorkflowDueDate"))
        filled.values = self._merged(self.maps.get(draft.map_id), draft.values, given)
        self._drafts.put(draft.id, filled)

    def initiate(
        self, draft: Draft, member: Member, comment: str, roles: Mapping[str, int] | None = None
    ) -> Process:
        """Start the process of a draft; the draft is gone then, and the process has an id of its own."""
        drawn = self.maps.get(draft.map_id)
        _check_required(drawn, draft.values)
        process = Process(
            id=self._sequence.next(),
            map_id=drawn.id,
            title=draft.title,
            initiator_id=member.id,
            initiated_at=self._clock.seconds(),
            attachments_id=draft.attachments_id,
            due_at=draft.due_at,
            values=dict(draft.values),
            roles=dict(roles or {}),
        )
        self._perform(process, engine.start(process, drawn, comment))
        self._drafts.remove(draft.id)
        return process

    def start(
        self,
        map_id: int,
        member: Member,
        document_ids: Iterable[int] = (),
        roles: Mapping[str, int] | None = None,
    ) -> Process:
        """Start without a draft to fill. ``roles`` binds roles of the map to other members."""
        drawn = self.maps.get(map_id)
        for name, member_id in (roles or {}).items():
            if name not in drawn.roles:
                raise invalid_argument("role_info")
            self._members.get(member_id)
        return self.initiate(self.prepare(map_id, member, document_ids), member, "", roles)

    def find(self, process_id: int) -> Process | None:
        return self._processes.get(process_id)

    def all(self) -> Iterable[Process]:
        return self._processes.values()

    def watched(self, process_id: int, member: Member) -> Process:
        """Return a process the member initiated or manages; refuse any other."""
        process = self._processes.get(process_id)
        if process is None or not (self.manages(process, member) or process.initiator_id == member.id):
            raise no_task()
        return process

    def involved(self, process_id: int, member: Member) -> Process:
        """Return a process the member watches or has, or had, a task of."""
        process = self._processes.get(process_id)
        if process is None or not self.is_involved(process, member):
            raise no_task()
        return process

    def is_involved(self, process: Process, member: Member) -> bool:
        if process.initiator_id == member.id or self.manages(process, member):
            return True
        ids = identities(member)
        return any(
            task.performer_id in ids or task.asker_id in ids or task.done_by in ids for task in process.tasks
        ) or any(one.by in ids for one in process.history)

    def manages(self, process: Process, member: Member) -> bool:
        if member.is_admin:
            return True
        return not identities(member).isdisjoint(self.maps.get(process.map_id).manager_ids)

    def status(self, process: Process) -> str:
        """``ontime`` or ``workflowlate`` while it runs, else its standing."""
        if process.standing is not Standing.RUNNING:
            return str(process.standing.value)
        return "workflowlate" if process.is_late(self._clock.seconds()) else "ontime"

    def task_status(self, process: Process, task: Task) -> str:
        if not task.is_open:
            return "completed"
        if process.standing is not Standing.RUNNING:
            return str(process.standing.value)
        return "workflowlate" if _is_late(process, task, self._clock.seconds()) else "ontime"

    def change_standing(self, process: Process, change: str, member: Member) -> None:
        """Suspend, resume, stop or archive, as manager or initiator."""
        self._check_manager(process, member)
        engine.change_standing(process, change, member.id, self._clock.seconds())
        self._put(process)

    def delete(self, process: Process, member: Member) -> None:
        self._check_manager(process, member)
        self.attachments.remove(process.attachments_id)
        self._open.pop(process.id, None)
        self._processes.remove(process.id)

    def assignments(self, member: Member) -> list[tuple[Process, Task]]:
        """What waits for the member or their groups in running processes: late first, then by due date."""
        ids, now = identities(member), self._clock.seconds()
        found = [
            (process, task)
            for process in (self._processes[one] for one in self._open)
            if process.standing is Standing.RUNNING
            for task in process.open_tasks
            if task.performer_id in ids
        ]
        return sorted(found, key=lambda one: _urgency(one[0], one[1], now))

    def task(self, process_id: int, subprocess_id: int, step_id: int, member: Member) -> tuple[Process, Task]:
        """Return an open task of the member's own; refuse any other as if it were not there."""
        process = self._processes.get(process_id)
        task = None if process is None or subprocess_id != process.id else process.open_task(step_id)
        if (
            process is None
            or task is None
            or process.standing is not Standing.RUNNING
            or task.performer_id not in identities(member)
        ):
            raise no_task()
        return process, task

    def merged_values(self, process: Process, values: Mapping[str, Json]) -> dict[int, Json]:
        """What the attributes of a process become by values under their form keys; it stays as it is."""
        given = {key: value for key, value in values.items() if key != f"{FORM_PREFIX}_Title"}
        return self._merged(self.maps.get(process.map_id), process.values, given)

    def set_values(self, process: Process, values: dict[int, Json]) -> None:
        process.values = values
        self._put(process)

    def send_on(self, process: Process, task: Task, member: Member, comment: str) -> None:
        drawn = self.maps.get(process.map_id)
        self._perform(
            process, engine.send_on(process, drawn, task, member.id, comment, self._clock.seconds())
        )

    def decide(self, process: Process, task: Task, member: Member, key: str, comment: str) -> None:
        drawn = self.maps.get(process.map_id)
        now = self._clock.seconds()
        self._perform(process, engine.decide(process, drawn, task, member.id, key, comment, now))

    def delegate(self, process: Process, task: Task, member: Member, to_id: int, comment: str) -> None:
        other = self._user(to_id)
        engine.delegate(process, task, member.id, other.id, comment, self._clock.seconds())
        self._put(process)

    def ask_for_review(self, process: Process, task: Task, member: Member, to_id: int, comment: str) -> None:
        other = self._user(to_id)
        engine.ask_for_review(process, task, member.id, other.id, comment, self._clock.seconds())
        self._put(process)

    def accept(self, process: Process, task: Task, member: Member) -> None:
        """Take a group's task for oneself."""
        engine.accept(process, task, member.id, self._clock.seconds())
        self._put(process)

    def check_signature(self, step: Step, member: Member, password: str) -> None:
        """Refuse a step that must be signed when the password is not the member's."""
        if step.needs_signature and self._members.with_password(member.name, password) is None:
            raise Refused(Kind.INVALID, "Invalid username/password specified", SIGNATURE_REFUSED)

    def _perform(self, process: Process, automatic: list[Step]) -> None:
        """Carry out what automatic steps write; what could not be written is noted, the process goes on."""
        now = self._clock.seconds()
        for step in automatic:
            for note in self._writes.carry_out(process, step):
                process.history.append(Activity(now, process.initiator_id, Deed.WRITE, step.id, note=note))
        engine.settle(process, now)
        self._put(process)

    def _put(self, process: Process) -> None:
        self._processes.put(process.id, process)
        if process.open_tasks:
            self._open[process.id] = None
        else:
            self._open.pop(process.id, None)

    def _check_manager(self, process: Process, member: Member) -> None:
        if process.initiator_id != member.id and not self.manages(process, member):
            raise Refused(Kind.INVALID, "No permission to change the status of the process")

    def _user(self, member_id: int) -> Member:
        member = self._members.get(member_id)
        if member.type != USER:
            raise invalid_argument("assignee")
        return member

    def _merged(
        self, drawn: WorkflowMap, before: Mapping[int, Json], given: Mapping[str, Json]
    ) -> dict[int, Json]:
        merged = dict(before)
        for key, value in given.items():
            if key == FORM_PREFIX and not value:
                continue
            number = key.removeprefix(f"{FORM_PREFIX}_")
            wanted = whole_number_or_none(number)
            attribute = drawn.attributes.attribute(wanted) if wanted is not None else None
            if attribute is None:
                raise invalid_argument(key)
            merged[attribute.id] = stored_value(attribute, key, value)
        return merged


def identities(member: Member) -> frozenset[int]:
    """The ids under which tasks reach a member: its own and its groups'."""
    return frozenset((member.id, *member.group_ids))


def _check_required(drawn: WorkflowMap, values: Mapping[int, Json]) -> None:
    for item in drawn.attributes.items:
        if getattr(item, "required", False) and values.get(item.id) in (None, "", []):
            raise missing_argument(item.name)


def _urgency(process: Process, task: Task, now: int) -> tuple[bool, float, int]:
    dues = [due for due in (task.due_at, process.due_at) if due is not None]
    return (not _is_late(process, task, now), min(dues, default=float("inf")), process.initiated_at)


def _is_late(process: Process, task: Task, now: int) -> bool:
    return any(due is not None and due < now for due in (task.due_at, process.due_at))


def _moment(given: Json) -> int | None:
    """``2026-07-06 21:42:30.000`` or ISO 8601, in UTC when it names no zone; empty takes the date away."""
    if given in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        raise invalid_argument(f"{FORM_PREFIX}_WorkflowDueDate") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
