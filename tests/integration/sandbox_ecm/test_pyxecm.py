"""OpenText's own client works here unchanged: it is the judge of every answer's shape."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyxecm import OTDS

from muniment_sandbox.ecm.testing import RunningEcm

# pyxecm opens the files it uploads and leaves them to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


def node_id(response: Any, otcs: Any) -> int:
    found = otcs.get_result_value(response, "id")
    assert isinstance(found, int), response
    return found


@pytest.fixture
def folder(otcs: Any) -> int:
    return node_id(otcs.create_item(parent_id=2000, item_type=0, item_name="Folder"), otcs)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.txt"
    path.write_text("first", encoding="utf-8")
    return path


@pytest.fixture
def document(otcs: Any, folder: int, paper: Path) -> int:
    made = otcs.upload_file_to_parent(parent_id=folder, file_url=str(paper), file_name="paper.txt")
    return node_id(made, otcs)


@pytest.fixture
def order(otcs: Any) -> int:
    type_id, templates = otcs.get_workspace_templates(type_name="Order")
    made = otcs.create_workspace(
        workspace_template_id=templates[0]["id"],
        workspace_name="#1001",
        workspace_description="An order",
        workspace_type=type_id,
        external_system_id="SHOPIFY",
        bo_type="order",
        bo_id="shop.1001",
    )
    return node_id(made, otcs)


def category_id(server: RunningEcm, name: str) -> int:
    return server.state.categories.named(name).id


def test_the_server_is_ready_and_says_its_version(otcs: Any) -> None:
    assert otcs.is_configured()
    assert otcs.is_ready()
    assert float(otcs.get_server_version()) >= 26.1
    assert otcs.get_system_default_metadata_language() == "en"
    assert otcs.get_current_user()["data"]["name"] == "admin"


def test_it_logs_in_with_an_otds_ticket_and_with_a_token(
    server: RunningEcm, log_in: Callable[..., Any]
) -> None:
    otds: Any = OTDS(
        "http", "127.0.0.1", server.port, username="rivera", password="rivera-secret", client_id="muniment",
        client_secret="muniment-secret",
    )  # fmt: skip
    ticket = otds.authenticate(grant_type="password")["OTDSTicket"]
    assert log_in(otds_ticket=ticket).get_current_user()["data"]["name"] == "rivera"
    token = otds.authenticate(revalidate=True, grant_type="client_credentials")
    assert log_in(otds_token=token).get_current_user()["data"]["name"] == "muniment-writer"


def test_it_logs_in_again_when_its_ticket_has_expired(otcs: Any, server: RunningEcm) -> None:
    before = otcs.otcs_ticket()
    server.state.sessions.expire_all()
    assert node_id(otcs.get_node(2000), otcs) == 2000
    assert otcs.otcs_ticket() != before


def test_it_works_under_the_path_of_windows(log_in: Callable[..., Any]) -> None:
    client = log_in(username="admin", password="livelink", base_path="/otcs/cs.exe")
    assert node_id(client.get_node(2000), client) == 2000


def test_folders_are_made_found_renamed_and_walked(otcs: Any, folder: int) -> None:
    assert node_id(otcs.get_node_by_parent_and_name(2000, "Folder"), otcs) == folder
    assert otcs.get_node_by_parent_and_name(2000, "Fold")["results"] == []
    assert otcs.rename_node(folder, "Renamed", "described")
    assert otcs.get_result_value(otcs.get_node(folder), "description") == "described"
    deep = otcs.get_node_by_volume_and_path(volume_type=141, path=["Renamed", "a", "b"], create_path=True)
    again = otcs.get_node_by_volume_and_path(volume_type=141, path=["Renamed", "a", "b"])
    assert node_id(deep, otcs) == node_id(again, otcs)
    way = otcs.get_node_ancestors(node_id(deep, otcs))["ancestors"]
    assert [one["name"] for one in way] == ["Enterprise", "Renamed", "a", "b"]


def test_a_duplicate_is_told_in_words_when_asked(otcs: Any, folder: int) -> None:
    again = otcs.create_item(2000, 0, "FOLDER", parse_error_response=True)
    assert "already exists" in str(again)
    assert otcs.check_node_name(2000, "folder")["results"][0]["id"] == folder


def test_many_children_are_iterated_page_by_page(otcs: Any, folder: int) -> None:
    for number in range(30):
        otcs.create_item(folder, 0, f"{number:02}")
    found = list(otcs.get_subnodes_iterator(folder, page_size=7))
    assert [one["data"]["properties"]["name"] for one in found] == [f"{number:02}" for number in range(30)]
    assert len(otcs.get_subnodes(folder, filter_name="2")["results"]) == 12
    assert len(otcs.get_nodes([one["data"]["properties"]["id"] for one in found[:3]])["results"]) == 3


def test_documents_are_uploaded_versioned_and_downloaded(
    otcs: Any, document: int, paper: Path, tmp_path: Path
) -> None:
    assert otcs.get_document_content(document) == b"first"
    paper.write_text("second", encoding="utf-8")
    made = otcs.add_document_version(document, file_url=str(paper), file_name="paper.txt", description="2nd")
    assert made["results"]["data"]["versions"]["version_number"] == 2
    assert otcs.get_latest_document_version(document)["data"]["version_number"] == 2
    assert len(otcs.get_document_versions(document)["results"]) == 2
    assert otcs.get_document_version(document, 1)["results"]["data"]["versions"]["file_size"] == 5
    assert otcs.get_document_content(document, 1) == b"first"
    assert otcs.download_document(document, str(tmp_path / "down" / "x.txt"))
    assert (tmp_path / "down" / "x.txt").read_bytes() == b"second"
    assert otcs.purge_document_versions(document, 1)
    assert len(otcs.get_document_versions(document)["results"]) == 1


def test_an_upload_carries_categories(otcs: Any, server: RunningEcm, folder: int, paper: Path) -> None:
    category = category_id(server, "Shopify Document")
    made = otcs.upload_file_to_parent(
        parent_id=folder,
        file_url=str(paper),
        file_name="INV-1.txt",
        category_data={str(category): {f"{category}_2": "invoice", f"{category}_3": "INV-1"}},
        external_create_date="2026-06-01",
    )
    node = node_id(made, otcs)
    assert otcs.get_category_value_by_name(node, "Shopify Document", "Kind") == "invoice"
    assert otcs.get_result_value(otcs.get_node(node), "external_create_date") == "2026-06-01"


def test_nodes_are_copied_moved_deleted_and_brought_back(otcs: Any, folder: int, document: int) -> None:
    copy = node_id(otcs.copy_node(folder, 2000, "Copy"), otcs)
    assert otcs.get_subnodes(copy)["results"][0]["data"]["properties"]["name"] == "paper.txt"
    assert otcs.update_item(document, parent_id=copy, item_name="moved.txt", item_description="d")
    assert otcs.get_result_value(otcs.get_node(document), "parent_id") == copy
    assert otcs.delete_node(copy) is not None
    assert otcs.get_node(copy) is None
    assert otcs.restore_node(copy)["success"]["ids"] == [copy]
    assert otcs.get_document_content(document) == b"first"
    otcs.delete_node(copy, purge=True)
    assert otcs.restore_node(copy)["failure"]["ids"] == [copy]


def test_a_nickname_finds_its_node(otcs: Any, folder: int) -> None:
    assert otcs.set_node_nickname(folder, "shopify-order-1")
    assert node_id(otcs.get_node_from_nickname("shopify_order_1"), otcs) == folder
    assert otcs.get_node_from_nickname("unknown") is None


def test_categories_are_assigned_filled_and_read_by_name(otcs: Any, server: RunningEcm, folder: int) -> None:
    category = category_id(server, "Attribute Types")
    # The first update is refused with 400; pyxecm assigns the category then and repeats it.
    assert otcs.set_category_values(folder, category, {f"{category}_2": "text", f"{category}_8": True})
    definition_id, attributes = otcs.get_node_category_definition(folder, "Attribute Types")
    assert int(definition_id) == category
    assert attributes["Contacts:Name"]["set_id"] == attributes["Contacts"]["id"]
    contacts = int(attributes["Contacts"]["id"].rpartition("_")[2])
    name = int(attributes["Contacts:Name"]["id"].rpartition("_")[2])
    labels = int(attributes["Labels"]["id"].rpartition("_")[2])
    assert otcs.set_category_value(folder, "Bo", category, name, set_id=contacts, set_row=2)
    assert otcs.set_category_value(folder, ["a", "b"], category, labels)
    assert otcs.get_category_value(folder, category, name, set_id=contacts, set_row=2) == "Bo"
    assert otcs.get_category_value_by_name(folder, "Attribute Types", "Labels") == ["a", "b"]
    filled = otcs.get_node_category_as_dictionary(folder, category_id=category)
    assert filled["Text"] == "text"
    assert [row["Name"] for row in filled["Contacts"]] == [None, "Bo"]
    assert otcs.get_node_category_ids(folder) == [category]
    assert otcs.get_node_category_names(folder) == ["Attribute Types"]


def test_nodes_are_looked_up_by_attribute(otcs: Any, server: RunningEcm, folder: int) -> None:
    category = category_id(server, "Shopify Document")
    for number in range(3):
        node = node_id(otcs.create_item(folder, 0, f"{number}"), otcs)
        otcs.set_category_values(node, category, {f"{category}_3": f"INV-{number}"})
    found = otcs.lookup_nodes(folder, "Shopify Document", "Number", "INV-1")
    assert [one["data"]["properties"]["name"] for one in found["results"]] == ["1"]
    whole = otcs.get_node(
        found["results"][0]["data"]["properties"]["id"], ["properties", "categories"], metadata=True
    )
    assert otcs.extract_category_data(whole)["Shopify Document"]["Number"] == "INV-1"


def test_a_workspace_is_found_by_its_business_object(otcs: Any, order: int) -> None:
    assert node_id(otcs.get_workspace_by_business_object("SHOPIFY", "order", "shop.1001"), otcs) == order
    assert otcs.get_workspace_by_business_object("SHOPIFY", "order", "shop.1") is None
    assert node_id(otcs.get_workspace(order), otcs) == order
    references = otcs.get_workspace_references(order)
    assert references[0]["business_object_id"] == "shop.1001"
    payment = otcs.get_node_by_workspace_and_path(order, ["Payment"])
    assert otcs.get_workspace_by_child_node(node_id(payment, otcs))["id"] == order


def test_a_workspace_is_made_once_for_a_business_object(otcs: Any, order: int) -> None:
    type_id, templates = otcs.get_workspace_templates(type_name="Order")
    again = otcs.create_workspace(
        templates[0]["id"], "#1001 again", "", type_id, external_system_id="SHOPIFY", bo_type="order",
        bo_id="shop.1001", parse_error_response=True,
    )  # fmt: skip
    assert "already exists" in str(again)
    found = otcs.get_workspace_by_type_and_name(type_name="Order")
    assert [one["data"]["properties"]["id"] for one in found["results"]] == [order]


def test_workspaces_are_listed_updated_and_located(otcs: Any, server: RunningEcm, order: int) -> None:
    found = otcs.get_workspace_instances(type_name="Order", name="#1001")
    assert otcs.get_result_value(found, "name") == "#1001"
    assert [one["data"]["properties"]["id"] for one in otcs.get_workspace_instances_iterator("Order")] == [
        order
    ]
    assert otcs.get_workspace_type_location("Order") == otcs.get_result_value(
        otcs.get_node(order), "parent_id"
    )
    category = category_id(server, "Shopify Order")
    updated = otcs.update_workspace(
        order, workspace_description="paid", category_data={str(category): {f"{category}_8": "paid"}}
    )
    assert updated
    assert otcs.get_category_value_by_name(order, "Shopify Order", "Financial status") == "paid"
    assert otcs.set_workspace_reference(order, "SHOPIFY", "order", "shop.77")
    assert node_id(otcs.get_workspace_by_business_object("SHOPIFY", "order", "shop.77"), otcs) == order
    assert otcs.delete_workspace_reference(order, "SHOPIFY", "order", "shop.77")
    assert otcs.get_workspace_by_business_object("SHOPIFY", "order", "shop.77") is None


def test_workspaces_are_related_and_parted(otcs: Any, order: int) -> None:
    type_id, templates = otcs.get_workspace_templates(type_name="Case")
    case = node_id(otcs.create_workspace(templates[0]["id"], "Case 1", "", type_id), otcs)
    assert otcs.create_workspace_relationship(order, case)
    assert node_id(otcs.get_workspace_relationships(order), otcs) == case
    parents = otcs.get_workspace_relationships(case, relationship_type=["parent", "child"])
    assert node_id(parents, otcs) == order
    names = [one["data"]["properties"]["name"] for one in otcs.get_workspace_relationships_iterator(order)]
    assert names == ["Case 1"]
    assert otcs.delete_workspace_relationship(order, case)
    assert otcs.get_workspace_relationships(order)["results"] == []


def test_roles_have_members(otcs: Any, order: int) -> None:
    roles = otcs.get_workspace_roles(order)
    role = otcs.lookup_result_value(roles, "name", "Support", "id")
    rivera = node_id(otcs.get_user("rivera"), otcs)
    assert otcs.add_workspace_member(order, role, rivera)
    assert otcs.exist_result_item(otcs.get_workspace_members(order, role), "id", rivera)
    assert otcs.remove_workspace_member(order, role, rivera)
    assert not otcs.exist_result_item(otcs.get_workspace_members(order, role), "id", rivera)
    assert otcs.assign_workspace_permissions(order, role, ["see", "see_contents", "modify"])


def test_the_set_up_can_be_read(otcs: Any, server: RunningEcm) -> None:
    assert sorted(otcs.get_workspace_type_names()) == ["Case", "Company", "Customer", "Order"]
    assert otcs.get_workspace_type(11)["workspace_type"] == "Order"
    assert len(otcs.get_business_object_types()["results"]) == 4
    assert otcs.get_result_value(otcs.get_business_object_type(21), "bo_type") == "order"
    systems = otcs.get_external_system_connections()["results"]
    assert [one["id_extsystem"] for one in systems] == ["SHOPIFY"]
    _, templates = otcs.get_workspace_templates(type_name="Order")
    assert otcs.get_workspace_create_form(templates[0]["id"])["results"]["forms"]
    assert node_id(otcs.get_group("Approvers"), otcs)
    assert len(otcs.get_volumes()["results"]) == 8
    assert otcs.get_node_category_form(templates[0]["id"], category_id(server, "Shopify Order"))["forms"]


def test_classifications_are_added_to_those_there(otcs: Any, folder: int) -> None:
    tree = node_id(otcs.get_node_by_volume_and_path(198, ["Document families"]), otcs)
    ids = [one["data"]["properties"]["id"] for one in otcs.get_subnodes(tree)["results"]]
    otcs.assign_classifications(folder, ids[:1])
    otcs.assign_classifications(folder, ids[1:2])
    assert sorted(one["id"] for one in otcs.get_node_classifications(folder)["data"]) == ids[:2]


def test_it_outlasts_a_gateway_that_fails_twice(otcs: Any, server: RunningEcm) -> None:
    fault = server.faults.add("status=503;times=2;path=/v2/nodes/*")
    assert node_id(otcs.get_node(2000), otcs) == 2000
    assert fault.acted == 2
