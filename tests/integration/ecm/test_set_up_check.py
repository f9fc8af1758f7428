"""The set-up check names everything that is missing, and finds the demo seed complete."""

from __future__ import annotations

from dataclasses import replace

from muniment_ecm import ContentServerSettings
from muniment_ecm.expected_set_up import expected_set_up, parse_expected
from muniment_ecm.set_up_check import check_set_up
from muniment_sandbox.ecm.state.nodes import Subtype
from muniment_sandbox.ecm.testing import running_ecm
from tests.integration.ecm.desk import PEER, new_desk, open_desk


async def test_the_demo_seed_has_all_that_the_suite_expects() -> None:
    async with new_desk() as desk:
        findings = await check_set_up(desk.server, expected_set_up())
        assert [finding for finding in findings if not finding.is_good] == []
        assert len(findings) == 1 + 5 + 4 + 4 + 10 + 3 + 4
        assert findings[0].name == "muniment-writer"


async def test_an_empty_server_lacks_everything_and_all_of_it_is_named() -> None:
    async with running_ecm("empty") as ecm, open_desk(ecm) as desk:
        findings = await check_set_up(desk.server, expected_set_up())
        bad = {(finding.subject, finding.name) for finding in findings if not finding.is_good}
        assert len(bad) == 5 + 4 + 4 + 10 + 3
        assert ("category", "Approved Content") in bad
        assert ("workspace type", "Company") in bad
        assert ("RM classification", "Source events") in bad
        assert ("workflow map", "Order Approval") in bad
        assert all(finding.remedy for finding in findings if not finding.is_good)


async def test_attributes_of_another_type_or_too_short_and_missing_folders_are_told() -> None:
    told = """
external_system = "SHOPIFY"
[[category]]
name = "Shopify Order"
attributes = [
  { name = "Currency", max_length = 10 },
  { name = "Colour" },
  { name = "Shop", type = "boolean", is_multi_value = true },
  { name = "Updated at" },
]
[[workspace_type]]
name = "Order"
template = "Order"
business_object_type = "case"
folders = ["payment", "Poems"]
"""
    async with new_desk() as desk:
        findings = await check_set_up(desk.server, parse_expected(told))
        bad = {finding.name: finding.what for finding in findings if not finding.is_good}
        assert bad == {
            "Shopify Order: Currency": "It holds 3 characters; longer values would be cut.",
            "Shopify Order: Colour": "The category has no such attribute.",
            "Shopify Order: Shop": "It holds one value, and several are to be written.",
            "Shopify Order: Updated at": "It holds datetime, and text is to be written.",
            "Order": "Its template lacks the folders Poems.",
            "case": 'It belongs to another workspace type than "Order".',
        }


async def test_a_part_that_the_account_may_not_see_hides_no_other() -> None:
    async with new_desk() as desk:
        desk.ecm.faults.add("status=403;path=/v2/businessworkspacetypes")
        findings = await check_set_up(desk.server, expected_set_up())
        bad = [finding.subject for finding in findings if not finding.is_good]
        assert bad == ["workspace types", "business object types", "rights"]
        assert desk.ecm.state.tree.volume(Subtype.ENTERPRISE) is not None


async def test_a_refused_login_is_the_only_finding() -> None:
    async with running_ecm() as ecm:
        wrong = ContentServerSettings(url=ecm.url, username="muniment-writer", password="wrong", peer=PEER)
        async with open_desk(ecm, how=wrong) as desk:
            [finding] = await check_set_up(desk.server, replace(expected_set_up(), record_classes=()))
            assert (finding.subject, finding.is_good) == ("login", False)
            assert "wrong" not in finding.what
