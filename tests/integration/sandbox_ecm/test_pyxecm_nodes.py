"""OpenText's own client over what else it asks of nodes, categories and the set-up of workspaces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from muniment_sandbox.ecm.testing import RunningEcm
from tests.integration.sandbox_ecm.test_pyxecm import document, folder, node_id, order, paper

__all__ = ["document", "folder", "order", "paper"]  # fixtures of this module too

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


def names(results: Any) -> list[str]:
    return sorted(one["data"]["properties"]["name"] for one in results)


def category_id(server: RunningEcm, name: str) -> int:
    return server.state.categories.named(name).id


def test_the_server_tells_of_its_sessions_and_lets_clients_in_again(otcs: Any) -> None:
    assert otcs.get_server_info()["sessions"]["expire_after_last_request"] is True
    before = otcs.cookie()
    assert otcs.reauthenticate(before)["otcsticket"] != before["otcsticket"]
    assert otcs.get_current_user()["data"]["name"] == "admin"


def test_actions_are_those_the_rights_allow(
    otcs: Any, server: RunningEcm, document: int, log_in: Any
) -> None:
    own = otcs.get_node_actions([2000, document], ["browse", "delete", "open"])["results"]
    assert {key: list(one["data"]) for key, one in own.items()} == {
        "2000": ["browse", "delete"],
        str(document): ["delete", "open"],
    }
    reader = log_in(username="muniment-reader", password="reader-secret")
    seen = reader.get_node_actions(document)["results"][str(document)]["data"]
    assert "download" in seen
    assert "delete" not in seen
    assert seen["audit"]["href"] == f"/api/v2/nodes/{document}/audit?limit=1000"


def test_facets_count_what_a_folder_holds(otcs: Any, folder: int, document: int) -> None:
    for number in range(3):
        otcs.create_item(folder, 0, f"{number}")
    data = otcs.get_node_facets(folder)["results"]["data"]
    kinds = next(one["2301"] for one in data["values"]["available"] if "2301" in one)
    assert [(one["name"], one["value"], one["count"]) for one in kinds] == [
        ("Folder", "0", 3),
        ("Document", "144", 1),
    ]
    assert [one["percentage"] for one in kinds] == [75.0, 25.0]
    narrowed = otcs.get_node_facets(folder, facet_values={2301: "144"}, facet_values_limit=1)
    values = narrowed["results"]["data"]["values"]
    assert values["selected"] == [{"2301": "144"}]
    assert {"2303": [{"count": 1, "name": "text/plain", "percentage": 100.0, "value": "text/plain"}]} in (
        values["available"]
    )
    assert otcs.get_node_facets(folder, facet_values={9: "x"}) is None


def test_a_tree_is_walked(otcs: Any, folder: int, document: int) -> None:
    inner = node_id(otcs.create_item(folder, 0, "inner"), otcs)
    otcs.create_item(inner, 0, "INV-7")
    assert node_id(otcs.lookup_node_by_regex(folder, [r"^pap.*\.txt$"]), otcs) == document
    assert otcs.lookup_node_by_regex(folder, ["^nothing$"]) is None
    seen: list[str] = []

    def note(node: Any, **_: object) -> tuple[bool, bool]:
        seen.append(otcs.get_result_value(node, "name"))
        return True, True

    otcs.traverse_node(folder, [note])
    assert sorted(seen) == ["Folder", "INV-7", "inner", "paper.txt"]
    seen.clear()
    otcs.traverse_node_parallel(folder, [note], workers=2, timeout=0.2)
    assert {"INV-7", "inner", "paper.txt"} <= set(seen)


def test_folders_of_files_go_up_and_come_down(otcs: Any, folder: int, tmp_path: Path) -> None:
    source = tmp_path / "case"
    (source / "photos").mkdir(parents=True)
    (source / "claim.json").write_text(json.dumps({"reason": "torn"}), encoding="utf-8")
    (source / "photos" / "one.txt").write_text("a photo", encoding="utf-8")
    assert otcs.upload_directory_to_parent(folder, str(source))
    claim = node_id(otcs.get_node_by_parent_and_name(folder, "claim.json"), otcs)
    photos = node_id(otcs.get_node_by_parent_and_name(folder, "photos"), otcs)
    assert names(otcs.get_subnodes(photos)["results"]) == ["one.txt"]
    assert otcs.get_json_document(claim) == {"reason": "torn"}
    otcs.download_document_multi_threading(claim, str(tmp_path / "back.json"))
    assert json.loads((tmp_path / "back.json").read_bytes()) == {"reason": "torn"}


def test_volumes_are_found_by_type(otcs: Any) -> None:
    assert node_id(otcs.get_volume(141), otcs) == 2000
    types = {one["data"]["properties"]["type"] for one in otcs.get_volumes()["results"]}
    assert {133, 141, 161, 198, 550, 862, 882, 20541} == types
    assert otcs.get_volume(4242) is None


def test_a_category_is_assigned_inherited_and_spread(otcs: Any, server: RunningEcm, folder: int) -> None:
    category = category_id(server, "Shopify Document")
    before = node_id(otcs.create_item(folder, 0, "before"), otcs)
    assert otcs.assign_category(folder, category, inheritance=True, apply_to_sub_items=True)
    after = node_id(otcs.create_item(folder, 0, "after"), otcs)
    assert otcs.get_node_category_ids(before) == [category]
    assert otcs.get_node_category_ids(after) == [category]
    assert otcs.get_category_id_by_name(after, "Shopify Document") == str(category)
    assert otcs.set_category_inheritance(folder, category, enable=False)
    later = node_id(otcs.create_item(folder, 0, "later"), otcs)
    assert otcs.get_node_categories(later)["results"] == []
    otcs.set_category_values(folder, category, {f"{category}_3": "INV-7"})
    one = otcs.get_node_category(folder, category)["results"]
    assert one["data"]["categories"][f"{category}_3"] == "INV-7"
    assert one["metadata"]["categories"][f"{category}_3"]["name"] == "Number"


def test_workspace_types_are_found_by_name_and_id(otcs: Any) -> None:
    kinds = {
        one["data"]["properties"]["wksp_type_id"]: one["data"]["properties"]["wksp_type_name"]
        for one in otcs.get_workspace_types()["results"]
    }
    assert kinds[11] == "Order"
    assert [one["data"]["properties"]["wksp_type_id"] for one in otcs.get_workspace_types_iterator()] == list(
        kinds
    )
    found = otcs.get_workspace_type_by_name("Case")["data"]["properties"]
    assert kinds[found["wksp_type_id"]] == "Case"
    assert otcs.get_workspace_type_name(11) == "Order"
    assert otcs.get_workspace_type_lookup(renew=True) == kinds
    assert otcs.resolve_workspace_type_ids(["Order"]) == {11}


def test_external_systems_and_their_objects(otcs: Any) -> None:
    objects = {
        one["data"]["properties"]["bo_type"]: one["data"]["properties"]["workspace_type_id"]
        for one in otcs.get_business_object_types_iterator()
    }
    assert objects["order"] == 11
    assert otcs.add_external_system_connection(
        "ERP", "HTTP", "http://erp.example", "http://erp.example", "user", "secret"
    )
    found = otcs.get_external_system_connection("ERP")["results"]
    assert [one["id_extsystem"] for one in found] == ["ERP"]
    assert "secret" not in str(found)
    every = otcs.get_external_system_connections()["results"]
    assert sorted(one["id_extsystem"] for one in every) == ["ERP", "SHOPIFY"]


def test_workspaces_are_looked_up_walked_and_emptied(otcs: Any, server: RunningEcm, order: int) -> None:
    category = category_id(server, "Shopify Order")
    otcs.set_category_value(order, "paid", category, 8)
    found = otcs.lookup_workspaces("Order", "Shopify Order", "Financial status", "paid")
    assert names(found["results"]) == ["#1001"]
    assert otcs.lookup_workspaces("Order", "Shopify Order", "Financial status", "none") is None
    type_id, templates = otcs.get_workspace_templates(type_name="Case")
    for number in range(2):
        case = node_id(otcs.create_workspace(templates[0]["id"], f"Case {number}", "", type_id), otcs)
        otcs.create_workspace_relationship(order, case)
    walked: list[str] = []

    def note(workspace_node: Any, **_: object) -> tuple[bool, bool]:
        walked.append(otcs.get_result_value(workspace_node, "name"))
        return True, True

    otcs.traverse_workspaces(
        workspace_type_inclusions=["Order", "Case"], node_executables=[note], relationship_types=["child"]
    )
    assert {"#1001", "Case 0", "Case 1"} <= set(walked)
    assert otcs.delete_workspace_relationships(order)
    assert otcs.get_workspace_relationships(order)["results"] == []
    role = otcs.lookup_result_value(otcs.get_workspace_roles(order), "name", "Support", "id")
    for name in ("rivera", "okafor"):
        otcs.add_workspace_member(order, role, node_id(otcs.get_user(name), otcs))
    assert len(otcs.get_workspace_members(order, role)["results"]) >= 2
    assert otcs.remove_workspace_members(order, role)
    assert otcs.get_workspace_members(order, role)["results"] == []


def test_a_hold_on_a_folder_protects_what_is_in_it(otcs: Any, folder: int, document: int) -> None:
    hold = otcs.create_records_management_hold("LEGAL", "Audit 2026", "by the court")["holdID"]
    assert otcs.assign_hold(folder, hold)
    assert otcs.delete_node(document) is None
    assert node_id(otcs.get_node(document), otcs) == document
    held = otcs.get_records_management_holds()["results"]["data"]["holds"]
    assert [one["HoldID"] for one in held if one["ActiveHold"]] == [hold]
