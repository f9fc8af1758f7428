"""Categories on nodes: apply, update, remove; the keys in which their values travel.

Keys: ``{cat}_{attr}``; a row of a set ``{cat}_{set}_{row}_{attr}`` (rows from 1, in schemas ``x``);
``{cat}_1`` holds the metadata token; ``{cat}_{set}_{row}`` with an empty value deletes the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state.applied import AppliedCategory
from muniment_sandbox.ecm.state.attribute_values import stored_value, unset_value
from muniment_sandbox.ecm.state.definitions import Attribute, AttributeSet, CategoryDefinition
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Table
from muniment_sandbox.ecm.state.whole_numbers import whole_number

_KEY = re.compile(r"(\d+)_(\d+)(?:_(\d+|x))?(?:_(\d+))?(_multilingual)?")
_BEGINS_AS_KEY = re.compile(r"\d+_")
_CATEGORY_KEY = re.compile(r"\d+(?:_\w+)?")
DEFAULT_LANGUAGE = "en"


class Categories:
    """The definitions, and what may be done with them on a node."""

    def __init__(self, definitions: Table[int, CategoryDefinition]) -> None:
        self._definitions = definitions

    def define(self, definition: CategoryDefinition) -> CategoryDefinition:
        return self._definitions.put(definition.id, definition)

    def find(self, category_id: int) -> CategoryDefinition | None:
        return self._definitions.get(category_id)

    def named(self, name: str) -> CategoryDefinition:
        """Return the definition of this name; ``KeyError`` when there is none."""
        for definition in self._definitions.values():
            if definition.name == name:
                return definition
        raise KeyError(name)

    def attribute_regions(self) -> Iterator[tuple[str, str]]:
        """The search region of every attribute, with the name of category and attribute."""
        for definition in self._definitions.values():
            for item in definition.items:
                region, title = f"Attr_{definition.id}_{item.id}", f"{definition.name}: {item.name}"
                if isinstance(item, Attribute):
                    yield region, title
                    continue
                for inner in item.attributes:
                    yield f"{region}_{inner.id}", f"{title}: {inner.name}"

    def apply(self, node: Node, category_id: int, fields: Mapping[str, Json]) -> AppliedCategory:
        """Put a category on a node with defaults and the given values; refuse one that is there already."""
        definition = self._definitions.get(category_id)
        if definition is None:
            raise Refused(Kind.INVALID, "Error retrieving the version of the attribute definition node")
        if category_id in node.categories:
            raise Refused(Kind.INVALID, f"The attribute group '{definition.name}' already exists")
        applied = AppliedCategory(category_id, definition.version, values=_defaults(definition))
        self._write(applied, definition, fields)
        node.categories[category_id] = applied
        return applied

    def update(self, node: Node, category_id: int, fields: Mapping[str, Json]) -> AppliedCategory:
        """Change the given attributes and leave the others; refuse a category that is not on the node."""
        applied, definition = self.on(node, category_id)
        changed = applied.copy()
        self._check_token(changed, fields.get(f"{category_id}_1"))
        self._write(changed, definition, fields)
        changed.edits += 1
        node.categories[category_id] = changed
        return changed

    def merged(self, node: Node, values: Mapping[str, Json]) -> dict[int, AppliedCategory]:
        """What the node's categories become by ``roles.categories``; the node stays as it is.

        Keys are flat (of several categories) or nested under category ids; a category that is missing is
        applied.
        """
        trial = replace(node, categories=dict(node.categories))
        for category_id, fields in _by_category(values).items():
            if category_id in trial.categories:
                self.update(trial, category_id, fields)
            else:
                self.apply(trial, category_id, fields)
        return trial.categories

    def remove(self, node: Node, category_id: int) -> None:
        self.on(node, category_id)
        del node.categories[category_id]

    def upgrade(self, node: Node, category_id: int) -> None:
        """Give the node the attributes that its category got since."""
        try:
            applied, definition = self.on(node, category_id)
        except Refused as refused:
            raise Refused(Kind.FAILED, refused.text) from None
        if applied.version == definition.version:
            raise Refused(
                Kind.FAILED,
                f"Could not upgrade category '{category_id}' on node '{node.id}', "
                "it is already the latest version",
            )
        applied.version = definition.version
        applied.edits += 1

    def on(self, node: Node, category_id: int) -> tuple[AppliedCategory, CategoryDefinition]:
        """Return the category as it lies on the node, with its definition."""
        applied = node.categories.get(category_id)
        definition = self._definitions.get(category_id)
        if applied is None or definition is None:
            raise Refused(Kind.INVALID, f"Category ID '{category_id}' is not a category on node '{node.id}'")
        return applied, definition

    def token(self, applied: AppliedCategory) -> str:
        """The state token for edit conflicts; it changes with every update."""
        return f"{applied.category_id:x}v{applied.version:x}e{applied.edits:x}"

    def values(self, applied: AppliedCategory) -> JsonObject:
        """The values by key; unset ones as ``None`` or ``[]``; each set with at least one row."""
        definition = self._definitions[applied.category_id]
        shown: JsonObject = {}
        for item in definition.as_of(applied.version):
            prefix = f"{definition.id}_{item.id}"
            if isinstance(item, Attribute):
                shown[prefix] = applied.values.get(item.id, unset_value(item))
                continue
            for number, row in enumerate(applied.rows.get(item.id) or [{}], start=1):
                for attribute in item.attributes:
                    shown[f"{prefix}_{number}_{attribute.id}"] = row.get(attribute.id, unset_value(attribute))
        return shown

    def _check_token(self, applied: AppliedCategory, holder: Json) -> None:
        given = holder.get("metadata_token") if isinstance(holder, dict) else None
        if given not in (None, "", self.token(applied)):
            raise Refused(Kind.CONFLICT, "Could not update metadata (edit conflict).")

    def _write(
        self, applied: AppliedCategory, definition: CategoryDefinition, fields: Mapping[str, Json]
    ) -> None:
        deleted: list[tuple[int, int]] = []
        for key, value in fields.items():
            address = _address(key, definition.id)
            if address is None:
                continue
            if address.is_multilingual:
                value = value.get(DEFAULT_LANGUAGE) if isinstance(value, dict) else value
            if address.row is None:
                self._write_item(applied, definition, address.item, key, value)
            elif address.attribute is None:
                deleted.append((address.item, address.row))
            else:
                _write_cell(applied, definition, key, value, address)
        for set_id, number in sorted(deleted, reverse=True):
            rows = applied.rows.get(set_id, [])
            if 0 < number <= len(rows):
                del rows[number - 1]

    def _write_item(
        self, applied: AppliedCategory, definition: CategoryDefinition, item_id: int, key: str, value: Json
    ) -> None:
        attribute = definition.attribute(item_id)
        if attribute is not None and attribute.since <= applied.version:
            applied.values[item_id] = stored_value(attribute, key, value)
            return
        if definition.attribute_set(item_id) is None:
            raise _non_matching(key)
        rows = value if isinstance(value, list) else [value]
        applied.rows[item_id] = []
        for number, row in enumerate(rows, start=1):
            for cell_key, cell in row.items() if isinstance(row, dict) else ():
                address = _address(cell_key, definition.id)
                if address is not None:
                    where = replace(address, item=item_id, row=number)
                    _write_cell(applied, definition, cell_key, cell, where)


def _write_cell(
    applied: AppliedCategory, definition: CategoryDefinition, key: str, value: Json, where: _Address
) -> None:
    attribute_set = definition.attribute_set(where.item)
    attribute = _of_set(attribute_set, where.attribute)
    number = where.row or 0
    if attribute_set is None or attribute is None or number < 1:
        raise _non_matching(key)
    if number > attribute_set.max_rows:
        raise Refused(
            Kind.FAILED,
            f"Could not set feature {key}, the set can have at most {attribute_set.max_rows} rows",
        )
    rows = applied.rows.setdefault(where.item, [])
    while len(rows) < number:
        rows.append({})
    rows[number - 1][attribute.id] = stored_value(attribute, key, value)


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a key points: an attribute, a row of a set, or a cell of a row."""

    item: int
    row: int | None
    attribute: int | None
    is_multilingual: bool


def _address(key: str, category_id: int) -> _Address | None:
    """Read a key; ``None`` for what is no attribute (another argument); refuse another category's."""
    match = _KEY.fullmatch(key)
    if match is None:
        if _BEGINS_AS_KEY.match(key):
            raise _non_matching(key)
        return None
    category, item, row, attribute, multilingual = match.groups()
    if int(category) != category_id:
        raise _non_matching(key)
    if int(item) == 1:
        return None
    return _Address(
        int(item),
        None if row is None else 1 if row == "x" else int(row),
        None if attribute is None else int(attribute),
        bool(multilingual),
    )


def _of_set(attribute_set: AttributeSet | None, attribute_id: int | None) -> Attribute | None:
    if attribute_set is None:
        return None
    return next((attribute for attribute in attribute_set.attributes if attribute.id == attribute_id), None)


def _by_category(values: Mapping[str, Json]) -> dict[int, dict[str, Json]]:
    grouped: dict[int, dict[str, Json]] = {}
    for key, value in values.items():
        if not _CATEGORY_KEY.fullmatch(key):
            raise _non_matching(key)
        category_id = whole_number(key, key.partition("_")[0])
        fields = grouped.setdefault(category_id, {})
        if key.isdigit():
            fields.update(value if isinstance(value, dict) else {})
        else:
            fields[key] = value
    return grouped


def _defaults(definition: CategoryDefinition) -> dict[int, Json]:
    return {
        item.id: item.default
        for item in definition.items
        if isinstance(item, Attribute) and item.default is not None
    }


def _non_matching(key: str) -> Refused:
    return Refused(Kind.INVALID, f"Could not update category, non-matching attribute '{key}'")
