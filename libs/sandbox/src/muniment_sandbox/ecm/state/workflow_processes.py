"""Running workflows: the draft before the start, the process, its tasks, and all that happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from muniment_sandbox.ecm.jsontype import Json


class Standing(Enum):
    """Where a process is in its life. Late is not a standing: it follows from the due dates."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class Deed(Enum):
    """What can happen to a process. The API's activities are the first six, the audit has all."""

    START = "start"
    SEND_ON = "sendon"
    DISPOSITION = "disposition"
    FORWARD = "forward"
    REVIEW = "review"
    REPLY = "reply"
    ACCEPT = "accept"
    WRITE = "write"
    SUSPEND = "suspend"
    RESUME = "resume"
    STOP = "stop"
    COMPLETE = "complete"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry of a process's history. Times are epoch seconds.

    ``step_id`` 0 is the process itself; ``member_id`` to whom a task went; ``label`` the disposition's;
    ``note`` what the server has to add.
    """

    at: int
    by: int
    deed: Deed
    step_id: int = 0
    comment: str = ""
    label: str = ""
    member_id: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What came with a task that somebody handed over: ``delegate``, ``review`` or ``review_return``."""

    performer_id: int
    type: str
    text: str


@dataclass(slots=True)
class Task:
    """A step that got ready, once a round. ``performer_id`` has it: a user, or a group until one accepts.

    ``asker_id`` is set while the task is with somebody for review: whom it goes back to.
    """

    step_id: int
    round: int
    performer_id: int
    ready_at: int
    due_at: int | None = None
    done_at: int | None = None
    done_by: int = 0
    asker_id: int = 0
    message: Message | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is None


@dataclass(slots=True)
class Draft:
    """A process that is prepared and not yet started."""

    id: int
    map_id: int
    creator_id: int
    attachments_id: int
    created_at: int
    title: str = ""
    due_at: int | None = None
    values: dict[int, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Process:
    """A started workflow. Its first subprocess has the same id. ``values`` are its attributes by id."""

    id: int
    map_id: int
    title: str
    initiator_id: int
    initiated_at: int
    attachments_id: int
    due_at: int | None = None
    completed_at: int | None = None
    standing: Standing = Standing.RUNNING
    values: dict[int, Json] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    history: list[Activity] = field(default_factory=list)

    @property
    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.is_open]

    def open_task(self, step_id: int) -> Task | None:
        return next((task for task in self.tasks if task.is_open and task.step_id == step_id), None)

    @property
    def decision(self) -> Activity | None:
        """The last disposition that was chosen."""
        return next((one for one in reversed(self.history) if one.deed is Deed.DISPOSITION), None)

    def is_late(self, now: int) -> bool:
        """Whether the process, or a step it stands at, is over its due date. Only what runs is late."""
        if self.standing is not Standing.RUNNING:
            return False
        dues = [self.due_at, *(task.due_at for task in self.open_tasks)]
        return any(due is not None and due < now for due in dues)
