"""Holds: made once by name, put on and taken off once, and what they forbid."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from muniment_ecm import HoldDraft, OnHold
from muniment_ecm.creation import Origin
from muniment_sandbox.ecm.state.nodes import Subtype
from tests.integration.ecm.desk import Desk, new_desk, open_desk
from tests.integration.ecm.workspaces import new_document


def draft(desk: Desk, name: str = "Dispute 7001") -> HoldDraft:
    """Return a hold of a type that the server knows."""
    return HoldDraft(
        name=name, type=desk.ecm.state.retention.codes("hold_type")[0].code, applied_on=date(2026, 6, 1)
    )


async def test_a_hold_of_a_name_is_made_once() -> None:
    async with new_desk() as desk, open_desk(desk.ecm) as other:
        made = await asyncio.gather(
            *(each.server.holds.find_or_create(draft(desk)) for each in (desk, other, desk))
        )
        assert len({created.thing for created in made}) == 1
        assert [hold.name async for hold in desk.server.holds.all()].count("Dispute 7001") == 1
        found = await desk.server.holds.by_name("dispute 7001")
        assert found is not None
        assert (found.applied_on, found.is_active) == (date(2026, 6, 1), True)
        assert await desk.server.holds.by_name("Dispute 7002") is None


async def test_a_held_document_cannot_be_deleted_until_its_last_hold_is_off() -> None:
    async with new_desk() as desk:
        holds = desk.server.holds
        node_id = await new_document(desk.server)
        one = (await holds.find_or_create(draft(desk))).thing
        other = (await holds.find_or_create(draft(desk, "Audit 2026"))).thing
        assert [await holds.put_on(node_id, each) for each in (one, other, one)] == [
            Origin.MADE,
            Origin.MADE,
            Origin.FOUND,
        ]
        for hold_id in (one, other):
            with pytest.raises(OnHold):
                await desk.server.nodes.delete(node_id)
            assert await holds.take_off(node_id, hold_id)
        assert not await holds.take_off(node_id, one)
        await desk.server.nodes.delete(node_id)
        await desk.server.nodes.delete(node_id)
        assert desk.documents == []


async def test_a_hold_on_the_workspace_keeps_the_document_and_is_named_on_it() -> None:
    async with new_desk() as desk:
        node_id = await new_document(desk.server)
        [workspace] = desk.workspaces
        hold_id = (await desk.server.holds.find_or_create(draft(desk))).thing
        await desk.server.holds.put_on(workspace.id, hold_id)
        [held] = await desk.server.holds.of(node_id)
        assert (held.hold_id, held.name, held.on_node_id) == (hold_id, "Dispute 7001", workspace.id)
        assert [found async for found in desk.server.holds.nodes_under(hold_id)] == [workspace.id]
        assert await desk.server.holds.put_on(node_id, hold_id) is Origin.MADE
        with pytest.raises(OnHold):
            await desk.server.nodes.delete(workspace.id)
        assert desk.ecm.state.tree.get(workspace.id).type == Subtype.WORKSPACE


async def test_a_closed_hold_binds_nothing() -> None:
    async with new_desk() as desk:
        node_id = await new_document(desk.server)
        hold_id = (await desk.server.holds.find_or_create(draft(desk))).thing
        await desk.server.holds.put_on(node_id, hold_id)
        await desk.server.holds.close(hold_id, on=date(2026, 7, 1), comment="settled")
        found = await desk.server.holds.by_name("Dispute 7001")
        assert found is not None
        assert not found.is_active
        await desk.server.nodes.delete(node_id)
