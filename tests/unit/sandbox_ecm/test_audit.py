"""Every item knows who did what to it."""

from __future__ import annotations

from tests.unit.sandbox_ecm.desk import Desk

DAY_S = 86_400


def names(desk: Desk, node: int, query: str = "") -> list[str]:
    trail = desk.get(f"/v2/nodes/{node}/audit?sort=asc_audit_date&limit=100{query}").results["data"]["audit"]
    return [entry["audit_name"] for entry in trail]


def test_the_trail_tells_the_life_of_a_document(desk: Desk) -> None:
    document = desk.document()
    path = f"/v2/nodes/{document}"
    category = desk.category("Shopify Document")
    desk.upload(f"{path}/versions", {})
    desk.call("POST", f"{path}/categories", {"category_id": category})
    desk.call("PUT", f"{path}/categories/{category}", {f"{category}_2": "invoice"})
    desk.call("PUT", path, {"name": "b.txt"})
    desk.call("PUT", path, {"parent_id": desk.folder()})
    desk.call("PUT", path, {"reserved_user_id": "1000"})
    desk.call("PUT", path, {"reserved_user_id": ""})
    desk.get(f"{path}/content")
    desk.call("POST", f"{path}/permissions/custom", body={"permissions": ["see"], "right_id": 1001})
    desk.call("DELETE", f"{path}/versions/1")
    assert names(desk, document) == [
        "Create", "Add Version 2", f"Category Added {category}", f"Attribute Value Changed {category}",
        "Rename", "Move", "Reserve", "Unreserve", "Fetch 2", "Permission Changed", "Delete Version 1",
    ]  # fmt: skip


def test_filters_and_pages(desk: Desk) -> None:
    desk.state.sessions.life_s = 10.0 * DAY_S
    document = desk.document()
    desk.clock.at += DAY_S
    desk.get(f"/v2/nodes/{document}/content")
    desk.as_member("muniment-reader").get(f"/v2/nodes/{document}/content")
    desk.clock.at += DAY_S
    desk.call("PUT", f"/v2/nodes/{document}", {"name": "b.txt"})
    assert names(desk, document, "&where_type=8") == ["Fetch 1", "Fetch 1"]
    assert names(desk, document, "&where_type=8&where_user_id=1000") == ["Fetch 1"]
    days = "&where_audit_date_start=2026-06-02&where_audit_date_end=2026-06-02"
    assert names(desk, document, days) == ["Fetch 1", "Fetch 1"]
    page = desk.get(f"/v2/nodes/{document}/audit?limit=3&page=2").json
    assert [one["audit_name"] for one in page["results"]["data"]["audit"]] == ["Create"]
    paging = page["collection"]["paging"]
    assert (paging["total_count"], paging["page_total"], paging["range_min"], paging["range_max"]) == (
        4,
        2,
        4,
        4,
    )
    assert desk.get(f"/v2/nodes/{document}/audit?page=9").results["data"]["audit"] == []
    types = page["results"]["data"]["audit_event_types"]
    assert {one["name"] for one in types} == {"Create", "Fetch", "Rename"}
    assert desk.get(f"/v2/nodes/{document}/audit?where_audit_date_start=soon").status == 400


def test_the_members_are_named_on_request(desk: Desk) -> None:
    entry = desk.get(f"/v2/nodes/{desk.document()}/audit?expand=audit{{user_id}}").results["data"]["audit"][0]
    assert entry["user_id_expand"]["name"] == "admin"


def test_the_trail_survives_the_recycle_bin(desk: Desk) -> None:
    document = desk.document()
    desk.call("DELETE", f"/v2/nodes/{document}")
    desk.call("POST", "/v2/volumes/recyclebin/nodes/restore", {"ids": [document]})
    assert names(desk, document) == ["Create", "Delete", "Restore"]


def test_a_copy_says_that_it_is_one(desk: Desk) -> None:
    source = desk.document()
    copied = desk.call("POST", "/v2/nodes", body={"original_id": source, "parent_id": 2000, "name": "copy"})
    assert names(desk, copied.properties["id"]) == ["Create", "Create from Copy"]
