"""OpenText's own client over search, permissions, audit, records management and the recycle bin."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_sandbox.ecm.testing import RunningEcm
from tests.integration.sandbox_ecm.test_pyxecm import document, folder, node_id, order, paper

__all__ = ["document", "folder", "order", "paper"]  # fixtures of this module too

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


def class_id(server: RunningEcm, name: str = "Accounting documents") -> int:
    return next(node.id for node in server.state.tree.all() if node.type == 551 and node.name == name)


def names(results: Any) -> list[str]:
    return sorted(one["data"]["properties"]["name"] for one in results)


def test_search_finds_and_its_iterator_ends(otcs: Any, folder: int) -> None:
    for number in range(5):
        otcs.create_item(folder, 0, f"case {number}")
    found = otcs.search(f"OTLocation:{folder} AND OTName:case*", limit=2, page=2)
    assert found["collection"]["paging"]["total_count"] == 5
    assert len(found["results"]) == 2
    everything = otcs.search_iterator("OTName:case*", location_id=folder, page_size=2)
    assert names(everything) == [f"case {number}" for number in range(5)]
    exactly = otcs.search_iterator("OTName:case*", location_id=folder, page_size=5)
    assert len(list(exactly)) == 5  # the page after the full last one is empty
    assert otcs.search("OTName:", look_for="complexQuery") is None


def test_permissions_are_given_read_and_taken(otcs: Any, server: RunningEcm, document: int) -> None:
    rivera = server.state.members.named("rivera")
    assert rivera is not None
    granted = ["see", "see_contents", "modify"]
    assert otcs.assign_permission(document, granted, "custom", rivera.id)
    effective = otcs.get_permission(document, rivera.id)["results"]["data"]["permissions"]["permissions"]
    assert set(granted) <= set(effective)
    assert otcs.assign_permission(document, [], "public")
    assert otcs.assign_permission(document, ["see"], "group")
    assert otcs.assign_permission(document, ["see", "delete"], "owner")
    assert otcs.delete_permission(document, "custom", rivera.id)
    assert otcs.delete_permission(document, "public")
    assert otcs.check_user_node_permissions([document, 4242])["results"]["ids"] == [document]
    assert otcs.check_user_node_permissions([document], rivera.id)["results"]["ids"] == [document]


def test_a_role_gets_other_rights(otcs: Any, server: RunningEcm, order: int) -> None:
    role = otcs.lookup_result_value(otcs.get_workspace_roles(order), "name", "Support", "id")
    assert otcs.assign_workspace_permissions(order, role, ["see", "see_contents", "modify"])
    lindqvist = server.state.members.named("lindqvist")
    assert lindqvist is not None
    effective = otcs.get_permission(order, lindqvist.id)["results"]["data"]["permissions"]["permissions"]
    assert "modify" in effective


def test_the_audit_trail_is_read_and_filtered(otcs: Any, document: int) -> None:
    assert otcs.assign_permission(document, ["see"], "public")
    trail = otcs.get_node_audit(document)["results"]["data"]["audit"]
    assert [one["audit_name"] for one in trail] == ["Permission Changed", "Create"]
    assert trail[0]["user_id_expand"]["name"] == "admin"
    only = otcs.get_node_audit(document, filter_event_type=9, filter_date_start="2020-01-01")
    assert len(only["results"]["data"]["audit"]) == 1
    assert otcs.get_node_audit(document, filter_date_end="2020-01-01")["results"]["data"]["audit"] == []


def test_a_document_becomes_a_record(otcs: Any, server: RunningEcm, document: int) -> None:
    assert otcs.get_node_records_details(document)["data"] == []
    assert otcs.assign_rm_classification(document, class_id(server))
    details = otcs.get_node_records_details(document)
    assert details["data"][0]["rsi"] == "ACC-10Y"
    token = details["rm_metadataToken"]
    assert otcs.set_node_records_details(document, token, status="CLOSED", essential="ES", official=True)
    changed = otcs.get_node_records_details(document)["data"][0]
    assert (changed["file_status"], changed["essential"], changed["official"]) == ("CLOSED", "ES", True)
    assert otcs.set_node_records_details(document, token, status="ACTIVE") is None  # the token is stale
    assert otcs.assign_rm_classification(document, class_id(server, "Correspondence")) is None
    token = otcs.get_node_records_details(document)["rm_metadataToken"]
    assert otcs.assign_rm_classification(document, class_id(server, "Correspondence"), metadata_token=token)
    otcs.assign_classifications(document, [])
    assert otcs.get_node_classifications(document)["data"] == []


def test_a_hold_keeps_a_document(otcs: Any, document: int) -> None:
    made = otcs.create_records_management_hold("LEGAL", "Case 7", "a comment")
    hold = made["holdID"]
    assert otcs.assign_hold(document, hold)
    assert otcs.get_hold_by_name("Case 7")["results"]["data"]["hold"]["HoldID"] == hold
    listed = otcs.get_records_management_holds()
    assert otcs.exist_result_item(listed, "HoldName", "Case 7", property_name="holds")
    assert otcs.delete_node(document) is None
    assert otcs.purge_document_versions(document, 1) is None
    assert otcs.create_records_management_hold("LEGAL", "Case 7", "again") is None


def test_retention_is_defined(otcs: Any) -> None:
    assert otcs.get_records_management_codes()["hold_type"]["values"]
    made = otcs.create_records_management_rsi("NEW-1", "ACTIVE", "", "d", "s", "t", dispcontrol=True)
    rsi = made["results"]["id"]
    assert made["results"]["ok"]
    scheduled = otcs.create_records_management_rsi_schedule(
        rsi, "ACT", event_type=1, date_to_use=95, retention_years=3, action_code=32
    )
    assert scheduled["results"]["ok"]
    row = next(one for one in otcs.get_records_management_rsis() if one["RSI"] == "NEW-1")
    assert (row["RetYears"], row["ActionCode"], row["RSIScheduleID"]) == (3, "32", scheduled["results"]["id"])
    assert otcs.search_records_management_rsis("NEW") == [{"name": "NEW-1"}]


def test_what_was_deleted_comes_back_or_goes_for_good(otcs: Any, folder: int, document: int) -> None:
    assert otcs.delete_node(document)
    assert otcs.restore_node(document)["success"]["ids"] == [document]
    assert otcs.delete_node(document)
    assert otcs.purge_node(document)["success"]["ids"] == [document]
    assert otcs.restore_node(document)["failure"]["ids"] == [document]
    assert otcs.delete_node(folder, purge=True)


def test_a_workspace_is_copied_with_its_roles(otcs: Any, folder: int, order: int) -> None:
    copied = node_id(otcs.copy_node(order, folder, "copy of #1001"), otcs)
    roles = otcs.get_workspace_roles(copied)["results"]
    assert names(roles) == ["Finance", "Support"]
    original = otcs.get_workspace_roles(order)["results"]
    assert not {one["data"]["properties"]["id"] for one in roles} & {
        one["data"]["properties"]["id"] for one in original
    }
    assert otcs.get_workspace_references(copied) in (None, [])


def test_a_final_record_takes_no_version(otcs: Any, server: RunningEcm, document: int, paper: Any) -> None:
    assert otcs.assign_rm_classification(document, class_id(server))
    record = server.state.records.find(document)
    assert record is not None
    record.is_final = True
    assert otcs.add_document_version(document, str(paper), "paper.txt", mime_type="text/plain") is None
    assert otcs.update_item(document, item_name="other.txt") is None
