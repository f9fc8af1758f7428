"""What a seed says of records: code tables, RSIs with a schedule, RM classifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.clock import iso_local
from muniment_sandbox.ecm.state.creation import NewNode
from muniment_sandbox.ecm.state.nodes import Subtype
from muniment_sandbox.ecm.state.records import RecordClass
from muniment_sandbox.ecm.state.retention import Code, Rsi, Stage

TREE = "Retention"
"""The classification tree in which the RM classifications are."""
_DESTROY = 32


def sow_records(state: EcmState, layer: Mapping[str, Any], by: int) -> None:
    """Put what a layer of a seed says of records into the state; ``by`` is who does it."""
    for table, rows in layer.get("codes", {}).items():
        state.retention.set_codes(table, [Code(*row) for row in rows])
    for given in layer.get("rsi", []):
        _rsi(state, given)
    classes = layer.get("record_class", [])
    if classes:
        volume = state.tree.volume(Subtype.CLASSIFICATION_VOLUME)
        if volume is None:
            message = "the seed has RM classifications and no classification volume"
            raise ValueError(message)
        tree = state.creation.create(NewNode(volume.id, Subtype.CLASSIFICATION_TREE, TREE), by)
        for given in classes:
            _record_class(state, given, tree.id, by)


def _rsi(state: EcmState, given: Mapping[str, Any]) -> None:
    now = iso_local(state.clock.seconds()) or ""
    rsi = state.retention.create(
        Rsi(
            id=0,
            name=given["name"],
            status="ACTIVE",
            status_date=now,
            create_date=now,
            title=given["title"],
            description=given["title"],
            disposition_control=True,
        )
    )
    stage = Stage(
        id=0,
        stage="DIS",
        event_type=given["event_type"],
        rule_code="STD",
        date_to_use=given["date_to_use"],
        years=given["years"],
        disposition="REVIEW",
        action_code=_DESTROY,
        description="Destroy after review",
        is_approved=True,
    )
    state.retention.add_stage(rsi, stage)


def _record_class(state: EcmState, given: Mapping[str, Any], tree_id: int, by: int) -> None:
    node = state.creation.create(
        NewNode(tree_id, Subtype.RM_CLASSIFICATION, given["name"], description=given["description"]), by
    )
    if state.retention.named(given["rsi"]) is None:
        message = f"the seed names an RSI '{given['rsi']}' that it does not define"
        raise ValueError(message)
    state.records.define(RecordClass(node.id, given["file_number"], [given["rsi"]]))
