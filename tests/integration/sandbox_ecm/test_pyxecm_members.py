"""OpenText's own clients over members: of Content Server, and of OTDS with its clients and access roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment_sandbox.ecm.state.directory import ACCESS_ROLE, LICENSE
from muniment_sandbox.ecm.testing import RunningEcm
from muniment_sandbox.ecm.views.otds import RESOURCE_ID
from tests.integration.sandbox_ecm.test_pyxecm import node_id

PARTITION = "Content Server Members"


def names(results: Any) -> list[str]:
    return sorted(one["data"]["properties"]["name"] for one in results)


def test_users_are_found(otcs: Any) -> None:
    everybody = names(otcs.get_users_iterator(limit=3))
    assert {"admin", "rivera", "muniment-writer"} <= set(everybody)
    assert names(otcs.get_users(where_first_name="Ana")["results"]) == ["rivera"]
    assert names(otcs.get_users(where_title="no such title")["results"]) == []
    assert names(otcs.search_user("riv")["results"]) == ["rivera"]
    rivera = node_id(otcs.get_user("rivera"), otcs)
    assert otcs.get_result_value(otcs.get_member(rivera), "display_name") == "Ana Rivera"


def test_a_user_is_added_and_changed(otcs: Any, log_in: Callable[..., Any]) -> None:
    made = otcs.add_user("meyer", "secret", "Ilse", "Meyer", "ilse@example.com", "Clerk", 1001)
    meyer = node_id(made, otcs)
    assert otcs.add_user("MEYER", "secret", "I", "M", "", "", 1001) is None
    assert otcs.update_user(meyer, "title", "Head of finance")
    assert otcs.get_result_value(otcs.get_member(meyer), "title") == "Head of finance"
    herself = log_in(username="meyer", password="secret")
    assert herself.get_current_user()["data"]["business_email"] == "ilse@example.com"
    assert herself.add_user("other", "secret", "", "", "", "", 1001) is None


def test_groups_have_members(otcs: Any, server: RunningEcm, log_in: Callable[..., Any]) -> None:
    team = node_id(otcs.add_group("Refund team"), otcs)
    assert node_id(otcs.get_group("Refund team"), otcs) == team
    assert otcs.add_group("refund TEAM") is None
    rivera, okafor = (node_id(otcs.get_user(name), otcs) for name in ("rivera", "okafor"))
    assert otcs.add_group_member(rivera, team)
    assert otcs.add_group_member(rivera, team) is None
    assert otcs.add_group_member(okafor, team)
    assert names(otcs.get_group_members(team, 0, limit=1)["results"]) == ["okafor"]
    assert names(otcs.get_group_members_iterator(team, 0, page_size=1)) == ["okafor", "rivera"]
    approvers = node_id(otcs.get_group("Approvers"), otcs)
    assert otcs.add_group_member(team, approvers)
    assert otcs.add_group_member(approvers, team) is None, "a group in itself"
    assert names(otcs.get_group_memberof(team)["results"]) == ["Approvers"]
    assert "Refund team" in names(otcs.get_user_memberof(rivera)["results"])
    own = log_in(username="okafor", password="okafor-secret").get_user_memberof()
    assert "Refund team" in names(own["results"])
    assert "Refund team" in names(otcs.get_groups(where_name="Refund")["results"])
    assert names(otcs.get_groups_iterator(where_name="Refund", limit=1)) == ["Refund team"]
    member = server.state.members.get(okafor)
    assert approvers in server.state.members.identities(member)


def test_favorites_are_one_s_own(otcs: Any, log_in: Callable[..., Any]) -> None:
    folder = node_id(otcs.create_item(2000, 0, "Folder"), otcs)
    rivera = log_in(username="rivera", password="rivera-secret")
    assert rivera.add_user_favorite(folder)
    assert rivera.add_user_favorite(folder) is None
    assert names(rivera.get_user_favorites()["results"]) == ["Folder"]
    assert rivera.get_user_favorites(where_name="other")["results"] == []
    assert otcs.get_user_favorites()["results"] == []


def test_reserved_items_are_listed(otcs: Any, server: RunningEcm) -> None:
    folder = node_id(otcs.create_item(2000, 0, "Folder"), otcs)
    assert otcs.get_user_reserved_nodes()["results"] == []
    server.state.tree.get(folder).reserved_user_id = 1000
    assert names(otcs.get_user_reserved_nodes()["results"]) == ["Folder"]


def test_otds_users_are_users_of_content_server(otds: Any, otcs: Any, log_in: Callable[..., Any]) -> None:
    made = otds.add_user(PARTITION, "meyer", "Finance", "Ilse", "Meyer", "ilse@example.com")
    assert made["id"] == "meyer@Content Server Members"
    assert otds.add_user(PARTITION, "meyer") is None
    otds.reset_user_password("meyer@Content Server Members", "secret")
    assert otds.update_user(PARTITION, "meyer", "description", "Head of finance")
    assert otds.update_user(PARTITION, "meyer", "sn", "Meyer-Lang")
    found = otds.get_user(PARTITION, "meyer")
    assert found["description"] == "Head of finance"
    assert {"name": "sn", "values": ["Meyer-Lang"]} in found["values"]
    herself = log_in(username="meyer", password="secret")
    assert herself.get_current_user()["data"]["last_name"] == "Meyer-Lang"
    listed = [one["name"] for one in otds.get_users_iterator(PARTITION, page_size=2)]
    assert listed == sorted(listed, key=str.casefold)
    assert "meyer" in listed
    page = otds.get_users(PARTITION, where_filter="MEY")
    assert [one["attributes"]["mail"] for one in page["users"]] == [["ilse@example.com"]]
    assert otds.get_current_user()["user"]["name"] == "admin"
    otds.delete_user(PARTITION, "meyer")
    assert otds.get_user(PARTITION, "meyer") is None
    assert otcs.get_users(where_name="meyer")["results"] == []


def test_otds_groups_are_groups_of_content_server(otds: Any, otcs: Any) -> None:
    assert otds.add_group(PARTITION, "Refund team", "Refunds")["objectClass"] == "oTGroup"
    assert otds.add_user_to_group("rivera@Content Server Members", "Refund team")
    assert otds.add_group_to_parent_group("Refund team", "Approvers")
    assert otds.get_group("Refund team@Content Server Members")["numMembers"] == 1
    team = node_id(otcs.get_group("Refund team"), otcs)
    assert names(otcs.get_group_members(team, 0)["results"]) == ["rivera"]
    assert names(otcs.get_group_memberof(team)["results"]) == ["Approvers"]
    assert [one["name"] for one in otds.get_groups(where_filter="refund")["groups"]] == ["Refund team"]
    every = [one["name"] for one in otds.get_groups_iterator(page_size=1)]
    assert {"Approvers", "Refund team"} <= set(every)
    assert not otds.add_user_to_group("rivera@Content Server Members", "No such group")


def test_partitions_hold_users(otds: Any) -> None:
    assert otds.add_user("Suppliers", "extern") is None
    assert otds.add_partition("Suppliers", "People of suppliers")
    assert otds.get_partition("Suppliers")["description"] == "People of suppliers"
    assert otds.add_user("Suppliers", "extern")["userPartitionID"] == "Suppliers"
    assert [one["name"] for one in otds.get_users("Suppliers")["users"]] == ["extern"]


def test_an_oauth_client_logs_in_as_its_user(
    otds: Any, server: RunningEcm, log_in: Callable[..., Any]
) -> None:
    made = otds.add_oauth_client("archiver", "Files documents", access_token_lifetime=600, secret="s3cret")
    assert (made["secret"], made["accessTokenLifeTime"]) == ("s3cret", 600)
    assert otds.add_oauth_client("archiver", "again") is None
    assert otds.update_oauth_client(
        "archiver", {"description": "Files all documents", "allowImpersonation": False}
    )
    found = otds.get_oauth_client("archiver")
    assert (found["description"], found["allowImpersonation"]) == ("Files all documents", False)
    assert "secret" not in found
    otds.config().update(clientId="archiver", clientSecret="s3cret")
    token = otds.authenticate(revalidate=True, grant_type="client_credentials")
    assert log_in(otds_token=token).get_current_user()["data"]["name"] == "archiver"


def test_access_roles_say_who_may_use_content_server(otds: Any) -> None:
    assert [one["name"] for one in otds.get_access_roles()["accessRoles"]] == [ACCESS_ROLE]
    for _ in range(2):  # the second time changes nothing
        assert otds.add_user_to_access_role(ACCESS_ROLE, "rivera@Content Server Members")
        assert otds.add_group_to_access_role(ACCESS_ROLE, "Approvers")
        assert otds.add_partition_to_access_role(ACCESS_ROLE, "OAuthClients")
    attributes = [{"name": "pushAllGroups", "values": ["True"]}]
    assert otds.update_access_role_attributes(ACCESS_ROLE, attributes)
    role = otds.get_access_role(ACCESS_ROLE)
    members = role["accessRoleMembers"]
    assert [one["name"] for one in members["users"]] == ["rivera@Content Server Members"]
    assert [one["name"] for one in members["groups"]] == ["Approvers"]
    assert [one["userPartition"] for one in members["userPartitions"]] == [PARTITION, "OAuthClients"]
    assert role["attributes"] == attributes


def test_licences_are_given(otds: Any) -> None:
    assert otds.get_resource("cs")["resourceID"] == RESOURCE_ID
    assert otds.get_resource("other") is None
    assert [one["_oTLicenseProduct"] for one in otds.get_license_for_resource(RESOURCE_ID)] == [LICENSE]
    asked = ("rivera", RESOURCE_ID, "X3", LICENSE)
    assert not otds.is_user_licensed(*asked)
    assert otds.assign_user_to_license(PARTITION, "rivera", RESOURCE_ID, "X3", LICENSE)
    assert otds.is_user_licensed(*asked)


def test_a_user_is_impersonated_by_ticket_and_by_token(otds: Any, log_in: Callable[..., Any]) -> None:
    by_ticket = otds.impersonate_user("rivera")
    assert by_ticket["userId"] == "rivera@Content Server Members"
    assert log_in(otds_ticket=by_ticket["ticket"]).get_current_user()["data"]["name"] == "rivera"
    assert otds.impersonate_user("nobody") is None
    token = otds.authenticate_user_token("okafor", "okafor-secret")
    assert log_in(otds_token=token).get_current_user()["data"]["name"] == "okafor"
    by_token = otds.impersonate_user("rivera")
    assert log_in(otds_token=by_token["access_token"]).get_current_user()["data"]["name"] == "rivera"


@pytest.mark.parametrize("call", ["add_user", "add_group", "add_partition", "add_oauth_client"])
def test_who_is_no_administrator_changes_nothing_in_otds(otds: Any, call: str) -> None:
    otds.config().update(username="rivera", password="rivera-secret")
    otds.authenticate(revalidate=True, grant_type="password")
    assert getattr(otds, call)(*(("Suppliers", "text", "x")[: 3 if call == "add_group" else 2])) is None
