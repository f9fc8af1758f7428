"""The list of what an administrator prepares says what the code relies on."""

from __future__ import annotations

import pytest

from ecm_archiver.filing import all_classifications
from muniment_ecm import ArchiveLayout, CategoryLayout
from muniment_ecm.attributes import AttributeType
from muniment_ecm.expected_set_up import expected_set_up, parse_expected

LAYOUT = ArchiveLayout()


@pytest.mark.parametrize(
    "category", [LAYOUT.document_category, *(workspaces.category for workspaces in LAYOUT.workspaces)]
)
def test_every_attribute_the_archive_writes_is_expected(category: CategoryLayout) -> None:
    [expected] = [found for found in expected_set_up().categories if found.name == category.name]
    assert {attribute.name for attribute in expected.attributes} == set(category.attributes)


def test_every_workspace_type_and_classification_in_use_is_expected() -> None:
    expected = expected_set_up()
    types = {(found.name, found.template, found.business_object_type) for found in expected.workspace_types}
    for used in LAYOUT.workspaces:
        assert (used.workspace_type, used.template, used.business_object_type) in types
    assert set(all_classifications()) <= set(expected.record_classes)
    assert expected.external_system == LAYOUT.business_object_system


def test_the_time_that_decides_which_state_is_newer_keeps_its_time_of_day() -> None:
    [order] = [found for found in expected_set_up().categories if found.name == "Shopify Order"]
    [updated_at] = [found for found in order.attributes if found.name == LAYOUT.updated_at]
    assert updated_at.type is AttributeType.DATE_TIME


@pytest.mark.parametrize(
    "told",
    ["", 'external_system = "S"\n[[category]]\nname = "a"', 'external_system = "S"\nx ='],
)
def test_a_list_that_is_none_is_refused(told: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        parse_expected(told)
