"""What the how-to tells an administrator is what the check looks for, all of it."""

from __future__ import annotations

from pathlib import Path

from muniment_ecm.attributes import AttributeType
from muniment_ecm.expected_set_up import ExpectedAttribute, expected_set_up
from muniment_ecm.finding import HOW_TO

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / HOW_TO).read_text(encoding="utf-8")
_WORDS = {
    AttributeType.TEXT: "text",
    AttributeType.DATE: "date",
    AttributeType.DATE_TIME: "date with time",
    AttributeType.INTEGER: "integer",
}


def test_every_attribute_of_every_category_is_told_with_type_and_length() -> None:
    for category in expected_set_up().categories:
        _, found, rest = TEXT.partition(f"**{category.name}** (")
        assert found, category.name
        table = rest.partition("\n\n**")[0]
        for attribute in category.attributes:
            assert _row(attribute) in table, (category.name, attribute.name)


def test_every_type_template_folder_class_and_map_is_told() -> None:
    expected = expected_set_up()
    for kind in expected.workspace_types:
        [row] = [line for line in TEXT.splitlines() if line.startswith(f"| `{kind.name}` | Shopify")]
        assert ", ".join(f"`{folder}`" for folder in kind.folders) in row
        assert f"`{kind.business_object_type}` to" in TEXT
    for name in expected.record_classes:
        assert f"\n| {name} |" in TEXT, name
    for name in expected.workflow_maps:
        assert f"\n| `{name}` |" in TEXT, name
    assert f"`{expected.external_system}`" in TEXT


def _row(attribute: ExpectedAttribute) -> str:
    several = ", several values" if attribute.is_multi_value else ""
    length = f"{attribute.max_length} |" if attribute.max_length else "|"
    return f"| {attribute.name} | {_WORDS[attribute.type]}{several} | {length}"
