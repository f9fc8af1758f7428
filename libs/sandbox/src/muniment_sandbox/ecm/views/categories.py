"""Categories as the API shows them: values, schemas (``?metadata``), and forms."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_sandbox.ecm.jsontype import JsonObject
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.applied import AppliedCategory
from muniment_sandbox.ecm.state.definitions import Attribute, AttributeSet, AttributeType, CategoryDefinition
from muniment_sandbox.ecm.state.nodes import Node

_TYPES: dict[AttributeType, tuple[int, str, str]] = {
    AttributeType.TEXT: (-1, "String", "string"),
    AttributeType.MULTILINE: (-1, "String", "string"),
    AttributeType.POPUP: (-1, "String", "string"),
    AttributeType.INTEGER: (2, "Integer", "integer"),
    AttributeType.INTEGER_POPUP: (2, "Integer", "integer"),
    AttributeType.REAL: (-4, "Real", "number"),
    AttributeType.BOOLEAN: (5, "Boolean", "boolean"),
    AttributeType.DATE: (-7, "Date", "string"),
    AttributeType.DATETIME: (-7, "Date", "string"),
    AttributeType.USER: (2, "Integer", "integer"),
}


def category_result(state: EcmState, node: Node, applied: AppliedCategory, *, metadata: bool) -> JsonObject:
    """One category of a node: values, and with ``metadata`` the schema of each key."""
    result: JsonObject = {"data": {"categories": state.categories.values(applied)}}
    if metadata:
        definition = state.categories.on(node, applied.category_id)[1]
        schema = schema_of(definition, applied.version)
        key = str(applied.category_id)
        result["metadata"] = {"categories": schema}
        result["metadata_map"] = {"categories": {key: [one for one in schema if one != key]}}
        result["metadata_order"] = {"categories": [key]}
    return result


def node_schemas(state: EcmState, node: Node) -> list[JsonObject]:
    return [
        schema_of(state.categories.on(node, applied.category_id)[1], applied.version)
        for applied in node.categories.values()
    ]


def schema_order(node: Node) -> list[str]:
    return [str(category_id) for category_id in node.categories]


def schema_of(definition: CategoryDefinition, version: int) -> JsonObject:
    """The schema of each key, the category itself first."""
    key = str(definition.id)
    schema: JsonObject = {
        key: _entry(key, definition.name, "category", many=1)
        | {
            "next_id": definition.next_id,
            "read_only": True,
            "type": 0,
            "type_name": "Assoc",
            "version": definition.version,
        }
    }
    for item in definition.as_of(version):
        item_key = f"{key}_{item.id}"
        if isinstance(item, Attribute):
            schema[item_key] = _attribute_entry(item_key, item)
            continue
        schema[item_key] = _entry(item_key, item.name, "set", item.max_rows) | {
            "description": item.description or None,
            "type": 0,
            "type_name": "Assoc",
        }
        for attribute in item.attributes:
            cell_key = f"{item_key}_x_{attribute.id}"
            schema[cell_key] = _attribute_entry(cell_key, attribute)
    return schema


def form_schema(definition: CategoryDefinition) -> JsonObject:
    """The JSON schema of a category's form: title and type of each key, items of multi-valued ones."""
    return {"properties": dict(_form_entries(definition)), "type": "object"}


def form_values(
    state: EcmState, definition: CategoryDefinition, applied: AppliedCategory | None
) -> JsonObject:
    """The values a form starts with, and the token that an update may send back."""
    shown = applied or AppliedCategory(definition.id, definition.version)
    token = state.categories.token(applied) if applied is not None else ""
    return {f"{definition.id}_1": {"metadata_token": token}, **state.categories.values(shown)}


def _form_entries(definition: CategoryDefinition) -> Iterable[tuple[str, JsonObject]]:
    for item in definition.items:
        key = f"{definition.id}_{item.id}"
        if isinstance(item, AttributeSet):
            cells = {f"{key}_x_{attribute.id}": _form_entry(attribute) for attribute in item.attributes}
            yield (
                key,
                {
                    "title": item.name,
                    "type": "array",
                    "items": {"properties": cells, "type": "object"},
                    "maxItems": item.max_rows,
                },
            )
        else:
            yield key, _form_entry(item)


def _form_entry(attribute: Attribute) -> JsonObject:
    kind = _TYPES[attribute.type][2]
    entry: JsonObject = {
        "title": attribute.name,
        "type": kind,
        "readonly": attribute.read_only,
        "required": attribute.required,
    }
    if attribute.max_length:
        entry["maxLength"] = attribute.max_length
    if attribute.type in (AttributeType.DATE, AttributeType.DATETIME):
        entry["format"] = "date" if attribute.type is AttributeType.DATE else "datetime"
    if attribute.valid_values:
        entry["enum"] = list(attribute.valid_values)
    if attribute.multi_value:
        single = {
            key: value for key, value in entry.items() if key in ("type", "enum", "maxLength", "format")
        }
        entry = {
            "title": attribute.name,
            "type": "array",
            "items": single,
            "maxItems": attribute.max_values,
            "readonly": attribute.read_only,
            "required": attribute.required,
        }
    return entry


def _attribute_entry(key: str, attribute: Attribute) -> JsonObject:
    persona = "user" if attribute.type is AttributeType.USER else ""
    number, name, _ = _TYPES[attribute.type]
    return _entry(key, attribute.name, persona, attribute.max_values) | {
        "default_value": attribute.default,
        "description": attribute.description or None,
        "include_time": attribute.type is AttributeType.DATETIME,
        "max_length": attribute.max_length,
        "min_length": None,
        "multi_select": False,
        "multiline": attribute.type is AttributeType.MULTILINE,
        "multilingual": False,
        "read_only": attribute.read_only,
        "required": attribute.required,
        "type": number,
        "type_name": name,
        "valid_values": list(attribute.valid_values),
        "valid_values_name": [str(value) for value in attribute.valid_values],
    }


def _entry(key: str, name: str, persona: str, many: int) -> JsonObject:
    return {
        "allow_undefined": False,
        "bulk_shared": False,
        "default_value": None,
        "description": None,
        "hidden": False,
        "key": key,
        "key_value_pairs": False,
        "multi_value": many > 1,
        "multi_value_length_default": 1,
        "multi_value_length_fixed": many <= 1,
        "multi_value_length_max": many,
        "multi_value_max_length": None,
        "multi_value_min_length": None,
        "multi_value_unique": False,
        "name": name,
        "persona": persona,
        "read_only": False,
        "required": False,
        "valid_values": [],
    }
