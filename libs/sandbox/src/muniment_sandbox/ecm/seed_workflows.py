"""Workflow maps of a seed: nodes of type 128 with their steps, roles and attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.definitions import Attribute, AttributeType, CategoryDefinition
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.workflow_maps import AttributeWrite, Disposition, Step, WorkflowMap

DAY_S = 86_400


def sow_workflow_map(
    state: EcmState, node: Node, given: Mapping[str, Any], member_id: Callable[[str], int]
) -> WorkflowMap:
    """Define what the map ``node`` holds; ``ValueError`` when it does not hang together."""
    attributes = CategoryDefinition(node.id, node.name)
    for item in given.get("attributes", []):
        attributes.items.append(_attribute(item, attributes.next_id))
    days = given.get("due_days")
    drawn = WorkflowMap(
        id=node.id,
        name=node.name,
        steps=tuple(_step(one) for one in given["step"]),
        attributes=attributes,
        roles={name: member_id(member) for name, member in given.get("roles", {}).items()},
        manager_ids=[member_id(name) for name in given.get("managers", [])],
        first=tuple(given.get("first", (1,))),
        due_s=None if days is None else days * DAY_S,
        has_start_step=given.get("start_step", True),
        start_instructions=given.get("start_instructions", ""),
    )
    _check(drawn)
    return state.workflows.maps.define(drawn)


def _step(given: Mapping[str, Any]) -> Step:
    days = given.get("due_days")
    return Step(
        id=given["id"],
        title=given["title"],
        role=given.get("role", ""),
        instructions=given.get("instructions", ""),
        dispositions=tuple(
            Disposition(one["key"], one.get("label", one["key"]), tuple(one.get("leads_to", ())))
            for one in given.get("dispositions", [])
        ),
        leads_to=tuple(given.get("leads_to", ())),
        waits_for=tuple(given.get("waits_for", ())),
        due_s=None if days is None else days * DAY_S,
        needs_signature=given.get("signature", False),
        writes=tuple(
            AttributeWrite(one["category"], one["attribute"], one["value"]) for one in given.get("writes", [])
        ),
    )


def _attribute(given: Mapping[str, Any], attribute_id: int) -> Attribute:
    return Attribute(
        id=attribute_id,
        name=given["name"],
        type=AttributeType(given.get("type", "text")),
        required=given.get("required", False),
        max_length=given.get("max_length"),
        valid_values=tuple(given.get("valid_values", ())),
    )


def _check(drawn: WorkflowMap) -> None:
    known = {step.id for step in drawn.steps}
    for step in drawn.steps:
        reached = {*step.leads_to, *step.waits_for}
        reached.update(*(one.leads_to for one in step.dispositions))
        if not reached <= known or step.role not in ("", *drawn.roles):
            message = f"step {step.id} of the map '{drawn.name}' names a step or a role that is not there"
            raise ValueError(message)
    if not drawn.first or not set(drawn.first) <= known:
        message = f"the map '{drawn.name}' does not say where it begins"
        raise ValueError(message)
