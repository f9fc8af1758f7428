"""What a hold keeps, from whom, and until when."""

from __future__ import annotations

import pytest

from tests.unit.sandbox_ecm.desk import Desk

HELD = "under a Hold"


@pytest.fixture
def hold(desk: Desk) -> int:
    return make_hold(desk, "Dispute 1")


def make_hold(desk: Desk, name: str) -> int:
    form = {"type": "DISPUTE", "name": name, "comment": "c", "date_applied": "2026-06-01T10:00:00"}
    return int(desk.call("POST", "/v1/holds", form).json["holdID"])


def apply(desk: Desk, node: int, hold: int) -> None:
    assert desk.call("POST", f"/v1/nodes/{node}/holds", {"hold_id": hold}).status == 200


def test_a_held_document_is_neither_deleted_nor_robbed_of_versions(desk: Desk, hold: int) -> None:
    document = desk.document()
    desk.upload(f"/v2/nodes/{document}/versions", {})
    apply(desk, document, hold)
    for method, path in (
        ("DELETE", f"/v2/nodes/{document}"),
        ("DELETE", f"/v2/nodes/{document}/versions/1"),
        ("DELETE", f"/v2/nodes/{document}/versions"),
    ):
        status, text = desk.call(method, path).error
        assert status == 500
        assert HELD in text
    assert desk.upload(f"/v2/nodes/{document}/versions", {}).status == 200  # it may still grow
    assert desk.call("DELETE", f"/v1/nodes/{document}/holds/{hold}").status == 200
    assert desk.call("DELETE", f"/v2/nodes/{document}").status == 200


def test_a_hold_on_a_folder_keeps_what_lies_in_it_and_one_inside_keeps_the_folder(
    desk: Desk, hold: int
) -> None:
    outer = desk.folder("outer")
    inner = desk.folder("inner", outer)
    document = desk.document(parent_id=inner)
    sibling = desk.document("b.txt", outer)
    apply(desk, inner, hold)
    assert HELD in desk.call("DELETE", f"/v2/nodes/{document}").error[1]
    assert HELD in desk.call("DELETE", f"/v2/nodes/{outer}").error[1]
    assert desk.call("DELETE", f"/v2/nodes/{sibling}").status == 200
    shown = desk.get(f"/v1/nodes/{document}/holds").json["data"]
    assert [(one["id"], one["hold_id"], one["removable"]) for one in shown] == [(inner, hold, False)]


def test_a_hold_reaches_into_the_recycle_bin(desk: Desk, hold: int) -> None:
    folder = desk.folder()
    document = desk.document(parent_id=folder)
    desk.call("DELETE", f"/v2/nodes/{document}")
    apply(desk, folder, hold)
    purge = desk.call("POST", "/v2/volumes/recyclebin/nodes/purge", {"ids": [document]}).json
    assert purge["success"]["ids"] == []
    assert HELD in purge["failure"]["errors"][str(document)]
    desk.call("DELETE", f"/v1/nodes/{folder}/holds/{hold}")
    purge = desk.call("POST", "/v2/volumes/recyclebin/nodes/purge", {"ids": [document]}).json
    assert purge["success"]["ids"] == [document]


def test_an_item_is_free_only_when_all_holds_are_off(desk: Desk, hold: int) -> None:
    document, other = desk.document(), make_hold(desk, "Audit 1")
    apply(desk, document, hold)
    apply(desk, document, other)
    desk.call("DELETE", f"/v1/nodes/{document}/holds/{hold}")
    assert HELD in desk.call("DELETE", f"/v2/nodes/{document}").error[1]
    form = {"id": other, "date_removed": "2026-06-02T00:00:00", "removal_comment": "over"}
    assert desk.call("PUT", "/v1/holds", form).status == 200
    shown = desk.get(f"/v2/hold?id={other}").json["hold"]
    assert (shown["ActiveHold"], shown["RemovalComment"], shown["EditPatron"]) == (0, "over", "admin")
    assert desk.call("DELETE", f"/v2/nodes/{document}").status == 200


def test_what_cannot_be_done_with_holds(desk: Desk, hold: int) -> None:
    document = desk.document()
    gone = desk.call("DELETE", f"/v1/nodes/{document}/holds/{hold}")
    assert gone.error == (400, "Object does not have this Hold")
    apply(desk, document, hold)
    assert desk.call("POST", f"/v1/nodes/{document}/holds", {"hold_id": hold}).status == 400
    assert desk.call("POST", f"/v1/nodes/{document}/holds", {"hold_id": 1}).status == 400
    in_use = desk.call("DELETE", f"/v1/holds/{hold}")
    assert in_use.error == (400, "Error deleting Hold. Hold may not exist or is in use.")
    form = {"type": "LEGAL", "name": "X", "comment": ""}
    assert desk.call("POST", "/v1/holds", form).error == (400, "Missing required parameter 'date_applied'")
    assert desk.call("POST", "/v1/holds", form | {"date_applied": "soon"}).status == 400
    wrong = form | {"type": "NO", "date_applied": "2026-06-01"}
    assert desk.call("POST", "/v1/holds", wrong).error == (400, "Incorrect Hold Type specified.")


def test_holds_are_listed_found_and_deleted_in_every_spelling(desk: Desk, hold: int) -> None:
    other = make_hold(desk, "Audit 1")
    listed = desk.get("/v2/holds?page=2&limit=1").json
    assert [one["HoldName"] for one in listed["results"]["data"]["holds"]] == ["Audit 1"]
    assert listed["collection"]["paging"]["total_count"] == 2
    assert [one["HoldID"] for one in desk.get("/v1/holds").json] == [hold, other]
    by_name = desk.get("/v2/hold?holdname=audit%201").json
    assert (
        by_name["hold"] == by_name["results"]["data"]["hold"] == desk.get(f"/v2/holds/{other}").json["hold"]
    )
    assert desk.get("/v2/hold?holdname=none").json["results"]["ok"] is False
    assert desk.call("DELETE", f"/v2/hold?id={other}").results["ok"]
    assert desk.call("DELETE", f"/v1/holds/{hold}").status == 200
    assert desk.get("/v1/holds").json == []


def test_many_items_are_put_under_a_hold_and_released(desk: Desk, hold: int) -> None:
    ids = [desk.document("a"), desk.document("b")]
    apply(desk, ids[0], hold)
    body = {"ids": ids, "holdID": hold}
    assert desk.call("POST", "/v1/rmclassifications/applyhold", body=body).results["ok"]
    page = desk.get(f"/v2/holditems/{hold}/page?page=1&limit=1").json
    assert [one["name"] for one in page["results"]] == ["a"]
    assert page["collection"]["paging"]["total_count"] == 2
    assert desk.get("/v1/rmstatistics/holds").json["directHoldsCount"] == 2
    assert desk.call("POST", "/v1/rmclassifications/removehold", body=body).results["ok"]
    assert desk.get(f"/v2/holditems/{hold}/page").json["results"] == []
    assert desk.call("POST", "/v1/rmclassifications/applyhold", {"ids": ids}).status == 404


def test_only_records_managers_put_items_under_a_hold(desk: Desk, hold: int) -> None:
    document = desk.document()
    for name, status in (("muniment-reader", 400), ("muniment-writer", 200)):
        member = desk.as_member(name)
        assert member.call("POST", f"/v1/nodes/{document}/holds", {"hold_id": hold}).status == status
        assert member.get(f"/v1/nodes/{document}/holds").status == 200


def test_holds_are_written_into_the_trail(desk: Desk, hold: int) -> None:
    document = desk.document()
    apply(desk, document, hold)
    desk.call("DELETE", f"/v1/nodes/{document}/holds/{hold}")
    trail = desk.get(f"/v2/nodes/{document}/audit?sort=asc_audit_date").results["data"]["audit"]
    assert [one["audit_name"] for one in trail[1:]] == [f"Hold Applied {hold}", f"Hold Removed {hold}"]
