"""The desk of an approver: the inbox, a task with its documents, the decision, and a workflow's history."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from muniment_sandbox.ecm.pages.people import People, Person
from muniment_sandbox.ecm.pages.workflow_rows import (
    attached,
    attribute_rows,
    choices,
    colleagues,
    due,
    is_over,
    person_name,
    process_row,
    standing,
    task_row,
    timeline,
)
from muniment_sandbox.ecm.state import EcmState, Refused
from muniment_sandbox.ecm.state.refusals import Kind
from muniment_sandbox.ecm.state.whole_numbers import whole_number_or_none
from muniment_sandbox.ecm.state.workflow_processes import Process, Task
from muniment_sandbox.pages import Pages, form_of

MAX_COMMENT_LENGTH = 4000
MAX_ROWS = 200
_OUTDATED = "This form was not yours or is out of date. Nothing was changed; please look again."


class Tasks:
    """The handlers of the inbox and of workflows."""

    def __init__(self, state: EcmState, pages: Pages, people: People) -> None:
        self._state = state
        self._pages = pages
        self._people = people

    async def inbox(self, request: web.Request) -> web.StreamResponse:
        """My tasks, the late first."""
        person = self._people.required(request)
        state = self._state
        rows = [task_row(state, *one) for one in state.workflows.assignments(person.member)]
        late = sum(1 for row in rows if getattr(row["due"], "is_late", False))
        done = self._just_done(request, person)
        return self._page(person, "tasks.html", {"rows": rows, "late": late, "done": done})

    async def task(self, request: web.Request) -> web.StreamResponse:
        person = self._people.required(request)
        try:
            process, task = self._mine(request, person)
        except Refused:
            return self._gone(person)
        return self._task_page(person, process, task)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Carry out what a form of the task page asks for; refused or incomplete, show it again and why."""
        person = self._people.required(request)
        fields = await form_of(request)
        try:
            process, task = self._mine(request, person)
        except Refused:
            return self._gone(person)
        if not self._people.is_own_form(person, fields):
            return self._task_page(person, process, task, problem=_OUTDATED, fields=fields)
        try:
            self._carry_out(person, process, task, fields)
        except Refused as refused:
            return self._task_page(person, process, task, problem=refused.text, fields=fields)
        self._state.commit()
        return self._redirect(person, f"/tasks?done={process.id}")

    async def workflows(self, request: web.Request) -> web.StreamResponse:
        """Workflows the member has or had to do with, the latest first."""
        person = self._people.required(request)
        workflows = self._state.workflows
        found = [one for one in workflows.all() if workflows.is_involved(one, person.member)]
        found.sort(key=lambda one: (is_over(one), -one.initiated_at, -one.id))
        rows = [process_row(self._state, one) for one in found[:MAX_ROWS]]
        return self._page(person, "workflows.html", {"rows": rows})

    async def workflow(self, request: web.Request) -> web.StreamResponse:
        """One workflow: where it stands, and all that happened."""
        person = self._people.required(request)
        try:
            process = self._state.workflows.involved(int(request.match_info["process"]), person.member)
        except Refused:
            return self._gone(person)
        mine = [
            f"/tasks/{process.id}/{task.step_id}"
            for other, task in self._state.workflows.assignments(person.member)
            if other is process
        ]
        about = self._about(process)
        return self._page(person, "workflow.html", {"my_task": next(iter(mine), None), **about})

    def _carry_out(self, person: Person, process: Process, task: Task, fields: Mapping[str, str]) -> None:
        workflows, member = self._state.workflows, person.member
        choice, comment = fields.get("choice", ""), fields.get("comment", "").strip()
        if not comment:
            raise Refused(Kind.INVALID, "Please say why in the comment: it becomes part of the record.")
        if len(comment) > MAX_COMMENT_LENGTH:
            raise Refused(Kind.INVALID, f"The comment can have at most {MAX_COMMENT_LENGTH} characters.")
        if choice in ("delegate", "review"):
            to_id = fields.get("assignee", "")
            to_member = whole_number_or_none(to_id)
            if to_member is None:
                raise Refused(Kind.INVALID, "Please choose to whom the task goes.")
            hand_over = workflows.delegate if choice == "delegate" else workflows.ask_for_review
            hand_over(process, task, member, to_member, comment)
            return
        step = workflows.maps.get(process.map_id).step(task.step_id)
        workflows.check_signature(step, member, fields.get("password", ""))
        if choice.startswith("decide:"):
            workflows.decide(process, task, member, choice.removeprefix("decide:"), comment)
        elif choice == "send-on":
            workflows.send_on(process, task, member, comment)
        else:
            raise Refused(Kind.INVALID, "Please choose what to do with the task.")

    def _mine(self, request: web.Request, person: Person) -> tuple[Process, Task]:
        process_id, step_id = (int(request.match_info[name]) for name in ("process", "step"))
        return self._state.workflows.task(process_id, process_id, step_id, person.member)

    def _task_page(
        self,
        person: Person,
        process: Process,
        task: Task,
        *,
        problem: str = "",
        fields: Mapping[str, str] | None = None,
    ) -> web.StreamResponse:
        state = self._state
        step = state.workflows.maps.get(process.map_id).step(task.step_id)
        message = task.message
        shown = {
            "problem": problem,
            "fields": dict(fields or {}),
            "step": step,
            "task": task,
            "due": due(task.due_at if task.due_at is not None else process.due_at, state.clock.seconds()),
            "message": message,
            "message_from": person_name(state, message.performer_id) if message is not None else "",
            "choices": choices(state, process, task),
            "colleagues": colleagues(state, person.member),
            "max_comment": MAX_COMMENT_LENGTH,
        }
        about = self._about(process)
        return self._page(person, "task.html", {**about, **shown}, status=400 if problem else 200)

    def _about(self, process: Process) -> dict[str, object]:
        state = self._state
        drawn = state.workflows.maps.get(process.map_id)
        return {
            "process": process,
            "map_name": drawn.name,
            "standing": standing(state, process),
            "attributes": [one for one in attribute_rows(state, process) if one[1]],
            "attachments": attached(state, process),
            "workspace": state.workflows.attachments.workspace(process.attachments_id),
            "timeline": timeline(state, process),
            "initiator": person_name(state, process.initiator_id),
            "process_due": due(process.due_at, state.clock.seconds()),
            "now_at": [
                (drawn.step(one.step_id).title, person_name(state, one.performer_id))
                for one in process.open_tasks
            ],
            "decision": process.decision,
            "decided_by": person_name(state, process.decision.by) if process.decision else "",
        }

    def _just_done(self, request: web.Request, person: Person) -> tuple[str, str] | None:
        """What the member did last with the workflow that the address names, to confirm it."""
        wanted = request.query.get("done", "")
        process = self._state.workflows.find(int(wanted)) if wanted.isdecimal() and len(wanted) < 12 else None
        if process is None:
            return None
        mine = [one for one in process.history if one.by == person.member.id and one.step_id]
        return (process.title, mine[-1].label or mine[-1].deed.value) if mine else None

    def _gone(self, person: Person) -> web.StreamResponse:
        return self._page(person, "task_gone.html", {}, status=404)

    def _page(
        self, person: Person, template: str, shown: Mapping[str, object], *, status: int = 200
    ) -> web.StreamResponse:
        response = self._pages.render(template, status=status, **{"person": person, **shown})
        response.headers["Cache-Control"] = "no-store"
        self._people.keep(response, person)
        return response

    def _redirect(self, person: Person, path: str) -> web.StreamResponse:
        response = web.Response(status=303, headers={"Location": path})
        self._people.keep(response, person)
        return response
