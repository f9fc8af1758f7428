"""Categories: definitions found by name at start, values written and read by attribute name.

The REST API cannot create a category's attributes: an administrator prepares them, and ``require`` says
exactly what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from muniment_ecm.answers import JsonObject, integer, json_object, objects, one_result, part, text
from muniment_ecm.attributes import Attribute, AttributeType, Value, Written, is_same_value
from muniment_ecm.errors import (
    AnswerNotUnderstood,
    CategoryAlreadyApplied,
    CategoryNotApplied,
    EditConflict,
    SetUpMissing,
)
from muniment_ecm.forms import body_form
from muniment_ecm.named_nodes import find_named
from muniment_ecm.nodes import Nodes, NodeType, merged_categories
from muniment_ecm.session import Session
from muniment_ecm.volumes import Volumes, VolumeType


@dataclass(frozen=True, slots=True)
class Category:
    """A category's definition; ``attributes`` are by name."""

    id: int
    name: str
    attributes: Mapping[str, Attribute] = field(repr=False)

    def written(self, values: Mapping[str, Value]) -> dict[str, Written]:
        """Return ``values`` (by attribute name) as flat keys. Raises ``InvalidValue``, ``SetUpMissing``."""
        unknown = [name for name in values if name not in self.attributes]
        if unknown:
            raise SetUpMissing([_missing_attribute(self.name, name) for name in unknown])
        return {
            self.attributes[name].key: self.attributes[name].written(value) for name, value in values.items()
        }

    def by_name(self, flat: Mapping[str, object]) -> dict[str, object] | None:
        """Return what ``flat`` says by attribute name, ``None`` if it has nothing of this category."""
        if not any(key.startswith(f"{self.id}_") for key in flat):
            return None
        return {name: flat.get(attribute.key) for name, attribute in self.attributes.items()}

    def holds(self, stored: Mapping[str, object], values: Mapping[str, Value]) -> bool:
        """Say whether ``stored`` (by attribute name, as read) already says all of ``values``."""
        return all(
            is_same_value(stored.get(name), self.attributes[name].written(value))
            for name, value in values.items()
        )


@dataclass(frozen=True, slots=True)
class CategoryState:
    """A category as it is on a node. ``values`` are by attribute name, ``None`` if it is not applied.

    ``token`` lets an update fail with ``EditConflict`` if somebody was faster; not every server gives one.
    """

    values: dict[str, object] | None
    token: str | None


class Categories:
    """Finds definitions, reads and writes values."""

    def __init__(self, session: Session, nodes: Nodes, volumes: Volumes) -> None:
        self._session = session
        self._nodes = nodes
        self._volumes = volumes

    async def require(self, wanted: Mapping[str, Iterable[str]]) -> dict[str, Category]:
        """Return the categories named in ``wanted``, each with at least the attributes named there.

        Raises ``SetUpMissing`` with one sentence for each category or attribute that is not there.
        """
        ids = await self._find(set(wanted))
        missing = [
            f'there is no category "{name}" in the categories volume that the service account can see'
            for name in wanted
            if name not in ids
        ]
        found: dict[str, Category] = {}
        for name, node_id in ids.items():
            found[name] = await self.definition(node_id, name)
            missing += [
                _missing_attribute(name, attribute)
                for attribute in wanted[name]
                if attribute not in found[name].attributes
            ]
        if missing:
            raise SetUpMissing(missing)
        return found

    async def definition(self, category_id: int, name: str) -> Category:
        """Return the definition of one category from the form of its own node."""
        what = f"read the definition of category {category_id}"
        answer = await self._session.request(
            "GET",
            "/v1/forms/nodes/properties/specific",
            what=what,
            repeatable=True,
            params=[("id", category_id)],
        )
        attributes: dict[str, Attribute] = {}
        content = json_object(answer, what)
        if "forms" not in content:
            raise AnswerNotUnderstood(f"Could not {what}: the answer has no forms.")
        for alpaca in objects(content["forms"]):
            fields = part(alpaca, "options", "fields")
            for key, schema in part(alpaca, "schema", "properties").items():
                attribute = _attribute(category_id, key, schema, part(fields, key))
                if attribute is not None:
                    attributes[attribute.name] = attribute
        return Category(category_id, name, attributes)

    async def state(self, node_id: int, category: Category) -> CategoryState:
        """Return the category's values on the node and the token that guards an update."""
        what = f"read the categories of node {node_id}"
        answer = await self._session.request(
            "GET",
            f"/v2/nodes/{node_id}",
            what=what,
            repeatable=True,
            params=[("fields", "categories"), ("state", "")],
        )
        result = one_result(json_object(answer, what), what)
        values = category.by_name(merged_categories(part(result, "data").get("categories")))
        tokens = merged_categories(part(result, "state").get("categories"))
        holder = tokens.get(f"{category.id}_1")
        token = text(holder, "metadata_token") if isinstance(holder, dict) else ""
        return CategoryState(values, token or None)

    async def apply(self, node_id: int, category: Category, values: Mapping[str, Value]) -> None:
        """Put the category on the node. Raises ``CategoryAlreadyApplied``."""
        body: JsonObject = {"category_id": category.id, **category.written(values)}
        await self._session.change(
            "POST",
            f"/v2/nodes/{node_id}/categories",
            what=f"apply a category to node {node_id}",
            repeatable=True,  # done twice, the second answers CategoryAlreadyApplied
            form=body_form(body),
        )

    async def update(
        self, node_id: int, category: Category, values: Mapping[str, Value], *, token: str | None = None
    ) -> None:
        """Change the given values, leave the others. Raises ``CategoryNotApplied``, ``EditConflict``."""
        body: JsonObject = dict(category.written(values))
        if token is not None:
            body[f"{category.id}_1"] = {"metadata_token": token}
        await self._session.change(
            "PUT",
            f"/v2/nodes/{node_id}/categories/{category.id}",
            what=f"update a category of node {node_id}",
            repeatable=True,
            form=body_form(body),
        )

    async def bring_to(self, node_id: int, category: Category, values: Mapping[str, Value]) -> bool:
        """Read, and write only what differs; return whether anything was written.

        A change by somebody else in between is answered by reading again, once; then ``EditConflict``.
        """
        try:
            return await self._bring_to(node_id, category, values)
        except EditConflict:
            return await self._bring_to(node_id, category, values)

    async def _bring_to(self, node_id: int, category: Category, values: Mapping[str, Value]) -> bool:
        state = await self.state(node_id, category)
        if state.values is None:
            await self.write(node_id, category, values)
            return True
        if category.holds(state.values, values):
            return False
        await self.update(node_id, category, values, token=state.token)
        return True

    async def write(self, node_id: int, category: Category, values: Mapping[str, Value]) -> None:
        """Give the node these values, whether or not it has the category yet."""
        try:
            await self.update(node_id, category, values)
        except CategoryNotApplied:
            try:
                await self.apply(node_id, category, values)
            except CategoryAlreadyApplied:
                await self.update(node_id, category, values)

    async def _find(self, names: set[str]) -> dict[str, int]:
        volume = await self._volumes.get(VolumeType.CATEGORIES)
        return await find_named(
            self._nodes, volume.id, names, of_type=NodeType.CATEGORY, inside=(NodeType.CATEGORY_FOLDER,)
        )


def _attribute(category_id: int, key: str, schema: object, options: JsonObject) -> Attribute | None:
    if not isinstance(schema, dict) or not key.startswith(f"{category_id}_") or key == f"{category_id}_1":
        return None
    name = text(schema, "title") or text(options, "label")
    if not name:
        return None
    is_multi_value = schema.get("type") == "array"
    inner = part(schema, "items") if is_multi_value else schema
    return Attribute(
        key=key,
        name=name,
        type=_type(inner, options),
        is_multi_value=is_multi_value,
        max_length=integer(inner, "maxLength") or integer(inner, "max_length") or None,
    )


def _type(schema: JsonObject, options: JsonObject) -> AttributeType:
    spoken = {
        text(schema, "format"),
        text(options, "type"),
        text(part(options, "items"), "type"),
        text(schema, "type"),
    }
    for words, kind in _TYPES:
        if spoken & words:
            return kind
    return AttributeType.OTHER


_TYPES: tuple[tuple[frozenset[str], AttributeType], ...] = (
    (frozenset({"object", "otcs_user_picker", "otcs_user"}), AttributeType.OTHER),
    (frozenset({"datetime", "date-time"}), AttributeType.DATE_TIME),
    (frozenset({"date"}), AttributeType.DATE),
    (frozenset({"boolean", "checkbox"}), AttributeType.BOOLEAN),
    (frozenset({"integer"}), AttributeType.INTEGER),
    (frozenset({"number"}), AttributeType.REAL),
    (frozenset({"string", "text", "textarea", "select"}), AttributeType.TEXT),
)


def _missing_attribute(category: str, attribute: str) -> str:
    return f'the category "{category}" has no attribute "{attribute}"'
