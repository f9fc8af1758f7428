"""Members come and go, favorites are kept, facets narrow a list."""

from __future__ import annotations

import pytest

from tests.unit.sandbox_ecm.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def add_user(desk: Desk, name: str) -> int:
    made = desk.call("POST", "/v2/members", {"type": 0, "name": name, "password": "secret"})
    return int(made.results["data"]["properties"]["id"])


def test_who_leaves_is_in_no_group_and_cannot_log_in(desk: Desk) -> None:
    user = add_user(desk, "meyer")
    group = desk.call("POST", "/v2/members", {"type": 1, "name": "Team"}).results["data"]["properties"]["id"]
    assert desk.call("POST", f"/v2/members/{group}/members", {"member_id": user}).status == 200
    inner = desk.call("POST", "/v2/members", {"type": 1, "name": "Inner"}).results["data"]["properties"]["id"]
    desk.call("POST", f"/v2/members/{inner}/members", {"member_id": user})
    assert desk.call("DELETE", f"/v2/members/{inner}/members/{user}").status == 200
    assert desk.call("DELETE", f"/v2/members/{inner}/members/{user}").status == 400
    assert desk.call("DELETE", f"/v2/members/{group}").status == 200
    assert desk.get(f"/v2/members/{group}").status == 400
    assert group not in desk.state.members.get(user).group_ids
    assert desk.call("DELETE", f"/v2/members/{user}").status == 200
    assert desk.state.members.with_password("meyer", "secret") is None
    assert desk.call("DELETE", "/v2/members/1000").status == 400


@pytest.mark.parametrize(
    "form",
    [
        {"type": 7, "name": "x"},
        {"type": 0, "name": "x"},
        {"type": 1},
        {"name": "x"},
        {"type": 1, "name": "ADMIN"},
    ],
)
def test_a_member_that_cannot_be_is_refused(desk: Desk, form: dict[str, object]) -> None:
    before = len(list(desk.state.members.all()))
    assert desk.call("POST", "/v2/members", form).status in (400, 500)
    assert len(list(desk.state.members.all())) == before


def test_only_an_administrator_changes_members(desk: Desk) -> None:
    writer = desk.as_member("muniment-writer")
    user = add_user(desk, "meyer")
    for method, path in (
        ("POST", ""),
        ("PUT", f"/{user}"),
        ("DELETE", f"/{user}"),
        ("POST", "/1001/members"),
    ):
        assert (
            writer.call(method, f"/v2/members{path}", {"type": 1, "name": "n", "member_id": user}).status
            == 500
        )


def test_a_favorite_is_dropped_once(desk: Desk) -> None:
    folder = desk.folder()
    assert desk.call("POST", f"/v2/members/favorites/{folder}").status == 200
    assert desk.call("DELETE", f"/v2/members/favorites/{folder}").status == 200
    assert desk.call("DELETE", f"/v2/members/favorites/{folder}").status == 400


def test_a_list_is_narrowed_by_the_values_of_a_facet(desk: Desk) -> None:
    desk.folder("only a folder")
    folder = desk.folder("place")
    desk.document("a.txt", folder)
    desk.call("POST", "/v2/nodes", {"type": 0, "parent_id": folder, "name": "b"})
    for value, names in (("2301:144", ["a.txt"]), ("2301:0", ["b"]), ("2301:0|144", ["a.txt", "b"])):
        found = desk.get(f"/v2/nodes/{folder}/nodes?where_facet={value}")
        assert [one["data"]["properties"]["name"] for one in found.results] == names
        assert found.json["collection"]["paging"]["total_count"] == len(names)
    assert desk.get(f"/v2/nodes/{folder}/nodes?where_facet=1:2").status == 400
