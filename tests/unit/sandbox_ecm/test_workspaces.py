"""Business workspaces: made, found, related, with roles of their own."""

from __future__ import annotations

import json

import pytest

from tests.unit.sandbox_ecm.desk import Desk

FOLDERS = [
    "Approvals", "Correspondence", "Fulfilment", "Order", "Payment", "Returns and refunds", "Source events",
]  # fmt: skip
BOIDS = "/v2/externalsystems/SHOPIFY/botypes/order/boids"


def template(desk: Desk, name: str) -> int:
    return desk.state.workspace_types.named(name).template_ids[0]


def test_a_workspace_gets_folders_categories_and_roles_of_its_template(desk: Desk) -> None:
    category = desk.category("Shopify Order")
    node = desk.order(roles={"categories": {str(category): {f"{category}_2": "shop"}}})
    assert desk.names(f"/v2/nodes/{node}/nodes") == FOLDERS
    values = desk.get(f"/v2/nodes/{node}/categories/{category}").results["data"]["categories"]
    assert values[f"{category}_2"] == "shop"
    roles = desk.get(f"/v2/businessworkspaces/{node}/roles").results
    assert [role["data"]["properties"]["name"] for role in roles] == ["Finance", "Support"]
    other = desk.get(f"/v2/businessworkspaces/{desk.order('shop.2', '#1002')}/roles").results
    ids = [role["data"]["properties"]["id"] for role in [*roles, *other]]
    assert len(set(ids)) == 4


def test_the_answer_to_a_creation_is_bare(desk: Desk) -> None:
    body = {
        "template_id": str(template(desk, "Order")),
        "wksp_type_id": "11",
        "type": "848",
        "name": "n",
        "roles": {},
    }
    result = desk.call("POST", "/v2/businessworkspaces", body=body).results
    assert result == {"direct_open": True, "id": result["id"], "sub_folder_id": 0}
    shown = desk.get(f"/v2/nodes/{result['id']}").properties
    assert (shown["wnf_wksp_type_id"], shown["wnf_wksp_template_id"]) == (11, template(desk, "Order"))


def test_a_business_object_finds_its_workspace(desk: Desk) -> None:
    node = desk.order("shop.7")
    reply = desk.get(f"{BOIDS}/shop.7")
    assert reply.results[0]["data"]["properties"]["id"] == node
    assert reply.json["paging"]["total_count"] == 1
    assert desk.get(f"{BOIDS}/shop.8").status == 404


def test_the_second_of_two_creations_for_one_object_is_refused(desk: Desk) -> None:
    desk.order("shop.1", "#1001")
    body = {"ext_system_id": "SHOPIFY", "bo_type": "order", "bo_id": "shop.1", "name": "another"}
    status, text = desk.call("POST", "/v2/businessworkspaces", body=body).error
    assert status == 500
    assert "already exists" in text
    assert desk.state.workspaces.count() == 1


def test_the_second_of_two_creations_of_one_name_is_a_duplicate(desk: Desk) -> None:
    desk.order("shop.1", "#1001")
    body = {"ext_system_id": "SHOPIFY", "bo_type": "order", "bo_id": "shop.2", "name": "#1001"}
    reply = desk.call("POST", "/v2/businessworkspaces", body=body)
    assert reply.error == (500, "An item with the name '#1001' already exists.")
    assert desk.get(f"{BOIDS}/shop.2").status == 404


def test_a_refused_category_value_leaves_no_workspace(desk: Desk) -> None:
    category = desk.category("Shopify Order")
    body = {
        "ext_system_id": "SHOPIFY",
        "bo_type": "order",
        "bo_id": "shop.1",
        "name": "n",
        "roles": {"categories": {str(category): {f"{category}_6": "EURO"}}},
    }
    assert desk.call("POST", "/v2/businessworkspaces", body=body).status == 500
    assert desk.state.workspaces.count() == 0


def test_an_unknown_business_object_type_is_not_found(desk: Desk) -> None:
    body = {"ext_system_id": "SHOPIFY", "bo_type": "parcel", "bo_id": "1", "name": "n"}
    assert desk.call("POST", "/v2/businessworkspaces", body=body).status == 404


def test_a_json_body_is_read_too(desk: Desk) -> None:
    sent = json.dumps({"ext_system_id": "SHOPIFY", "bo_type": "order", "bo_id": "9", "name": "n"}).encode()
    reply = desk.call(
        "POST", "/v2/businessworkspaces", raw=sent, headers={"content-type": "application/json"}
    )
    assert reply.results["id"]


def test_the_bulk_upsert_creates_once_and_updates_then(desk: Desk) -> None:
    info = {"ext_system_id": "SHOPIFY", "bo_type": "case", "bo_id": "c1", "name": "Case 1"}
    first = desk.call("PUT", "/v2/businessworkspaces", body={"bws_infos": [info, {"name": "no object"}]}).json
    assert first[0]["error_message"] == ""
    assert first[1] == {"error_message": "Missing required parameter 'bo_id'", "id": 0}
    second = desk.call(
        "PUT", "/v2/businessworkspaces", body={"bws_infos": [info | {"description": "d"}]}
    ).json
    assert second[0]["id"] == first[0]["id"]
    assert desk.get(f"/v2/nodes/{first[0]['id']}").properties["description"] == "d"


def test_one_workspace_is_an_object_with_its_references(desk: Desk) -> None:
    node = desk.order("shop.5")
    data = desk.get(f"/v2/businessworkspaces/{node}?fields=workspace_references").results["data"]
    assert data["workspace_references"][0]["business_object_id"] == "shop.5"
    assert data["business_properties"]["workspace_type_name"] == "Order"
    assert desk.get("/v2/businessworkspaces/2000").status == 404


def test_a_reference_is_added_and_taken_away(desk: Desk) -> None:
    node = desk.order("shop.1")
    path = f"/v2/businessworkspaces/{node}/workspacereferences"
    key = {"ext_system_id": "SHOPIFY", "bo_type": "order", "bo_id": "shop.99"}
    assert desk.call("PUT", path, key).results == {}
    assert desk.get(f"{BOIDS}/shop.99").status == 200
    assert desk.call("DELETE", path, key).results == {}
    assert desk.get(f"{BOIDS}/shop.99").status == 404


def test_a_deleted_workspace_frees_its_object_and_a_restored_one_has_it_again(desk: Desk) -> None:
    node = desk.order("shop.1")
    desk.call("DELETE", f"/v2/nodes/{node}")
    assert desk.get(f"{BOIDS}/shop.1").status == 404
    desk.call("POST", "/v2/volumes/recyclebin/nodes/restore", {"ids": [node]})
    assert desk.get(f"{BOIDS}/shop.1").results[0]["data"]["properties"]["id"] == node


def test_any_node_inside_names_its_workspace(desk: Desk) -> None:
    node = desk.order()
    payment = desk.state.tree.child_named(node, "Payment")
    assert payment is not None
    found = desk.get(f"/v1/nodes/{payment.id}/businessworkspace").json
    assert found == {"id": node, "isLinked": True, "type": 848, "workspace_type_id": 11}
    assert desk.get("/v1/nodes/2000/businessworkspace").status == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("where_workspace_type_id=11", ["#1001 Ana", "#1002 Bo"]),
        ("where_workspace_type_name=ord", ["#1001 Ana", "#1002 Bo"]),
        ("where_name=%231002+bo", ["#1002 Bo"]),
        ("where_name=contains_ana", ["#1001 Ana"]),
        ("where_name=startswith_%231", ["#1001 Ana", "#1002 Bo"]),
        ("where_ext_system_id=SHOPIFY&where_bo_type=order&where_bo_id=shop.2&expanded_view=0", ["#1002 Bo"]),
        ("where_bo_type=case", ["Case 1"]),
        ("expanded_view=true&sort=desc_name", ["Case 1", "#1002 Bo", "#1001 Ana"]),
        ('where_column_query=name+LIKE+"%231*"+AND+NOT+name+LIKE+"*bo"', ["#1001 Ana"]),
        ("where_workspace_type_id=99", []),
    ],
)
def test_workspaces_are_found(desk: Desk, query: str, expected: list[str]) -> None:
    desk.order("shop.1", "#1001 Ana")
    desk.order("shop.2", "#1002 Bo")
    body = {"ext_system_id": "SHOPIFY", "bo_type": "case", "bo_id": "c1", "name": "Case 1"}
    desk.call("POST", "/v2/businessworkspaces", body=body)
    assert desk.names(f"/v2/businessworkspaces?{query}") == expected


def test_a_column_query_reads_categories_and_dates(desk: Desk) -> None:
    category = desk.category("Shopify Order")
    for number, ordered in ((1, "2026-03-19T10:00:00"), (2, "2026-03-21T10:00:00")):
        values = {str(category): {f"{category}_10": ordered, f"{category}_7": f"{number}0.00"}}
        desk.order(f"shop.{number}", f"#{number}", roles={"categories": values})
    base = "/v2/businessworkspaces?where_column_query="
    assert desk.names(f"{base}WNF_ATT_{category}_10+>+2026-03-20") == ["#2"]
    assert desk.names(f"{base}WNF_ATT_{category}S_7+<=+10") == ["#1"]
    assert desk.names(f"{base}(name='%231'+OR+name='%232')+AND+type=848") == ["#1", "#2"]
    assert desk.get(f"{base}name+LIKE").status == 400
    assert desk.get(f"{base}colour+=+1").status == 400
    assert desk.get(f"{base}" + "(" * 200).status == 400


def test_a_list_of_workspaces_pages_at_the_top_level(desk: Desk) -> None:
    for number in range(5):
        desk.order(f"shop.{number}", f"#{number}")
    reply = desk.get("/v2/businessworkspaces?where_workspace_type_id=11&limit=2&page=3").json
    assert reply["paging"]["total_count"] == 5
    assert reply["paging"]["page_total"] == 3
    assert len(reply["results"]) == 1
    assert "collection" not in reply
    assert reply["results"][0]["data"]["properties"]["create_date"] == "2026-06-01T08:00:00"


def test_a_relation_is_seen_from_both_sides(desk: Desk) -> None:
    order, case = desk.order("1", "#1"), desk.order("2", "Case")
    path = "/v2/businessworkspaces/{}/relateditems"
    assert desk.call("POST", path.format(order), {"rel_bw_id": str(case), "rel_type": "child"}).results == {}
    assert desk.names(path.format(order)) == ["Case"]
    assert desk.names(path.format(order) + "?where_relationtype=parent") == []
    assert desk.names(path.format(case) + "?where_rel_types={'child','parent'}") == ["#1"]
    assert desk.names(path.format(order) + "?where_name=x") == []
    assert desk.call("POST", path.format(order), {"rel_bw_id": case}).status == 400
    assert desk.call("DELETE", path.format(case) + f"/{order}?rel_type=parent").results == {}
    assert desk.names(path.format(order)) == []


def test_members_come_and_go_in_a_role(desk: Desk) -> None:
    node = desk.order()
    path = f"/v2/businessworkspaces/{node}/roles"
    role = desk.get(path).results[0]["data"]["properties"]["id"]
    rivera = desk.state.members.named("rivera")
    assert rivera is not None
    assert desk.names(f"{path}/{role}/members") == ["okafor"]
    assert desk.call("POST", f"{path}/{role}/members", {"id": rivera.id}).status == 200
    assert desk.names(f"/v2/businessworkspaces/{node}/members") == ["okafor", "rivera", "lindqvist"]
    assert desk.call("DELETE", f"{path}/{role}/members/{rivera.id}").results == {}
    assert desk.names(f"{path}/{role}/members") == ["okafor"]
    changed = desk.call("PUT", f"{path}/{role}", body={"permissions": ["see", "delete"], "apply_to": 2})
    assert changed.properties["perms"] == 138


def test_types_tell_their_templates_and_object_types_their_workspace_type(desk: Desk) -> None:
    types = desk.get("/v2/businessworkspacetypes?expand_templates=True&expand_wksp_info=True").results
    by_name = {one["data"]["properties"]["wksp_type_name"]: one["data"]["properties"] for one in types}
    assert sorted(by_name) == ["Case", "Company", "Customer", "Order"]
    assert by_name["Order"]["templates"] == [{"id": template(desk, "Order"), "name": "Order", "subtype": 848}]
    kinds = {
        one["data"]["properties"]["bo_type"]: one["data"]["properties"]["workspace_type_id"]
        for one in desk.get("/v2/businessobjecttypes").results
    }
    assert kinds == {"order": 11, "case": 12, "customer": 13, "company": 14}
    assert desk.get("/v1/businessworkspacetypes/11").json["workspace_type"] == "Order"


def test_a_template_is_no_workspace_of_its_type(desk: Desk) -> None:
    assert desk.get("/v2/businessworkspaces?where_workspace_type_id=11").results == []


def test_external_systems_are_listed_added_and_unique(desk: Desk) -> None:
    assert desk.get("/v2/externalsystems?where_name={SHOPIFY}").results[0]["id_extsystem"] == "SHOPIFY"
    form = {"external_system_name": "ERP", "conn_type": "HTTP", "baseurl": "https://erp.example.com"}
    assert desk.call("POST", "/v2/externalsystems", form).status == 200
    assert desk.call("POST", "/v2/externalsystems", form).status == 500
    assert len(desk.get("/v2/externalsystems?where_conntype={HTTP}").results) == 1


def test_the_create_form_shows_the_templates_categories(desk: Desk) -> None:
    forms = desk.get(f"/v2/forms/businessworkspaces/create?template_id={template(desk, 'Order')}").results[
        "forms"
    ]
    category = str(desk.category("Shopify Order"))
    assert forms[1]["role_name"] == "categories"
    assert forms[1]["schema"]["properties"][category]["title"] == "Shopify Order"
