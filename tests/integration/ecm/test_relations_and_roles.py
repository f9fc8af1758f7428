"""Relations between workspaces, their roles and members, nicknames, classifications."""

from __future__ import annotations

import asyncio

import pytest

from muniment_ecm import NicknameTaken, Relation, SetUpMissing
from muniment_ecm.creation import Origin
from muniment_ecm.members import MemberType
from muniment_ecm.nicknames import nickname
from tests.integration.ecm.desk import new_desk, open_desk
from tests.integration.ecm.workspaces import new_document, new_workspace


async def test_a_relation_is_made_once_and_seen_from_both_sides() -> None:
    async with new_desk() as desk, open_desk(desk.ecm) as other:
        order = await new_workspace(desk.server, "north.1")
        case = await new_workspace(desk.server, "north.7", kind="Case")
        origins = await asyncio.gather(
            *(each.server.relations.relate(order, case) for each in (desk, other, desk))
        )
        assert origins.count(Origin.MADE) == 1
        relations = desk.server.relations
        assert [found.id async for found in relations.of(order, Relation.CHILD)] == [case]
        assert [found.id async for found in relations.of(case, Relation.PARENT)] == [order]
        assert [found.id async for found in relations.of(order, Relation.PARENT)] == []
        assert await relations.unrelate(order, case)
        assert not await relations.unrelate(order, case)
        assert not await relations.are_related(order, case)


async def test_many_related_workspaces_come_page_by_page() -> None:
    async with new_desk() as desk:
        order = await new_workspace(desk.server, "north.1")
        cases = [await new_workspace(desk.server, f"north.{n}", kind="Case") for n in range(120)]
        for case in cases:
            await desk.server.relations.relate(order, case)
        found = [found.id async for found in desk.server.relations.of(order, Relation.CHILD)]
        assert sorted(found) == sorted(cases)


async def test_a_member_is_found_by_its_exact_login() -> None:
    async with new_desk() as desk:
        members = desk.server.members
        rivera = await members.by_login("Rivera")
        assert rivera is not None
        assert (rivera.name, rivera.display_name) == ("rivera", "Ana Rivera")
        assert await members.by_login("river") is None
        assert await members.by_login("Approvers") is None
        group = await members.by_login("Approvers", of_type=MemberType.GROUP)
        assert group is not None
        assert (await members.get(rivera.id)).email == "ana.rivera@example.com"
        assert (await members.myself()).name == "muniment-writer"


async def test_a_role_is_given_once_and_taken_once() -> None:
    async with new_desk() as desk:
        case = await new_workspace(desk.server, "north.7", kind="Case")
        okafor = await desk.server.members.by_login("okafor")
        role = await desk.server.roles.by_name(case, "Reviewers")
        assert okafor is not None
        assert role is not None
        roles = desk.server.roles
        origins = [await roles.give(case, role.id, okafor.id) for _ in range(2)]
        assert origins == [Origin.MADE, Origin.FOUND]
        assert {member.name for member in await roles.members(case, role.id)} == {"rivera", "okafor"}
        assert {"lindqvist", "okafor"} <= {member.name for member in await roles.all_members(case)}
        assert await roles.take(case, role.id, okafor.id)
        assert not await roles.take(case, role.id, okafor.id)
        assert await roles.by_name(case, "Astronauts") is None


async def test_a_nickname_belongs_to_one_node() -> None:
    async with new_desk() as desk:
        order = await new_workspace(desk.server, "north.1")
        other = await new_workspace(desk.server, "north.2")
        name = nickname("shopify", "order", "1")
        assert await desk.server.nicknames.node(name) is None
        origins = [await desk.server.nicknames.set_once(order, name) for _ in range(2)]
        assert origins == [Origin.MADE, Origin.FOUND]
        holder = await desk.server.nicknames.node(name)
        assert holder is not None
        assert holder.id == order
        with pytest.raises(NicknameTaken):
            await desk.server.nicknames.set_once(other, name)


async def test_classifications_are_added_to_those_that_are_there() -> None:
    async with new_desk() as desk:
        found = await desk.server.classifications.require(["Order documents", "Case documents"])
        node_id = await new_document(desk.server)
        order_documents, case_documents = found["Order documents"], found["Case documents"]
        assert await desk.server.classifications.add(node_id, [order_documents])
        assert await desk.server.classifications.add(node_id, [case_documents, order_documents])
        assert not await desk.server.classifications.add(node_id, [case_documents])
        names = [one.name for one in await desk.server.classifications.of(node_id)]
        assert names == ["Order documents", "Case documents"]
        assert await desk.server.classifications.remove(node_id, order_documents)
        assert not await desk.server.classifications.remove(node_id, order_documents)
        with pytest.raises(SetUpMissing, match='"Nothing"'):
            await desk.server.classifications.require(["Nothing"])
