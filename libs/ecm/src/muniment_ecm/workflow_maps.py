"""Workflow maps: the steps and attributes an administrator drew, found by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muniment_ecm.answers import JsonObject, integer, objects, part, text
from muniment_ecm.attributes import Attribute, AttributeType, Value, Written
from muniment_ecm.errors import AnswerNotUnderstood, SetUpMissing

MAP_TYPE = 128
FORM_PREFIX = "WorkflowForm"
_ATTRIBUTES_PACKAGE = (1, 3)
_TYPES = {
    "String": AttributeType.TEXT,
    "Integer": AttributeType.INTEGER,
    "Real": AttributeType.REAL,
    "Boolean": AttributeType.BOOLEAN,
}


@dataclass(frozen=True, slots=True)
class WorkflowMap:
    """A map. ``attributes`` are by name, their keys as forms take them; ``steps`` are titles by task id."""

    id: int
    name: str
    attributes: Mapping[str, Attribute] = field(repr=False)
    steps: Mapping[int, str] = field(default_factory=dict, repr=False)

    def form_values(self, values: Mapping[str, Value]) -> dict[str, Written]:
        """Return ``values`` (by attribute name) by form key. Raises ``InvalidValue``, ``SetUpMissing``."""
        unknown = [name for name in values if name not in self.attributes]
        if unknown:
            raise SetUpMissing(
                [f'the workflow map "{self.name}" has no attribute "{name}"' for name in unknown]
            )
        return {
            self.attributes[name].key: self.attributes[name].written(value) for name, value in values.items()
        }


def parse_map(map_id: int, name: str, result: JsonObject, what: str) -> WorkflowMap:
    """Return the map of one answer of ``GET /v2/workflows/{map}/definition``."""
    definition = part(result, "definition")
    if not definition:
        raise AnswerNotUnderstood(f"Could not {what}: the answer has no definition.")
    attributes: dict[str, Attribute] = {}
    for package in objects(definition.get("data_packages")):
        if (integer(package, "type"), integer(package, "sub_type")) == _ATTRIBUTES_PACKAGE:
            for key, entry in part(package, "data", "definitions").items():
                attribute = _attribute(key, entry)
                if attribute is not None:
                    attributes[attribute.name] = attribute
    steps = {
        integer(task, "task_id"): text(task, "title") for task in objects(definition.get("tasks")) if task
    }
    return WorkflowMap(map_id, name, attributes, steps)


def _attribute(key: str, entry: object) -> Attribute | None:
    """One attribute; ``None`` for the package itself and for columns of sets: forms name them otherwise."""
    if not isinstance(entry, dict) or key.count("_") != 1 or entry.get("persona") in ("category", "set"):
        return None
    name = text(entry, "name")
    return Attribute(
        key=f"{FORM_PREFIX}_{key.partition('_')[2]}",
        name=name,
        type=_type(entry),
        is_multi_value=entry.get("multi_value") is True,
        max_length=integer(entry, "max_length") or None,
    )


def _type(entry: JsonObject) -> AttributeType:
    type_name = text(entry, "type_name")
    if entry.get("persona") in ("user", "member"):
        return AttributeType.OTHER
    if type_name == "Date":
        return AttributeType.DATE_TIME if entry.get("include_time") is True else AttributeType.DATE
    return _TYPES.get(type_name, AttributeType.OTHER)
