"""What the server says of itself, its volumes and its members; classifications."""

from __future__ import annotations

import pytest

from muniment_sandbox.ecm import seed_names, seeded
from tests.unit.sandbox_ecm.desk import Desk


def test_the_version_is_a_number_clients_can_compare(desk: Desk) -> None:
    info = desk.get("/v1/serverinfo").json
    assert float(info["server"]["version"]) >= 26.1
    assert info["server"]["metadata_languages"][0]["language_code"] == "en"
    assert info["sessions"]["session_timeout"] == 1_800_000


def test_ping_and_readiness_need_no_login(desk: Desk) -> None:
    for path in ("/v1/ping", "/cssupport/csconfigured"):
        assert desk.call("GET", path, headers={"otcsticket": ""}).status == 200


@pytest.mark.parametrize("subtype", [133, 141, 161, 198, 550, 862, 882, 20541])
def test_every_volume_is_found_by_its_type(desk: Desk, subtype: int) -> None:
    assert desk.get(f"/v2/volumes/{subtype}").properties["type"] == subtype


def test_the_enterprise_volume_has_the_usual_id(desk: Desk) -> None:
    assert desk.volume(141) == 2000


def test_an_unknown_volume_is_refused(desk: Desk) -> None:
    assert desk.get("/v2/volumes/4242").status == 400


def test_members_are_found_by_the_beginning_of_names(desk: Desk) -> None:
    assert desk.names("/v2/members?where_type=0&where_name=muniment") == [
        "muniment-reader",
        "muniment-writer",
    ]
    assert desk.names("/v2/members?where_type=1&where_name=Approvers") == ["Approvers"]
    assert desk.names("/v2/members?query=okafor") == ["okafor"]
    assert desk.get("/v2/members?query=a&where_name=b").status == 400


def test_a_page_of_members_has_20_at_most(desk: Desk) -> None:
    assert desk.get("/v2/members?limit=100").json["collection"]["paging"]["limit"] == 20


def test_an_unknown_member_is_refused(desk: Desk) -> None:
    assert desk.get("/v2/members/424242").error == (400, "Could not get a member for 424242")


def test_classifications_are_replaced_as_a_set(desk: Desk) -> None:
    tree = desk.get(f"/v2/nodes/{desk.volume(198)}/nodes").results[0]["data"]["properties"]["id"]
    ids = [one["data"]["properties"]["id"] for one in desk.get(f"/v2/nodes/{tree}/nodes").results]
    node = desk.folder()
    path = f"/v1/nodes/{node}/classifications"
    desk.call("POST", path, body={"class_id": ids[:2], "apply_to_sub_items": False})
    assert [one["id"] for one in desk.get(path).json["data"]] == ids[:2]
    desk.call("POST", path, body={"class_id": ids[2:3]})
    assert [one["id"] for one in desk.get(path).json["data"]] == ids[2:3]
    desk.call("DELETE", f"{path}/{ids[2]}")
    assert desk.get(path).json["data"] == []
    assert desk.call("POST", path, body={"class_id": [2000]}).status == 400


def test_every_seed_can_be_sown_and_names_a_service_account_that_can_log_in() -> None:
    for name in seed_names():
        state, credentials = seeded(name)
        assert state.members.with_password(credentials.username, credentials.password) is not None
        assert state.members.with_client_secret(credentials.client_id, credentials.client_secret) is not None


def test_an_unknown_seed_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="there are demo, empty"):
        seeded("other")
