"""Who may see and do what: default access, assigned access, roles, and what the server says to the others."""

from __future__ import annotations

import pytest

from muniment_sandbox.ecm.state.rights import MASKS
from tests.unit.sandbox_ecm.desk import Desk

SORRY = "Sorry, the item you requested could not be accessed."
REFUSED = (500, "Insufficient permissions to perform that action")


@pytest.fixture
def reader(desk: Desk) -> Desk:
    return desk.as_member("muniment-reader")


@pytest.fixture
def writer(desk: Desk) -> Desk:
    return desk.as_member("muniment-writer")


@pytest.fixture
def support(desk: Desk) -> Desk:
    return desk.as_member("lindqvist")


def orders_folder(desk: Desk) -> int:
    shopify = desk.state.tree.child_named(2000, "Shopify")
    assert shopify is not None
    orders = desk.state.tree.child_named(shopify.id, "Orders")
    assert orders is not None
    return orders.id


def test_the_reader_reads_and_changes_nothing(desk: Desk, writer: Desk, reader: Desk) -> None:
    order = writer.order()
    document = writer.document(parent_id=order)
    assert reader.get(f"/v2/nodes/{document}/content").raw == b"hello"
    assert reader.get(f"/v2/businessworkspaces/{order}").status == 200
    category = desk.category("Shopify Document")
    refused = [
        reader.call("PUT", f"/v2/nodes/{document}", {"name": "other"}),
        reader.call("DELETE", f"/v2/nodes/{document}"),
        reader.call("POST", f"/v2/nodes/{document}/categories", {"category_id": category}),
        reader.upload(f"/v2/nodes/{document}/versions", {}),
        reader.upload("/v2/nodes", {"type": 144, "parent_id": order, "name": "b.txt"}),
        reader.call("PUT", f"/v2/nodes/{document}/nicknames", {"nickname": "n"}),
        reader.call("POST", f"/v1/nodes/{document}/classifications", body={"class_id": []}),
        reader.call("PUT", f"/v2/nodes/{document}/permissions/public", body={"permissions": ["see"]}),
        reader.call("POST", "/v2/businessworkspaces", body={
            "ext_system_id": "SHOPIFY", "bo_type": "order", "bo_id": "2", "name": "#2"}),
        reader.call("PUT", "/v2/businessworkspaces", body={"bws_infos": []}),
        reader.call("POST", "/v2/externalsystems", {"external_system_name": "ERP"}),
    ]  # fmt: skip
    assert [one.error for one in refused if one.error != REFUSED] == [
        (400, "Missing required parameter 'bws_infos'")
    ]
    assert desk.get(f"/v2/nodes/{document}").properties["name"] == "a.txt"


def test_what_may_not_be_seen_is_nowhere(desk: Desk, writer: Desk) -> None:
    approver = desk.as_member("rivera")  # has a role in cases, none in orders
    order = writer.order()
    document = writer.document("secret.pdf", order)
    writer.call("PUT", f"/v2/nodes/{document}/nicknames", {"nickname": "secret"})
    status, text = approver.get(f"/v2/nodes/{document}").error
    assert (status, text[: len(SORRY)]) == (400, SORRY)
    for path in ("categories", "versions", "content", "permissions", "audit", "nodes"):
        status, text = approver.get(f"/v2/nodes/{document}/{path}").error
        assert (status, text[: len(SORRY)]) == (500, SORRY)
    assert approver.get("/v2/nicknames/secret/nodes").status == 404
    assert approver.get("/v2/externalsystems/SHOPIFY/botypes/order/boids/shop.1").status == 404
    assert approver.get("/v2/businessworkspaces?expanded_view=true").results == []
    listed = approver.call("POST", "/v2/nodes/list", {"ids": [document, 2000]}).results
    assert [one["data"]["properties"]["id"] for one in listed] == [2000]
    assert "Shopify" not in approver.names("/v2/nodes/2000/nodes")
    assert "Shopify" in writer.names("/v2/nodes/2000/nodes")
    expanded = approver.get("/v2/nodes/2000?fields=properties&expand=properties{parent_id}")
    assert expanded.status == 200


def test_a_role_of_the_workspace_gives_its_rights(writer: Desk, support: Desk, desk: Desk) -> None:
    finance = desk.as_member("okafor")
    order = writer.order()
    document = writer.document(parent_id=order)
    assert support.get(f"/v2/nodes/{document}/content").raw == b"hello"
    assert support.call("PUT", f"/v2/nodes/{document}", {"name": "b"}).error == REFUSED
    assert finance.call("PUT", f"/v2/nodes/{document}", {"name": "b"}).status == 200
    assert finance.call("DELETE", f"/v2/nodes/{document}").error == REFUSED
    role = next(
        one["data"]["properties"]
        for one in writer.get(f"/v2/businessworkspaces/{order}/roles").results
        if one["data"]["properties"]["name"] == "Support"
    )
    members = f"/v2/businessworkspaces/{order}/roles/{role['id']}/members"
    lindqvist = desk.state.members.named("lindqvist")
    assert lindqvist is not None
    assert writer.call("DELETE", f"{members}/{lindqvist.id}").status == 200
    assert support.get(f"/v2/nodes/{document}").status == 400


def test_a_group_gives_its_members_what_it_has(desk: Desk, writer: Desk) -> None:
    folder = writer.folder("Board", orders_folder(desk))
    approvers = desk.state.members.named("Approvers")
    assert approvers is not None
    granted = {"permissions": ["see", "see_contents"], "right_id": approvers.id}
    assert writer.call("POST", f"/v2/nodes/{folder}/permissions/custom", body=granted).status == 200
    assert desk.as_member("rivera").get(f"/v2/nodes/{folder}").properties["name"] == "Board"
    assert desk.as_member("lindqvist").get(f"/v2/nodes/{folder}").status == 400
    rivera = desk.state.members.named("rivera")
    assert rivera is not None
    effective = writer.get(f"/v2/nodes/{folder}/permissions/effective/{rivera.id}").results
    assert effective["data"]["permissions"]["permissions"] == ["see", "see_contents"]
    assert writer.call("DELETE", f"/v2/nodes/{folder}/permissions/custom/{approvers.id}").status == 200
    assert desk.as_member("rivera").get(f"/v2/nodes/{folder}").status == 400


@pytest.mark.parametrize(
    ("apply_to", "changed"),
    [(0, "folder"), (1, "child grandchild"), (2, "folder child grandchild"), (3, "folder child")],
)
def test_a_change_reaches_as_far_as_it_says(desk: Desk, apply_to: int, changed: str) -> None:
    ids = {"folder": desk.folder("f")}
    ids["child"] = desk.folder("c", ids["folder"])
    ids["grandchild"] = desk.folder("g", ids["child"])
    body = {"permissions": ["see", "delete"], "right_id": 1001, "apply_to": apply_to}
    assert desk.call("POST", f"/v2/nodes/{ids['folder']}/permissions/custom", body=body).status == 200
    has = [name for name, one in ids.items() if desk.state.tree.get(one).acl.assigned(1001)]
    assert has == changed.split()


def test_the_list_names_default_access_first_and_roles_too(desk: Desk) -> None:
    order = desk.order()
    entries = [one["data"]["permissions"] for one in desk.get(f"/v2/nodes/{order}/permissions").results]
    assert [one["type"] for one in entries[:3]] == ["owner", "group", "public"]
    assert entries[0]["permissions"] == list(MASKS)
    assert entries[2]["permissions"] == []
    roles = desk.get(f"/v2/businessworkspaces/{order}/roles").results
    role_ids = {one["data"]["properties"]["id"] for one in roles}
    assert role_ids <= {one["right_id"] for one in entries if one["type"] == "custom"}
    with_node = desk.get(f"/v2/nodes/{order}?fields=permissions").results["data"]["permissions"]
    assert with_node == entries


def test_owner_group_and_public_are_set_and_removed(desk: Desk) -> None:
    folder = desk.folder()
    path = f"/v2/nodes/{folder}/permissions"
    rivera = desk.state.members.named("rivera")
    assert rivera is not None
    desk.call("PUT", f"{path}/owner", body={"permissions": ["see", "delete"], "right_id": rivera.id})
    desk.call("PUT", f"{path}/group", body={"permissions": ["see"]})
    desk.call("PUT", f"{path}/public", body={"permissions": []})
    shown = {one["data"]["permissions"]["type"]: one["data"]["permissions"] for one in desk.get(path).results}
    assert shown["owner"] == {"permissions": ["see", "delete"], "right_id": rivera.id, "type": "owner"}
    assert shown["group"]["permissions"] == ["see"]
    assert shown["public"]["permissions"] == []
    for kind in ("owner", "group", "public"):
        assert desk.call("DELETE", f"{path}/{kind}").status == 200
        assert desk.get(f"{path}/{kind}").results == {}


def test_several_are_assigned_at_once_and_replaced(desk: Desk) -> None:
    folder = desk.folder()
    path = f"/v2/nodes/{folder}/permissions/custom"
    array = '[{"permissions":["see"],"right_id":1000},{"permissions":["see","delete"],"right_id":1001}]'
    assert desk.call("POST", f"{path}/bulk", {"permissions_array": array}).status == 200
    assert desk.call("PUT", f"{path}/1001", body={"permissions": ["see"]}).status == 200
    assert desk.get(f"{path}/1001").results["data"]["permissions"]["permissions"] == ["see"]
    assert desk.call("PUT", f"{path}/1002", body={"permissions": ["see"]}).status == 500
    assert desk.call("POST", path, body={"permissions": ["fly"], "right_id": 1001}).status == 400


def test_a_listing_that_hides_nothing_walks_no_item_and_one_that_does_counts_right(
    desk: Desk, writer: Desk
) -> None:
    orders = orders_folder(desk)
    for number in range(5):
        writer.folder(f"f{number}", orders)
    hidden = writer.folder("f9", orders)
    desk.call("PUT", f"/v2/nodes/{orders}/permissions/public", body={"permissions": ["see", "see_contents"]})
    for name in ("f0", "f3"):
        child = desk.state.tree.child_named(orders, name)
        assert child is not None
        desk.call("PUT", f"/v2/nodes/{child.id}/permissions/public", body={"permissions": ["see"]})
    support = desk.as_member("lindqvist")
    assert support.names(f"/v2/nodes/{orders}/nodes") == ["f0", "f3"]
    page = support.get(f"/v2/nodes/{orders}/nodes?limit=1&page=2").json["collection"]["paging"]
    assert (page["total_count"], page["page_total"], page["range_min"]) == (2, 2, 2)
    assert support.get(f"/v2/nodes/{hidden}").status == 400
    checked = support.call("POST", "/v2/ai/nodes/permissions/check", {"ids": [orders, hidden]})
    assert checked.results["ids"] == [orders]


def test_moving_needs_the_right_to_delete_here_and_to_add_there(desk: Desk, writer: Desk) -> None:
    finance = desk.as_member("okafor")
    order = writer.order()
    document = writer.document(parent_id=order)
    assert finance.call("PUT", f"/v2/nodes/{document}", {"parent_id": 2000}).error == REFUSED
    own = finance.document("own.txt", order)
    assert finance.call("PUT", f"/v2/nodes/{own}", {"parent_id": 2000}).error == REFUSED
    assert finance.call("DELETE", f"/v2/nodes/{own}").status == 200  # its owner may do everything
