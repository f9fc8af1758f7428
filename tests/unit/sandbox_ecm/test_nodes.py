"""Nodes: read, create, copy, change, move, delete; names and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.sandbox_ecm.desk import Desk


def test_a_node_has_the_properties_that_clients_read(desk: Desk) -> None:
    shown = desk.get(f"/v2/nodes/{desk.folder()}").properties
    assert shown["name"] == "Folder"
    assert shown["type_name"] == "Folder"
    assert shown["container"] is True
    assert shown["size"] == 0
    assert shown["create_date"] == "2026-06-01T08:00:00Z"
    assert shown["volume_id"] == -2000


def test_only_the_fields_that_were_asked_for_come_back(desk: Desk) -> None:
    node = desk.document()
    reply = desk.get(f"/v2/nodes/{node}?fields=properties{{id,name}}&fields=versions.element(0)")
    assert reply.results["data"]["properties"] == {"id": node, "name": "a.txt"}
    assert reply.results["data"]["versions"]["version_number"] == 1


def test_a_field_is_expanded_beside_itself(desk: Desk) -> None:
    node = desk.folder()
    shown = desk.get(f"/v2/nodes/{node}?expand=properties{{parent_id,owner_user_id}}").properties
    assert shown["parent_id_expand"]["name"] == "Enterprise"
    assert shown["owner_user_id_expand"]["name"] == "admin"


def test_reading_an_unknown_node_is_a_bad_request(desk: Desk) -> None:
    assert desk.get("/v2/nodes/424242").error == (400, "Could not get a node for 424242")


@pytest.mark.parametrize("path", ["/v2/nodes/424242/nodes", "/v2/nodes/424242/categories"])
def test_any_other_call_on_an_unknown_node_is_a_server_error(desk: Desk, path: str) -> None:
    assert desk.get(path).error == (500, "Could not get a node for 424242")


def test_a_path_outside_the_registry_is_a_bad_request(desk: Desk) -> None:
    text = "The REST API URL could not be found in the mappings registry"
    assert desk.get("/v2/nonsense").error == (400, text)
    assert desk.call("PATCH", "/v2/nodes/2000").error == (400, text)
    assert desk.get("/v2/otdsws/oauth2/token").error == (400, text)


def test_an_id_that_is_no_number_is_named(desk: Desk) -> None:
    assert desk.get("/v2/nodes/abc").error == (400, "Invalid datatype specified for argument 'id'")


def test_both_cgi_paths_answer(desk: Desk) -> None:
    assert desk.dispatcher.find("GET", "/otcs/cs.exe/api/v2/nodes/2000") is not None
    assert desk.dispatcher.find("GET", "/cs/cs/api/v2/nodes/2000") is not None
    assert desk.dispatcher.find("GET", "/cs/api/v2/nodes/2000") is None


def test_the_same_name_in_another_case_is_a_duplicate(desk: Desk) -> None:
    desk.folder("Orders")
    body = {"type": 0, "parent_id": 2000, "name": " orders "}
    text = "An item with the name 'orders' already exists."
    assert desk.call("POST", "/v2/nodes", body=body).error == (500, text)
    assert desk.call("POST", "/v1/nodes", body=body).error == (400, text)


@pytest.mark.parametrize("name", ["a:b", "x" * 249, "   "])
def test_a_bad_name_is_refused(desk: Desk, name: str) -> None:
    assert desk.call("POST", "/v2/nodes", body={"type": 0, "parent_id": 2000, "name": name}).status == 400


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=":\x00"), min_size=1, max_size=60))
def test_any_other_name_is_kept_as_it_was_trimmed(name: str) -> None:
    if not name.strip():
        return
    desk = Desk("empty")
    node = desk.folder(name)
    assert desk.get(f"/v2/nodes/{node}").properties["name"] == name.strip()
    found = desk.state.tree.child_named(2000, name)
    assert found is not None
    assert found.id == node


def test_a_document_needs_a_file(desk: Desk) -> None:
    body = {"type": 144, "parent_id": 2000, "name": "a.pdf"}
    assert desk.call("POST", "/v2/nodes", body=body).error == (400, "Missing required parameter 'File'")


def test_a_refused_document_leaves_nothing_behind(desk: Desk) -> None:
    before = desk.state.documents.version_count
    category = desk.category("Shopify Document")
    body = {
        "type": 144,
        "parent_id": 2000,
        "name": "a.pdf",
        "roles": {"categories": {f"{category}_2": "x" * 65}},
    }
    reply = desk.upload("/v2/nodes", body)
    assert reply.status == 500
    assert "greater than the maximum length (64)" in reply.error[1]
    assert "a.pdf" not in desk.names("/v2/nodes/2000/nodes")
    assert desk.state.documents.version_count == before


def test_nodes_are_read_in_bulk_and_unknown_ones_left_out(desk: Desk) -> None:
    one, two = desk.folder("1"), desk.folder("2")
    reply = desk.call("POST", "/v2/nodes/list", {"ids": [one, two, 424242], "fields": "properties{id}"})
    assert [item["data"]["properties"] for item in reply.results] == [{"id": one}, {"id": two}]


def test_more_than_250_ids_are_too_many(desk: Desk) -> None:
    assert desk.call("POST", "/v2/nodes/list", body={"ids": list(range(251))}).status == 400


def test_ancestors_come_root_first_with_the_node_last(desk: Desk) -> None:
    inner = desk.folder("inner", desk.folder("outer"))
    way = desk.get(f"/v1/nodes/{inner}/ancestors").json["ancestors"]
    assert [one["name"] for one in way] == ["Enterprise", "outer", "inner"]
    assert way[0]["parent_id"] == -1


def test_a_node_is_renamed_described_and_moved(desk: Desk) -> None:
    node, target = desk.folder("old"), desk.folder("target")
    body = {"name": "new", "description": "d", "parent_id": target}
    assert desk.call("PUT", f"/v2/nodes/{node}", body=body).properties["id"] == node
    shown = desk.get(f"/v2/nodes/{node}").properties
    assert (shown["name"], shown["description"], shown["parent_id"]) == ("new", "d", target)
    assert desk.names(f"/v2/nodes/{target}/nodes") == ["new"]
    assert "old" not in desk.names("/v2/nodes/2000/nodes")


def test_a_folder_cannot_be_moved_into_itself(desk: Desk) -> None:
    outer = desk.folder("outer")
    inner = desk.folder("inner", outer)
    assert desk.call("PUT", f"/v2/nodes/{outer}", body={"parent_id": inner}).status == 500
    assert desk.get(f"/v2/nodes/{outer}").properties["parent_id"] == 2000


def test_a_stale_token_is_an_edit_conflict(desk: Desk) -> None:
    node = desk.folder()
    token = desk.get(f"/v2/nodes/{node}?state").results["state"]["properties"]["metadata_token"]
    assert desk.call("PUT", f"/v2/nodes/{node}", body={"name": "1", "metadata_token": token}).status == 200
    stale = desk.call("PUT", f"/v2/nodes/{node}", body={"name": "2", "metadata_token": token})
    assert stale.error == (409, "Could not update metadata (edit conflict).")


def test_a_copy_has_everything_below_and_ids_of_its_own(desk: Desk) -> None:
    source = desk.folder("source")
    desk.document("a.txt", desk.folder("inner", source), b"bytes")
    copy = desk.call("POST", "/v2/nodes", body={"original_id": source, "parent_id": 2000, "name": "copy"})
    inner = desk.get(f"/v2/nodes/{copy.properties['id']}/nodes").results[0]["data"]["properties"]["id"]
    document = desk.get(f"/v2/nodes/{inner}/nodes").results[0]["data"]["properties"]
    assert document["name"] == "a.txt"
    assert desk.get(f"/v2/nodes/{document['id']}/content").raw == b"bytes"


def test_a_shortcut_points_to_its_original(desk: Desk) -> None:
    node = desk.document()
    body = {"type": 1, "parent_id": desk.folder(), "name": "link", "original_id": node}
    made = desk.call("POST", "/v2/nodes", body=body).properties
    assert (made["type"], made["original_id"]) == (1, node)


def test_a_deleted_node_can_be_restored_with_all_below(desk: Desk) -> None:
    outer = desk.folder("outer")
    document = desk.document("a.txt", outer)
    assert desk.call("DELETE", f"/v2/nodes/{outer}").results == {}
    assert desk.get(f"/v2/nodes/{document}").status == 400
    again = desk.folder("outer")
    failed = desk.call("POST", "/v2/volumes/recyclebin/nodes/restore", {"ids": [outer]}).json
    assert failed["failure"]["ids"] == [outer]
    desk.call("DELETE", f"/v2/nodes/{again}")
    done = desk.call("POST", "/v2/volumes/recyclebin/nodes/restore", {"ids": [outer]}).json
    assert done["success"]["ids"] == [outer]
    assert desk.get(f"/v2/nodes/{document}/content").raw == b"hello"


def test_a_purged_node_is_gone_with_its_bytes(desk: Desk) -> None:
    before = desk.state.documents.version_count
    node = desk.document()
    desk.call("DELETE", f"/v2/nodes/{node}")
    listed = desk.get("/v2/volumes/recyclebin/nodes").results
    assert [one["data"]["properties"]["id"] for one in listed] == [node]
    desk.call("POST", "/v2/volumes/recyclebin/nodes/purge", body={"ids": [node]})
    assert desk.state.documents.version_count == before
    assert desk.get("/v2/volumes/recyclebin/nodes").results == []


def test_a_volume_cannot_be_deleted(desk: Desk) -> None:
    assert desk.call("DELETE", "/v2/nodes/2000").status == 500


def test_only_collisions_of_names_are_told(desk: Desk) -> None:
    desk.folder("taken")
    body = {"parent_id": 2000, "names": ["free", "TAKEN"]}
    found = desk.call("POST", "/v1/validation/nodes/names", body=body).json["results"]
    assert [one["name"] for one in found] == ["taken"]


def test_a_nickname_names_one_node_for_the_whole_system(desk: Desk) -> None:
    one, two = desk.folder("1"), desk.folder("2")
    assert desk.call("PUT", f"/v2/nodes/{one}/nicknames", {"nickname": "shopify_order_1"}).results == {}
    assert desk.get("/v2/nicknames/Shopify_Order_1/nodes").properties["id"] == one
    taken = desk.call("PUT", f"/v2/nodes/{two}/nicknames", {"nickname": "SHOPIFY_order_1"})
    assert taken.error == (500, "Nicknames must be unique")
    desk.call("PUT", f"/v2/nodes/{one}/nicknames", {"nickname": ""})
    assert desk.get("/v2/nicknames/shopify_order_1/nodes").status == 404


@pytest.mark.parametrize("nickname", ["a-b", "a b", "a/b", "42", "x" * 249])
def test_a_bad_nickname_is_a_server_error(desk: Desk, nickname: str) -> None:
    assert desk.call("PUT", "/v2/nodes/2000/nicknames", {"nickname": nickname}).status == 500


def test_a_reserved_document_takes_versions_of_its_holder_only(desk: Desk) -> None:
    node = desk.document()
    rivera = desk.state.members.named("rivera")
    assert rivera is not None
    desk.call("PUT", f"/v2/nodes/{node}", body={"reserved_user_id": rivera.id})
    assert desk.upload(f"/v2/nodes/{node}/versions", {}).status == 500
    desk.call("PUT", f"/v2/nodes/{node}", body={"reserved_user_id": None})
    assert desk.upload(f"/v2/nodes/{node}/versions", {}).status == 200


def test_a_refused_update_changes_nothing_at_all(desk: Desk) -> None:
    node = desk.folder("old")
    category = desk.category("Shopify Document")
    before = desk.get(f"/v2/nodes/{node}?fields=properties&fields=categories").results
    for body in (
        {"name": "new", "roles": {"categories": {f"{category}_2": "x" * 65}}},
        {"name": "new", "reserved_user_id": 424242},
        {"description": "d", "name": "a:b"},
        {"name": "new", "external_source": "nowhere"},
    ):
        assert desk.call("PUT", f"/v2/nodes/{node}", body=body).status in (400, 500)
        assert desk.get(f"/v2/nodes/{node}?fields=properties&fields=categories").results == before
    assert desk.names("/v2/nodes/2000/nodes?where_name=old") == ["old"]
