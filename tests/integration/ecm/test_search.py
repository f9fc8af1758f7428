"""Search: queries no value can break out of, paging that ends, results read from the nodes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniment_ecm.documents import Upload
from muniment_ecm.nodes import NodeType
from muniment_ecm.search import PAGE_SIZE
from muniment_ecm.search_query import Query, Region, attribute_is, between, where
from tests.integration.ecm.desk import Desk, new_desk
from tests.integration.ecm.workspaces import new_document, new_workspace
from tests.unit.ecm.filing_desk import NOON, PDF, filing_plan

DOCUMENTS = where(Region.SUBTYPE, int(NodeType.DOCUMENT))


async def ids(desk: Desk, query: Query) -> set[int]:
    return {node_id async for node_id in desk.server.search.ids(query)}


async def test_a_document_is_found_by_its_place_type_and_attribute() -> None:
    async with new_desk() as desk:
        filed = await desk.archive.file(filing_plan(number="INV-1001"), PDF)
        await desk.archive.file(filing_plan(number="INV-1002"), PDF)
        category = (await desk.server.categories.require({"Shopify Document": ["Number"]}))[
            "Shopify Document"
        ]
        here = where(Region.LOCATION, filed.workspace_id) & DOCUMENTS
        number = attribute_is(category.attributes["Number"], "INV-1001")
        assert await ids(desk, here & number) == {filed.node_id}
        assert len(await ids(desk, here)) == 2
        assert await ids(desk, here.without(number)) == await ids(desk, here) - {filed.node_id}
        [node] = [node async for node in desk.server.search.nodes(here & number, with_categories=True)]
        values = category.by_name(node.category_values)
        assert values is not None
        assert values["Number"] == "INV-1001"


async def test_what_changed_on_a_day_is_found() -> None:
    async with new_desk() as desk:
        filed = await desk.archive.file(filing_plan(), PDF)
        created = (await desk.server.nodes.get(filed.node_id)).created_at
        assert created is not None
        here = where(Region.LOCATION, filed.workspace_id) & DOCUMENTS
        assert await ids(desk, here & between(Region.CREATED, created.date(), created.date())) == {
            filed.node_id
        }
        assert await ids(desk, here & between(Region.CREATED, NOON.date(), NOON.date())) == set()


@pytest.mark.parametrize(
    "value", ['x" OR OTSubType:"144', 'x") OR (OTSubType:"144', "x\\", "* OR *", 'x"\n AND-NOT "y']
)
async def test_a_value_never_becomes_a_part_of_the_query(value: str) -> None:
    async with new_desk() as desk:
        await new_document(desk.server)
        assert await ids(desk, where(Region.NAME, value)) == set()


async def test_many_results_come_page_by_page_and_end() -> None:
    async with new_desk() as desk:
        folder = await new_workspace(desk.server, "north.1")
        upload = Upload(name="", media_type="text/plain", content=b"a")
        made = {
            await desk.server.documents.create(folder, replace(upload, name=f"{n}.txt"))
            for n in range(PAGE_SIZE + 20)
        }
        here = where(Region.LOCATION, folder) & DOCUMENTS
        assert await ids(desk, here) == made
        some = [node async for node in desk.server.search.nodes(here, at_most=PAGE_SIZE + 5)]
        assert len(some) == PAGE_SIZE + 5
        assert {node.id for node in some} <= made


async def test_a_node_that_went_since_the_index_saw_it_is_left_out() -> None:
    async with new_desk() as desk:
        node_id = await new_document(desk.server)
        [workspace] = desk.workspaces
        here = where(Region.LOCATION, workspace.id) & DOCUMENTS
        assert await ids(desk, here) == {node_id}
        found = [node.id async for node in desk.server.search.nodes(here)]
        await desk.server.nodes.delete(node_id)
        assert found == [node_id]
        assert [node.id async for node in desk.server.search.nodes(here)] == []


async def test_a_late_index_does_not_know_what_was_just_written_and_the_node_does() -> None:
    async with new_desk() as desk:
        first = await new_document(desk.server)
        [workspace] = desk.workspaces
        here = where(Region.LOCATION, workspace.id) & DOCUMENTS
        desk.ecm.faults.add("stale-search=60;times=1")
        assert await ids(desk, here) <= {first}
        folder = (await desk.server.nodes.get(first)).parent_id
        second = await desk.server.documents.create(
            folder, Upload(name="b.txt", media_type="text/plain", content=b"b")
        )
        assert second not in await ids(desk, here)
        assert (await desk.server.nodes.get(second)).name == "b.txt"
        desk.ecm.state.clock.offset_s += 61
        assert await ids(desk, here) == {first, second}
