"""Nodes are found by exact name, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from muniment_ecm import NameTakenByOther, NodeNotAccessible
from muniment_ecm.creation import Created, Origin
from muniment_ecm.folders import Folders
from muniment_ecm.nodes import MAX_IDS_A_LIST, Nodes, merged_categories
from muniment_ecm.volumes import Volumes, VolumeType
from tests.unit.ecm.scripted_transport import ScriptedTransport, answer, logged_in, node, page, refused

CHILDREN = "GET /v2/nodes/7/nodes"


async def test_a_child_is_compared_exactly_though_the_server_finds_parts_of_names() -> None:
    transport = ScriptedTransport(
        (CHILDREN, page(node(1, "XINV-1.pdf"), node(2, "INV-1.pdf.bak"), of=2)),
        (CHILDREN, page(node(3, "inv-1.PDF"), page=2, of=2)),
    )
    found = await Nodes(logged_in(transport)).child(7, "INV-1.pdf")
    assert found is not None
    assert found.id == 3
    assert dict(transport.calls[1].params)["page"] == 2
    assert dict(transport.calls[0].params)["where_name"] == "INV-1.pdf"


async def test_no_child_of_the_name_is_none() -> None:
    transport = ScriptedTransport((CHILDREN, page()))
    assert await Nodes(logged_in(transport)).child(7, "INV-1.pdf") is None


async def test_a_path_is_walked_step_by_step() -> None:
    transport = ScriptedTransport(
        (CHILDREN, page(node(8, "Payment"))), ("GET /v2/nodes/8/nodes", page(node(9, "a")))
    )
    assert (await Nodes(logged_in(transport)).walk(7, ["payment", "a"])).id == 9


async def test_a_path_ends_at_its_first_missing_step() -> None:
    transport = ScriptedTransport((CHILDREN, page()))
    with pytest.raises(NodeNotAccessible):
        await Nodes(logged_in(transport)).walk(7, ["Payment", "a"])


async def test_many_nodes_are_asked_for_in_lists_of_250() -> None:
    one = answer({"results": [node(1, "a")]})
    transport = ScriptedTransport(("POST /v2/nodes/list", one), ("POST /v2/nodes/list", one))
    assert len(await Nodes(logged_in(transport)).get_many(range(1, MAX_IDS_A_LIST + 2))) == 2
    assert (transport.calls[1].data or b"").startswith(b"ids=251&fields=")


async def test_ancestors_come_root_first() -> None:
    told = answer({"ancestors": [{"id": 2000, "name": "Enterprise"}, {"id": "7", "name": "a"}]})
    transport = ScriptedTransport(("GET /v1/nodes/7/ancestors", told))
    assert [found.id for found in await Nodes(logged_in(transport)).ancestors(7)] == [2000, 7]


@pytest.mark.parametrize(
    "categories",
    [[{"5_2": "a"}, {"6_2": "b"}], {"5_2": "a", "6_2": "b"}, {"5": {"5_2": "a"}, "6": {"6_2": "b"}}],
)
def test_category_values_are_one_flat_dict_however_they_come(categories: object) -> None:
    assert merged_categories(categories) == {"5_2": "a", "6_2": "b"}


async def test_a_volume_is_asked_for_once() -> None:
    transport = ScriptedTransport(("GET /v2/volumes/133", answer({"results": node(2006, "Categories")})))
    session = logged_in(transport)
    volumes = Volumes(session, Nodes(session))
    assert (await volumes.get(VolumeType.CATEGORIES)).id == 2006
    assert (await volumes.get(VolumeType.CATEGORIES)).id == 2006


async def test_a_folder_made_by_somebody_else_meanwhile_is_used() -> None:
    transport = ScriptedTransport(
        ("POST /v2/nodes", refused("An item with the name 'Payment' already exists.")),
        (CHILDREN, page(node(8, "Payment", type=0))),
    )
    session = logged_in(transport)
    assert await Folders(session, Nodes(session)).ensure(7, "Payment") == Created(8, Origin.FOUND)
    assert transport.calls[0].body == {"type": 0, "parent_id": 7, "name": "Payment"}
    assert not transport.calls[0].repeatable


async def test_a_document_with_the_folders_name_stays() -> None:
    transport = ScriptedTransport(
        ("POST /v2/nodes", refused("An item with the name 'Payment' already exists.")),
        (CHILDREN, page(node(8, "Payment", type=144))),
    )
    session = logged_in(transport)
    with pytest.raises(NameTakenByOther) as taken:
        await Folders(session, Nodes(session)).ensure(7, "Payment")
    assert taken.value.node_id == 8


async def test_a_time_without_a_zone_is_the_servers_and_one_with_its_zone_is_not() -> None:
    zone = timezone(timedelta(hours=5))
    told = node(7, "a", create_date="2026-06-01T12:00:00", modify_date="2026-06-01T12:00:00Z")
    transport = ScriptedTransport(("GET /v2/nodes/7", answer({"results": told})))
    found = await Nodes(logged_in(transport), server_zone=zone).get(7)
    assert found.created_at == datetime(2026, 6, 1, 7, tzinfo=UTC)
    assert found.modified_at == datetime(2026, 6, 1, 12, tzinfo=UTC)


async def test_an_old_answer_without_most_fields_is_read() -> None:
    transport = ScriptedTransport(
        ("GET /v2/nodes/7", answer({"results": {"data": {"properties": {"id": "7", "name": "a"}}}}))
    )
    found = await Nodes(logged_in(transport)).get(7)
    assert (found.id, found.type, found.size, found.created_at, found.description) == (7, -1, 0, None, "")
