"""Category definitions: which attributes a category has, of which type, with which limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from muniment_sandbox.ecm.jsontype import Json


class AttributeType(Enum):
    """The kinds of attribute an administrator can put into a category."""

    TEXT = "text"
    MULTILINE = "multiline"
    INTEGER = "integer"
    REAL = "real"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    POPUP = "popup"
    INTEGER_POPUP = "integer-popup"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. ``max_values`` above 1: multi-valued; ``since``: the category version it came with."""

    id: int
    name: str
    type: AttributeType = AttributeType.TEXT
    description: str = ""
    required: bool = False
    read_only: bool = False
    max_length: int | None = None
    max_values: int = 1
    valid_values: tuple[Json, ...] = ()
    default: Json = None
    since: int = 1

    @property
    def multi_value(self) -> bool:
        return self.max_values > 1


@dataclass(frozen=True, slots=True)
class AttributeSet:
    """Attributes that are filled together, in one row or several."""

    id: int
    name: str
    attributes: tuple[Attribute, ...]
    max_rows: int = 1
    description: str = ""
    since: int = 1


@dataclass(slots=True)
class CategoryDefinition:
    """What node ``id`` of type 131 defines. ``version`` rises with every change of its attributes."""

    id: int
    name: str
    items: list[Attribute | AttributeSet] = field(default_factory=list)
    version: int = 1

    def attribute(self, attribute_id: int) -> Attribute | None:
        return next((a for a in self.items if isinstance(a, Attribute) and a.id == attribute_id), None)

    def attribute_set(self, set_id: int) -> AttributeSet | None:
        return next((s for s in self.items if isinstance(s, AttributeSet) and s.id == set_id), None)

    def as_of(self, version: int) -> list[Attribute | AttributeSet]:
        """The attributes a node has that got the category at ``version``."""
        return [item for item in self.items if item.since <= version]

    @property
    def next_id(self) -> int:
        ids = [1]
        for item in self.items:
            ids.append(item.id)
            if isinstance(item, AttributeSet):
                ids += [attribute.id for attribute in item.attributes]
        return max(ids) + 1
