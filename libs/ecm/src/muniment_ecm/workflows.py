"""Workflows: from the map to the decision.

Two accounts share the work: the writer starts processes, a reader that the map names as manager polls them.
Each is a ``ContentServer`` of its own; what one may not see answers ``TaskNotAccessible``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from enum import Enum
from functools import partial

from muniment_ecm.answers import JsonObject, integer, json_object, objects, one_result, part, results, text
from muniment_ecm.attributes import Value
from muniment_ecm.creation import Created, Origin, create_once
from muniment_ecm.errors import (
    AnswerNotUnderstood,
    NameTaken,
    NodeNotAccessible,
    SetUpMissing,
    UnknownRoute,
)
from muniment_ecm.forms import Form, body_form, form
from muniment_ecm.names import safe_name
from muniment_ecm.nodes import Nodes
from muniment_ecm.session import Session
from muniment_ecm.times import attribute_time
from muniment_ecm.transport import Params
from muniment_ecm.volumes import Volumes, VolumeType
from muniment_ecm.workflow_errors import TaskNotAccessible, workflow_refusals
from muniment_ecm.workflow_maps import FORM_PREFIX, MAP_TYPE, WorkflowMap, parse_map
from muniment_ecm.workflow_plans import WorkflowPlan
from muniment_ecm.workflow_progress import (
    Activity,
    Outcome,
    ProcessRecord,
    ProcessStatus,
    last_decision,
    parse_activities,
    parse_record,
    parse_status,
)
from muniment_ecm.workflow_tasks import Assignment, TaskForm, parse_assignment, parse_task_form

MAP_FOLDER = ("Workflows",)
REFERENCE = "Reference"
"""The attribute that gets a plan's key, where the map has it."""
_SHORTCUT = 1
_ENDED = ("completed", "stopped")
_STATUSES = ("ontime", "workflowlate", *_ENDED)


class StatusChange(Enum):
    """What a manager may do to a process."""

    SUSPEND = "suspend"
    RESUME = "resume"
    STOP = "stop"
    ARCHIVE = "archive"


class Workflows:
    """Starts, watches and answers workflows. Maps lie in ``map_folder`` of the Enterprise volume."""

    def __init__(
        self,
        session: Session,
        nodes: Nodes,
        volumes: Volumes,
        *,
        map_folder: Sequence[str] = MAP_FOLDER,
        server_zone: tzinfo = UTC,
    ) -> None:
        self._session = session
        self._nodes = nodes
        self._volumes = volumes
        self._map_folder = tuple(map_folder)
        self._zone = server_zone
        self._maps: dict[str, WorkflowMap] = {}

    async def map_named(self, name: str) -> WorkflowMap:
        """Return the map of this name; it is read once. Raises ``SetUpMissing``."""
        known = self._maps.get(name)
        if known is None:
            known = await self.map(await self._map_id(name), name)
            self._maps[name] = known
        return known

    async def map(self, map_id: int, name: str = "") -> WorkflowMap:
        """Return the definition of one map."""
        what = f"read workflow map {map_id}"
        answer = await self._call("GET", f"/v2/workflows/{map_id}/definition", what)
        return parse_map(map_id, name, one_result(answer, what), what)

    async def start_once(self, plan: WorkflowPlan) -> Created[int]:
        """Return the one process of the plan's key, started if there is none yet: its id, and who made it.

        Looks first, and again wherever an answer was lost. A draft whose answer was lost stays behind: it is
        no process and nobody sees it. Two callers at the same moment with one key must be kept apart by
        whoever calls. Raises ``SetUpMissing``, ``InvalidValue``.
        """
        found = await self.find(plan.mark)
        if found is not None:
            return Created(found, Origin.FOUND)
        drawn = await self.map_named(plan.map_name)
        values = dict(plan.values)
        if REFERENCE in drawn.attributes:
            values.setdefault(REFERENCE, plan.key)
        drawn.form_values(values)  # refused before anything is made
        draft_id = await self.draft(drawn.id, plan.document_ids)
        await self.fill(draft_id, drawn, values, title=plan.marked_title, due_at=plan.due_at)
        return await create_once(
            partial(self._initiate_unless_gone, draft_id, plan), partial(self.find, plan.mark)
        )

    async def find(self, mark: str) -> int | None:
        """Return the oldest process whose title ends with ``mark``, whatever became of it."""
        found = await self._titled(mark)
        return min(found, default=None)

    async def draft(self, map_id: int, document_ids: Sequence[int] = ()) -> int:
        """Make a draft with documents attached and return its id. Repeating it makes another draft."""
        what = f"prepare a workflow of map {map_id}"
        body: JsonObject = {"workflow_id": map_id}
        if document_ids:
            body |= {"doc_ids": ",".join(str(one) for one in document_ids), "AttachDocuments": "true"}
        answer = await self._call("POST", "/v2/draftprocesses", what, form=body_form(body))
        return _id(one_result(answer, what), "draftprocess_id", what)

    async def attachments_of_draft(self, draft_id: int) -> int:
        """Return the container of the draft's attachments; more may be put into it."""
        what = f"read draft workflow {draft_id}"
        content = await self._call(
            "GET", "/v1/forms/draftprocesses/update", what, params=[("draftprocess_id", draft_id)]
        )
        for package in objects(part(content, "data").get("data_packages")):
            folder_id = integer(part(package, "data"), "attachment_folder_id")
            if folder_id > 0:
                return folder_id
        raise AnswerNotUnderstood(f"Could not {what}: the answer names no attachments.")

    async def attach(self, attachments_id: int, node_id: int, name: str) -> None:
        """Put a shortcut to a node among the attachments; done already is fine."""
        body = {
            "type": _SHORTCUT,
            "parent_id": attachments_id,
            "name": safe_name(name),
            "original_id": node_id,
        }
        try:
            await self._call(
                "POST",
                "/v2/nodes",
                f"attach node {node_id} to a workflow",
                repeatable=True,  # done twice, the second answers NameTaken
                form=body_form(body),
            )
        except NameTaken:
            return

    async def fill(
        self,
        draft_id: int,
        drawn: WorkflowMap,
        values: Mapping[str, Value],
        *,
        title: str = "",
        due_at: datetime | None = None,
    ) -> None:
        """Set title, due date and attributes (by name) of a draft; what is not given stays."""
        filled: JsonObject = dict(drawn.form_values(values))
        if title:
            filled[f"{FORM_PREFIX}_Title"] = title
        if due_at is not None:
            filled[f"{FORM_PREFIX}_WorkflowDueDate"] = attribute_time(due_at)
        await self._call(
            "PUT",
            f"/v2/draftprocesses/{draft_id}",
            f"fill draft workflow {draft_id}",
            repeatable=True,
            form=body_form({"action": "formUpdate", "values": filled}),
        )

    async def initiate(self, draft_id: int, comment: str = "") -> int:
        """Start the process of a draft and return its id, which is not the draft's. See ``start_once``."""
        what = f"start the workflow of draft {draft_id}"
        body: JsonObject = {"action": "Initiate"}
        if comment:
            body["comment"] = comment
        answer = await self._call("PUT", f"/v2/draftprocesses/{draft_id}", what, form=body_form(body))
        return _id(one_result(answer, what), "process_id", what)

    async def status(self, process_id: int) -> ProcessStatus:
        """Return how a process stands; for its initiator and managers. Raises ``TaskNotAccessible``."""
        what = f"read the status of process {process_id}"
        answer = await self._call("GET", f"/v2/workflows/status/processes/{process_id}", what)
        return parse_status(process_id, one_result(answer, what), what, zone=self._zone)

    async def activities(self, process_id: int) -> list[Activity]:
        """Return what was done in a process, in the order of the events. Raises ``TaskNotAccessible``."""
        what = f"read the activities of process {process_id}"
        answer = await self._call(
            "GET",
            f"/v2/processes/{process_id}/subprocesses/{process_id}/activities",
            what,
            params=[("limit", 1000)],
        )
        return parse_activities(one_result(answer, what), zone=self._zone)

    async def record(self, process_id: int) -> ProcessRecord:
        """Return everything the server keeps of a process. Raises ``TaskNotAccessible``."""
        what = f"read the record of process {process_id}"
        answer = await self._call("GET", "/v2/workflows/status/info", what, params=[("workid", process_id)])
        return parse_record(process_id, one_result(answer, what), what, zone=self._zone)

    async def outcome(self, process_id: int) -> Outcome | None:
        """Return how a process ended, ``None`` while it runs: one request, three at the end.

        Copy it at once: after the map's retention the server may archive or delete the process.
        """
        status = await self.status(process_id)
        if not status.state.is_over:
            return None
        activities, record = await self.activities(process_id), await self.record(process_id)
        return Outcome(
            state=status.state,
            decision=last_decision(activities, record),
            activities=activities,
            record=record,
        )

    async def assignments(self) -> list[Assignment]:
        """Return the tasks that wait for the account that asks."""
        what = "read the account's assignments"
        content = await self._call("GET", "/v2/members/assignments", what)
        return [
            parse_assignment(part(result, "data", "assignments"), zone=self._zone)
            for result in results(content, what)
        ]

    async def task(self, process_id: int, task_id: int) -> TaskForm:
        """Return the form of a task of the account's own. Raises ``TaskNotAccessible``."""
        what = f"read task {task_id} of process {process_id}"
        params: Params = [("process_id", process_id), ("subprocess_id", process_id), ("task_id", task_id)]
        content = await self._call("GET", "/v1/forms/processes/tasks/update", what, params=params)
        return parse_task_form(part(content, "data"))

    async def decide(self, process_id: int, task_id: int, disposition: str, comment: str) -> None:
        """Finish a task of the account's own with a disposition (its key). Raises ``TaskNotAccessible``.

        After a lost answer read the activities: the decision stands or it does not.
        """
        await self._do(process_id, task_id, {"custom_action": disposition, "comment": comment})

    async def send_on(self, process_id: int, task_id: int, comment: str) -> None:
        """Finish a task that has nothing to decide. Raises ``TaskNotAccessible``."""
        await self._do(process_id, task_id, {"action": "SendOn", "comment": comment})

    async def change_status(self, process_id: int, change: StatusChange) -> None:
        """Suspend, resume, stop or archive; as initiator or manager. Raises ``TaskNotAccessible``."""
        await self._call(
            "PUT",
            f"/v2/processes/{process_id}/status",
            f"{change.value} process {process_id}",
            form=form({"status": change.value}),
        )

    async def _do(self, process_id: int, task_id: int, body: JsonObject) -> None:
        await self._call(
            "PUT",
            f"/v2/processes/{process_id}/subprocesses/{process_id}/tasks/{task_id}",
            f"finish task {task_id} of process {process_id}",
            form=body_form(body),
        )

    async def _initiate_unless_gone(self, draft_id: int, plan: WorkflowPlan) -> int:
        """A draft that is gone was started: by a request whose answer was lost."""
        try:
            return await self.initiate(draft_id, plan.comment)
        except TaskNotAccessible:
            found = await self.find(plan.mark)
            if found is None:
                raise
            return found

    async def _titled(self, mark: str) -> list[int]:
        """Ids of all processes whose title ends with the mark; running, ended and archived ones."""
        ended = await self._listed(mark, _ENDED)
        try:
            return ended + await self._active(mark, "NOARCHIVE") + await self._active(mark, "ARCHIVED")
        except UnknownRoute:  # an older server: its plain list must do
            return await self._listed(mark, _STATUSES)

    async def _active(self, mark: str, status: str) -> list[int]:
        what = "find a started workflow"
        params: Params = [("Kind", "Both"), ("search_name", mark), ("status", status)]
        content = await self._call("GET", "/v2/workflows/status/active", what, params=params)
        found = [
            integer(entry, "Work_WorkID")
            for entry in results(content, what)
            if text(entry, "SubWork_Title").endswith(mark)
        ]
        return [process_id for process_id in found if process_id > 0]

    async def _listed(self, mark: str, statuses: Sequence[str]) -> list[int]:
        what = "find a workflow among the account's own"
        params: Params = [("kind", "Both"), *(("wstatus", one) for one in statuses)]
        content = await self._call("GET", "/v2/workflows/status", what, params=params)
        found = [part(entry, "data", "wfstatus") for entry in results(content, what)]
        return [
            integer(entry, "process_id")
            for entry in found
            if text(entry, "wf_name").endswith(mark) and integer(entry, "process_id") > 0
        ]

    async def _map_id(self, name: str) -> int:
        volume = await self._volumes.get(VolumeType.ENTERPRISE)
        place = " / ".join(self._map_folder)
        try:
            folder = await self._nodes.walk(volume.id, self._map_folder)
        except NodeNotAccessible:
            raise SetUpMissing(
                [f'there is no folder "{place}" for workflow maps that the service account can see']
            ) from None
        node = await self._nodes.child(folder.id, name)
        if node is None or node.type != MAP_TYPE:
            raise SetUpMissing(
                [f'there is no workflow map "{name}" in "{place}" that the service account can see']
            )
        return node.id

    async def _call(
        self,
        method: str,
        path: str,
        what: str,
        *,
        repeatable: bool | None = None,
        params: Params | None = None,
        form: Form | None = None,
    ) -> JsonObject:
        """One call; reading may be repeated, writing only where the caller says so."""
        may_repeat = method == "GET" if repeatable is None else repeatable
        with workflow_refusals(what):
            answer = await self._session.request(
                method, path, what=what, repeatable=may_repeat, params=params, form=form
            )
        return json_object(answer, what)


def _id(result: JsonObject, key: str, what: str) -> int:
    found = integer(result, key)
    if found <= 0:
        raise AnswerNotUnderstood(f"Could not {what}: the answer does not say the id.")
    return found
