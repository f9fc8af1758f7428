"""A desk at which workflows are started, and the people who work on them."""

from __future__ import annotations

from typing import Any

from tests.unit.sandbox_ecm.desk import Desk, Reply

NO_TASK = (400, "Could not access task status")
DAY_S = 86_400


class WorkflowDesk:
    """The writer starts, the reader manages, the others have tasks."""

    def __init__(self, desk: Desk) -> None:
        desk.state.sessions.life_s = 365 * 86_400.0
        self.admin = desk
        self.clock, self.state = desk.clock, desk.state
        self.writer, self.reader = desk.as_member("muniment-writer"), desk.as_member("muniment-reader")
        self.rivera, self.okafor = desk.as_member("rivera"), desk.as_member("okafor")
        self.lindqvist = desk.as_member("lindqvist")

    def map(self, name: str = "Exception Review") -> int:
        return self.state.workflows.maps.named(name).id

    def case(self, bo_id: str = "shop.1") -> int:
        made = self.writer.call(
            "POST",
            "/v2/businessworkspaces",
            body={"ext_system_id": "SHOPIFY", "bo_type": "case", "bo_id": bo_id, "name": f"Case {bo_id}"},
        )
        return int(made.results["id"])

    def draft(self, name: str = "Exception Review", documents: list[int] | None = None) -> int:
        ids = ",".join(str(one) for one in documents or [])
        made = self.writer.call(
            "POST",
            "/v2/draftprocesses",
            body={"workflow_id": self.map(name), "doc_ids": ids, "AttachDocuments": "true"},
        )
        return int(made.results["draftprocess_id"])

    def fill(self, draft: int, **values: object) -> Reply:
        given = {f"WorkflowForm_{key.removeprefix('_')}": value for key, value in values.items()}
        return self.writer.call(
            "PUT", f"/v2/draftprocesses/{draft}", body={"action": "formUpdate", "values": given}
        )

    def initiate(self, draft: int, comment: str = "") -> int:
        body = {"action": "Initiate", "comment": comment}
        return int(self.writer.call("PUT", f"/v2/draftprocesses/{draft}", body=body).results["process_id"])

    def process(self, name: str = "Exception Review", documents: list[int] | None = None) -> int:
        return self.initiate(self.draft(name, documents))

    def parallel(self) -> int:
        made = self.admin.call(
            "POST", "/v2/draftprocesses/startwf", body={"workflow_id": self.map("Parallel Review")}
        )
        return int(made.results["process_id"])

    def do(self, who: Desk, process: int, task: int = 1, **body: object) -> Reply:
        return who.call("PUT", f"/v2/processes/{process}/subprocesses/{process}/tasks/{task}", body=body)

    def form(self, who: Desk, process: int, task: int = 1) -> Reply:
        return who.get(
            f"/v1/forms/processes/tasks/update?process_id={process}&subprocess_id={process}&task_id={task}"
        )

    def status(self, process: int) -> Any:
        return self.reader.get(f"/v2/workflows/status/processes/{process}").results

    def standing(self, process: int) -> str:
        return str(self.status(process)["wf_details"]["status"])

    def current(self, process: int) -> list[int]:
        return [step["task_id"] for step in self.status(process)["step_list"]["current"]]

    def inbox(self, who: Desk) -> list[tuple[int, int]]:
        found = [one["data"]["assignments"] for one in who.get("/v2/members/assignments").results]
        return [(one["workflow_id"], one["workflow_subworkflow_task_id"]) for one in found]

    def activities(self, process: int) -> list[Any]:
        path = f"/v2/processes/{process}/subprocesses/{process}/activities"
        return list(self.reader.get(path).results["data"])
