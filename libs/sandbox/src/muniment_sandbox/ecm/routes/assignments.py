"""The inbox of whoever asks."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.views.workflows import assignment

routes = Routes()


@routes.on("GET", "/v2/members/moduleassignments/ExpandAssignments/workflow")
@routes.on("GET", "/v2/members/assignments")
def list_assignments(call: Call) -> Answer:
    """Every task that waits for the caller or a group of theirs, the late first."""
    return results(call, [
        {"data": {"assignments": assignment(call.state, process, task)}}
        for process, task in call.state.workflows.assignments(call.member)
    ])  # fmt: skip
