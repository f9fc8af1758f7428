"""What the whole suite expects of a Content Server, as data (``expected_set_up.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources

from muniment_ecm.attributes import AttributeType


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAttribute:
    """An attribute that is written; ``max_length`` is the least length that cuts nothing of use."""

    name: str
    type: AttributeType = AttributeType.TEXT
    max_length: int | None = None
    is_multi_value: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCategory:
    """A category and its attributes."""

    name: str
    attributes: tuple[ExpectedAttribute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedWorkspaceType:
    """A workspace type with its template, the template's folders, and its business object type."""

    name: str
    template: str
    business_object_type: str
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSetUp:
    """All of it. Without records management or workflows, leave their names out."""

    external_system: str
    categories: tuple[ExpectedCategory, ...] = ()
    workspace_types: tuple[ExpectedWorkspaceType, ...] = ()
    record_classes: tuple[str, ...] = ()
    workflow_maps: tuple[str, ...] = ()


def expected_set_up() -> ExpectedSetUp:
    """Return what the suite as it is delivered expects."""
    text = resources.files("muniment_ecm").joinpath("expected_set_up.toml").read_text(encoding="utf-8")
    return parse_expected(text)


def parse_expected(text: str) -> ExpectedSetUp:
    """Read expectations. Raises ``KeyError``, ``TypeError``, ``ValueError`` for text that holds none."""
    content = tomllib.loads(text)
    return ExpectedSetUp(
        external_system=content["external_system"],
        categories=tuple(
            ExpectedCategory(
                name=category["name"],
                attributes=tuple(
                    ExpectedAttribute(**{**entry, "type": AttributeType(entry.get("type", "text"))})
                    for entry in category["attributes"]
                ),
            )
            for category in content.get("category", [])
        ),
        workspace_types=tuple(
            ExpectedWorkspaceType(**{**entry, "folders": tuple(entry["folders"])})
            for entry in content.get("workspace_type", [])
        ),
        record_classes=tuple(content.get("record_classes", [])),
        workflow_maps=tuple(content.get("workflow_maps", [])),
    )
