"""What OpenText's client writes our client reads, and the other way round, area by area.

Records, holds, relations, nicknames and classifications are in ``test_beside_pyxecm``. OpenText's client
blocks; the server has a thread of its own, and our client does nothing meanwhile.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyxecm import OTCS

from muniment_ecm import ContentServer, NameTaken, NodeNotAccessible, NotPermitted, WorkflowPlan
from muniment_ecm.documents import Upload
from muniment_ecm.search_query import Region, where
from muniment_ecm.volumes import VolumeType
from muniment_ecm.workspaces import BusinessObject
from muniment_sandbox.ecm.testing import RunningEcm
from tests.integration.ecm.desk import settings
from tests.integration.ecm.test_beside_pyxecm import server, theirs
from tests.integration.ecm.workspaces import new_document, new_workspace

__all__ = ["server", "theirs"]  # fixtures of this module too

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@pytest.fixture
async def ours(server: RunningEcm) -> AsyncIterator[ContentServer]:
    """Our client as the service account that writes."""
    client = ContentServer.connect(settings(server))
    yield client
    await client.close()


@pytest.fixture
async def rivera(server: RunningEcm) -> AsyncIterator[ContentServer]:
    """Our client as somebody with no other rights than the public's, and tasks to do."""
    how = replace(settings(server), username="rivera", password="rivera-secret")
    client = ContentServer.connect(how)
    yield client
    await client.close()


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.txt"
    path.write_text("first", encoding="utf-8")
    return path


async def test_folders_of_one_are_found_renamed_and_deleted_by_the_other(
    ours: ContentServer, theirs: Any
) -> None:
    enterprise = (await ours.volumes.get(VolumeType.ENTERPRISE)).id
    assert enterprise == theirs.get_result_value(theirs.get_volume(141), "id")
    shop = await ours.nodes.walk(enterprise, ["Shopify"])
    made = theirs.get_result_value(theirs.create_item(shop.id, 0, "Theirs", "by pyxecm"), "id")
    found = await ours.nodes.child(shop.id, "theirs")
    assert found is not None
    assert found.id == made
    mine = (await ours.folders.ensure(shop.id, "Ours")).thing
    assert theirs.get_result_value(theirs.get_node_by_parent_and_name(shop.id, "Ours"), "id") == mine
    assert theirs.rename_node(mine, "Renamed", "")
    assert (await ours.nodes.get(mine)).name == "Renamed"
    await ours.nodes.move(mine, made)
    assert [one["name"] for one in theirs.get_node_ancestors(mine)["ancestors"]][-2:] == ["Theirs", "Renamed"]
    assert theirs.delete_node(made)
    assert await ours.nodes.child(shop.id, "Theirs") is None


async def test_documents_and_versions_go_both_ways(
    ours: ContentServer, theirs: Any, paper: Path, tmp_path: Path
) -> None:
    mine = await new_document(ours, name="invoice.txt", content=b"ours")
    assert theirs.get_document_content(mine) == b"ours"
    assert theirs.add_document_version(mine, str(paper), "paper.txt", mime_type="text/plain")
    assert [one.number for one in await ours.documents.versions(mine)] == [1, 2]
    assert await ours.documents.read(mine) == b"first"
    assert await ours.documents.read(mine, 1) == b"ours"
    node = await ours.nodes.get(mine)
    made = theirs.upload_file_to_parent(parent_id=node.parent_id, file_url=str(paper), file_name="theirs.txt")
    other = theirs.get_result_value(made, "id")
    with pytest.raises(NameTaken):
        await ours.documents.create(
            node.parent_id, Upload(name="THEIRS.txt", media_type="text/plain", content=b"x")
        )
    number = await ours.documents.add_version(
        other, Upload(name="theirs.txt", media_type="text/plain", content=b"second")
    )
    assert theirs.get_latest_document_version(other)["data"]["version_number"] == number == 2
    assert theirs.purge_document_versions(mine, 1)
    assert [one.number for one in await ours.documents.versions(mine)] == [2]


async def test_attributes_of_one_are_read_by_name_by_the_other(ours: ContentServer, theirs: Any) -> None:
    document = await new_document(ours)
    category = (await ours.categories.require({"Shopify Document": ["Kind", "Number"]}))["Shopify Document"]
    await ours.categories.write(document, category, {"Kind": "invoice", "Number": "INV-7"})
    seen = theirs.get_node_category_as_dictionary(document, category_id=category.id)
    assert (seen["Kind"], seen["Number"]) == ("invoice", "INV-7")
    assert theirs.set_category_values(document, category.id, {f"{category.id}_3": "INV-8"})
    stored = (await ours.categories.state(document, category)).values
    assert stored is not None
    assert (stored["Kind"], stored["Number"]) == ("invoice", "INV-8")
    fresh = await new_document(ours, name="b.txt")
    kind = {f"{category.id}_2": "credit-note"}
    assert theirs.assign_category(fresh, category.id, inheritance=None, attribute_values=kind)
    assert await ours.categories.bring_to(fresh, category, {"Kind": "credit-note"}) is False, "already so"


async def test_a_workspace_of_one_is_found_by_its_business_object_by_the_other(
    ours: ContentServer, theirs: Any
) -> None:
    mine = await new_workspace(ours, "north.1")
    found = theirs.get_workspace_by_business_object("SHOPIFY", "order", "north.1")
    assert theirs.get_result_value(found, "id") == mine
    type_id, templates = theirs.get_workspace_templates(type_name="Order")
    made = theirs.create_workspace(
        templates[0]["id"], "#2", "", type_id, external_system_id="SHOPIFY", bo_type="order", bo_id="north.2"
    )
    workspace = await ours.workspaces.by_business_object(BusinessObject("SHOPIFY", "order", "north.2"))
    assert workspace is not None
    assert workspace.id == theirs.get_result_value(made, "id")
    assert await new_workspace(ours, "north.2") == workspace.id, "found, not made again"
    kinds = {one.name: one.id for one in await ours.workspace_types.all()}
    assert theirs.get_workspace_type_lookup() == {number: name for name, number in kinds.items()}
    pairs = {(one.type, one.workspace_type_id) for one in await ours.workspace_types.business_object_types()}
    assert pairs == {
        (one["data"]["properties"]["bo_type"], one["data"]["properties"]["workspace_type_id"])
        for one in theirs.get_business_object_types_iterator()
    }


async def test_roles_given_by_one_are_seen_and_taken_by_the_other(ours: ContentServer, theirs: Any) -> None:
    order = await new_workspace(ours, "north.1")
    role = await ours.roles.by_name(order, "Support")
    rivera, okafor = await ours.members.by_login("rivera"), await ours.members.by_login("okafor")
    assert role is not None
    assert rivera is not None
    assert okafor is not None
    assert theirs.get_result_value(theirs.get_user("rivera"), "id") == rivera.id
    await ours.roles.give(order, role.id, rivera.id)
    assert theirs.exist_result_item(theirs.get_workspace_members(order, role.id), "id", rivera.id)
    assert theirs.add_workspace_member(order, role.id, okafor.id)
    assert {okafor.id, rivera.id} <= {one.id for one in await ours.roles.members(order, role.id)}
    assert await ours.roles.take(order, role.id, okafor.id)
    assert not theirs.exist_result_item(theirs.get_workspace_members(order, role.id), "id", okafor.id)
    assert theirs.assign_workspace_permissions(order, role.id, ["see", "see_contents"])
    changed = await ours.roles.by_name(order, "Support")
    assert changed is not None
    assert changed.permissions == theirs.convert_permission_string_to_permission_value(
        ["see", "see_contents"]
    )


async def test_the_trail_and_the_recycle_bin_tell_both_the_same(ours: ContentServer, theirs: Any) -> None:
    document = await new_document(ours)
    assert theirs.rename_node(document, "renamed.txt", "")
    mine = [(event.type_name, event.user_id) async for event in ours.audit.of(document)]
    trail = theirs.get_node_audit(document)["results"]["data"]["audit"]
    assert mine == [(one["audit_name"], one["user_id"]) for one in trail]
    assert len(mine) == 2
    assert theirs.delete_node(document)
    assert document in [node.id async for node in ours.recycle_bin.contents(name_contains="renamed")]
    assert (await ours.recycle_bin.restore([document])).restored == (document,)
    assert theirs.get_result_value(theirs.get_node(document), "name") == "renamed.txt"
    await ours.nodes.delete(document)
    assert theirs.restore_node(document)["success"]["ids"] == [document]
    assert (await ours.nodes.get(document)).name == "renamed.txt"


async def test_both_searches_find_the_same(ours: ContentServer, theirs: Any) -> None:
    for number in range(3):
        await new_document(ours, name=f"Delivery note {number}.txt")
    mine = {node_id async for node_id in ours.search.ids(where(Region.NAME, "delivery note"))}
    found = theirs.search_iterator('OTName:"delivery note"', page_size=2)
    assert {one["data"]["properties"]["id"] for one in found} == mine
    assert len(mine) == 3


async def test_a_right_taken_by_one_is_missed_by_the_other(rivera: ContentServer, theirs: Any) -> None:
    made = theirs.get_result_value(theirs.create_item(2000, 0, "Board papers"), "id")
    assert (await rivera.nodes.get(made)).name == "Board papers"
    assert theirs.assign_permission(made, [], "public")
    with pytest.raises(NodeNotAccessible):
        await rivera.nodes.get(made)
    herself = (await rivera.members.myself()).id
    assert theirs.assign_permission(made, ["see", "see_contents"], "custom", herself)
    assert (await rivera.nodes.get(made)).name == "Board papers"
    with pytest.raises(NotPermitted):
        await rivera.nodes.delete(made)


async def test_a_reservation_by_one_is_seen_by_the_other(ours: ContentServer, theirs: Any) -> None:
    document = await new_document(ours)
    writer = (await ours.members.myself()).id
    await ours.reservations.reserve(document, writer)
    assert theirs.get_result_value(theirs.get_node(document), "reserved_user_id") == writer
    await ours.reservations.release(document)
    assert not theirs.get_result_value(theirs.get_node(document), "reserved")


async def test_a_workflow_started_by_ours_is_decided_with_theirs(
    ours: ContentServer, theirs: Any, server: RunningEcm
) -> None:
    case = await new_workspace(ours, "north.1", kind="Case")
    plan = WorkflowPlan(
        map_name="Exception Review", key="north.1/fraud", title="Fraud on #1", document_ids=(),
        comment="By rule",
        values={"Order": "#1"},
    )  # fmt: skip
    process = (await ours.workflows.start_once(plan)).thing
    map_id = (await ours.workflows.map_named("Exception Review")).id
    assert "Order" in theirs.get_workflow_attributes(map_id)
    approver: Any = OTCS("http", "127.0.0.1", server.port, username="rivera", password="rivera-secret")
    assert approver.authenticate()
    inbox = approver.get_user_mytodo()["results"]
    assert [one["data"]["assignments"]["workflow_id"] for one in inbox] == [process]
    assert approver.update_process_task(process, custom_action="Approve", comment="Plausible")
    approver.request_session().close()
    outcome = await ours.workflows.outcome(process)
    assert outcome is not None
    assert outcome.decision is not None
    assert (outcome.decision.label, outcome.decision.comment) == ("Approve", "Plausible")
    assert case


async def test_a_workflow_started_with_theirs_is_decided_with_ours(
    rivera: ContentServer, theirs: Any, server: RunningEcm
) -> None:
    map_id = server.state.workflows.maps.named("Exception Review").id
    draft = theirs.create_draft_process(map_id, [])["results"]["draftprocess_id"]
    assert theirs.update_draft_process(draft, title="Fraud on #2", values={})
    process = theirs.initiate_draft_process(draft)["results"]["process_id"]
    mine = await rivera.workflows.assignments()
    assert [(one.process_id, one.title) for one in mine] == [(process, "Fraud on #2")]
    form = await rivera.workflows.task(process, mine[0].task_id)
    assert {"Approve", "Reject"} <= set(form.dispositions)
    await rivera.workflows.decide(process, mine[0].task_id, "Reject", "Not plausible")
    assert theirs.get_workflow_status(process)["results"]["wf_details"]["status"] == "completed"
