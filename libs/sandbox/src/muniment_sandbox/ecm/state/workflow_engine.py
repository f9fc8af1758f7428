"""How a process moves: pure functions on the process and its map; no clock, no members, no nodes.

Every function changes the process, adds to its history, and refuses what the process does not allow. Those
that may reach automatic steps return them, done; the caller carries out what they write and then calls
:func:`settle`.
"""

from __future__ import annotations

from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.workflow_maps import INITIATOR, Disposition, Step, WorkflowMap
from muniment_sandbox.ecm.state.workflow_processes import Activity, Deed, Message, Process, Standing, Task

_CHANGES: dict[str, tuple[frozenset[Standing], Standing, Deed]] = {
    "suspend": (frozenset({Standing.RUNNING}), Standing.SUSPENDED, Deed.SUSPEND),
    "resume": (frozenset({Standing.SUSPENDED}), Standing.RUNNING, Deed.RESUME),
    "stop": (frozenset({Standing.RUNNING, Standing.SUSPENDED}), Standing.STOPPED, Deed.STOP),
    "archive": (frozenset({Standing.COMPLETED, Standing.STOPPED}), Standing.ARCHIVED, Deed.ARCHIVE),
}


def no_task() -> Refused:
    """What the server says of a task or process that is finished, unknown or somebody else's."""
    return Refused(Kind.INVALID, "Could not access task status")


def unknown_action() -> Refused:
    return Refused(Kind.INVALID, "The requested action is unknown.")


def start(process: Process, drawn: WorkflowMap, comment: str) -> list[Step]:
    """Begin a new process: its first steps are ready."""
    now = process.initiated_at
    process.history.append(Activity(now, process.initiator_id, Deed.START, comment=comment))
    return _advance(process, drawn, drawn.first, now)


def send_on(process: Process, drawn: WorkflowMap, task: Task, by: int, comment: str, now: int) -> list[Step]:
    """Finish a task that has nothing to decide; one that is here for review goes back to who asked."""
    _check_open(process, task)
    if task.asker_id:
        _reply(process, task, by, comment, now)
        return []
    step = drawn.step(task.step_id)
    if step.dispositions:
        raise unknown_action()
    accept(process, task, by, now)
    process.history.append(Activity(now, by, Deed.SEND_ON, step.id, comment))
    return _finish(process, drawn, task, by, step.leads_to, now)


def decide(
    process: Process, drawn: WorkflowMap, task: Task, by: int, key: str, comment: str, now: int
) -> list[Step]:
    """Finish a task with one of its dispositions."""
    _check_open(process, task)
    chosen = None if task.asker_id else drawn.step(task.step_id).disposition(key)
    if chosen is None:
        raise unknown_action()
    accept(process, task, by, now)
    process.history.append(
        Activity(now, by, Deed.DISPOSITION, task.step_id, comment, chosen.label or chosen.key)
    )
    return _finish(process, drawn, task, by, chosen.leads_to, now)


def delegate(process: Process, task: Task, by: int, to: int, comment: str, now: int) -> None:
    """Hand a task over to another user for good."""
    _check_open(process, task)
    process.history.append(Activity(now, by, Deed.FORWARD, task.step_id, comment, member_id=to))
    task.performer_id, task.message = to, Message(by, "delegate", comment)


def ask_for_review(process: Process, task: Task, by: int, to: int, comment: str, now: int) -> None:
    """Lend a task to another user, who sends it back; only the owner decides."""
    _check_open(process, task)
    if task.asker_id:
        raise unknown_action()
    process.history.append(Activity(now, by, Deed.REVIEW, task.step_id, comment, member_id=to))
    task.asker_id, task.performer_id, task.message = by, to, Message(by, "review", comment)


def accept(process: Process, task: Task, by: int, now: int) -> None:
    """Take a task of a group for oneself; nothing happens when one has it already."""
    _check_open(process, task)
    if task.performer_id == by:
        return
    process.history.append(Activity(now, by, Deed.ACCEPT, task.step_id))
    task.performer_id = by


def change_standing(process: Process, change: str, by: int, now: int) -> None:
    """Suspend, resume, stop or archive; refuse a change that the standing does not allow."""
    allowed = _CHANGES.get(change.casefold())
    if allowed is None:
        raise Refused(Kind.INVALID, "Invalid datatype specified for argument 'status'")
    before, after, deed = allowed
    if process.standing not in before:
        raise no_task()
    process.standing = after
    process.history.append(Activity(now, by, deed))


def settle(process: Process, now: int) -> None:
    """Complete a running process when nothing is left open; called once its automatic steps are done."""
    if process.standing is Standing.RUNNING and not process.open_tasks:
        process.standing, process.completed_at = Standing.COMPLETED, now
        process.history.append(Activity(now, process.initiator_id, Deed.COMPLETE))


def actions_of(step: Step, task: Task) -> tuple[list[tuple[str, str]], list[Disposition]]:
    """What the performer may do: standard actions as key and label, and custom ones."""
    if task.asker_id:
        return [("SendOn", "Reply"), ("Delegate", "Forward")], []
    standard = [("Delegate", "Forward"), ("Review", "Send for Review")]
    if step.dispositions:
        return standard, list(step.dispositions)
    return [("SendOn", "Send On"), *standard], []


def _check_open(process: Process, task: Task) -> None:
    if process.standing is not Standing.RUNNING or not task.is_open:
        raise no_task()


def _reply(process: Process, task: Task, by: int, comment: str, now: int) -> None:
    process.history.append(Activity(now, by, Deed.REPLY, task.step_id, comment, member_id=task.asker_id))
    task.performer_id, task.asker_id = task.asker_id, 0
    task.message = Message(by, "review_return", comment)


def _finish(
    process: Process, drawn: WorkflowMap, task: Task, by: int, leads_to: tuple[int, ...], now: int
) -> list[Step]:
    task.done_at, task.done_by = now, by
    return _advance(process, drawn, leads_to, now)


def _advance(process: Process, drawn: WorkflowMap, leads_to: tuple[int, ...], now: int) -> list[Step]:
    """Make the steps ready that can be; pass the automatic ones and return them."""
    performed: list[Step] = []
    waiting = list(leads_to)
    while waiting:
        step = drawn.step(waiting.pop(0))
        if process.open_task(step.id) is not None or not _is_ready(process, step):
            continue
        task = _ready_task(process, drawn, step, now)
        process.tasks.append(task)
        if step.is_automatic:
            task.done_at, task.done_by = now, task.performer_id
            performed.append(step)
            waiting += step.leads_to
    return performed


def _is_ready(process: Process, step: Step) -> bool:
    """A join is ready when each step it waits for was done oftener than the join itself got ready."""
    rounds = _rounds(process, step.id)
    done = [task.step_id for task in process.tasks if not task.is_open]
    return all(done.count(before) > rounds for before in step.waits_for)


def _ready_task(process: Process, drawn: WorkflowMap, step: Step, now: int) -> Task:
    performer = process.initiator_id
    if step.role != INITIATOR:
        performer = process.roles.get(step.role) or drawn.roles[step.role]
    due_at = None if step.due_s is None else now + step.due_s
    return Task(step.id, _rounds(process, step.id) + 1, performer, now, due_at)


def _rounds(process: Process, step_id: int) -> int:
    return sum(1 for task in process.tasks if task.step_id == step_id)
