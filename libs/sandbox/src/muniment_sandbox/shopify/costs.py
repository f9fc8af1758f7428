"""What a query costs, and the leaky bucket an app pays from.

Object 1, scalar 0, connection 2 + page size × node, plain list with a page size: page size × node, mutation
10. Shopify does not publish its formula for connections;
this is the older, higher one. Source: https://shopify.dev/docs/api/usage/limits
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)

MAX_QUERY_COST = 1_000
_DEFAULT_PAGE = 10


@dataclass(frozen=True, slots=True)
class FieldCost:
    """One row of the cost debug table."""

    path: tuple[str, ...]
    requested: int


@dataclass
class Bucket:
    """A leaky bucket: it holds ``maximum`` points and refills at ``restore_rate`` points a second."""

    maximum: float
    restore_rate: float
    now: Callable[[], float] = time.monotonic
    _available: float = -1.0
    _at: float = 0.0
    _refuses_next: bool = False

    def __post_init__(self) -> None:
        self._available, self._at = self.maximum, self.now()

    @property
    def available(self) -> float:
        moment = self.now()
        self._available = min(self.maximum, self._available + (moment - self._at) * self.restore_rate)
        self._at = moment
        return self._available

    def take(self, points: float) -> bool:
        """Take the points if they are there."""
        refuses, self._refuses_next = self._refuses_next, False
        if refuses or points > self.available:
            return False
        self._available -= points
        return True

    def give_back(self, points: float) -> None:
        """Return what a query did not use."""
        self._available = min(self.maximum, self.available + points)

    def drain(self) -> None:
        """Empty the bucket: the next query is throttled, however little it asks for."""
        self._available, self._at, self._refuses_next = 0.0, self.now(), True

    def status(self) -> dict[str, float]:
        """Return ``throttleStatus`` as Shopify spells it."""
        return {
            "maximumAvailable": float(self.maximum),
            "currentlyAvailable": max(0, int(self.available)),
            "restoreRate": float(self.restore_rate),
        }


def requested_cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> tuple[int, list[FieldCost]]:
    """Return the cost of an operation before it runs, and the cost of each field that has one."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    defaults = {
        each.variable.name.value: int(each.default_value.value)
        for each in operation.variable_definitions or ()
        if isinstance(each.default_value, IntValueNode)
    }
    reckoner = _Reckoner(schema, fragments, {**defaults, **variables}, [])
    root = schema.get_root_type(operation.operation)
    if root is None:
        return 0, []
    cost = reckoner.selection(operation.selection_set, root, ())
    if operation.operation is OperationType.MUTATION:
        cost += 10
    return cost, reckoner.rows


@dataclass
class _Reckoner:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    rows: list[FieldCost]

    def selection(
        self, selections: SelectionSetNode, parent: GraphQLCompositeType, path: tuple[str, ...]
    ) -> int:
        """Return the cost of what is selected; of alternatives (``... on``) the dearest counts."""
        plain, dearest = 0, 0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                plain += self._field(node, parent, path)
            elif isinstance(node, InlineFragmentNode):
                on = self._type(node.type_condition.name.value) if node.type_condition else parent
                dearest = max(dearest, self.selection(node.selection_set, on, path))
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                on = self._type(fragment.type_condition.name.value)
                plain += self.selection(fragment.selection_set, on, path)
        return plain + dearest

    def _field(self, node: FieldNode, parent: GraphQLCompositeType, path: tuple[str, ...]) -> int:
        field = self.schema.get_field(parent, node.name.value)
        kind = get_named_type(field.type) if field else None
        if kind is None or is_leaf_type(kind) or not is_composite_type(kind) or node.selection_set is None:
            return 0
        here = (*path, (node.alias or node.name).value)
        inner = self.selection(node.selection_set, kind, here)
        if kind.name.endswith("Connection"):
            cost = 2 + self._page(node) * self._per_node(node, kind, here)
        elif kind.name.endswith(("Payload", "PageInfo")):
            cost = inner
        else:
            cost = (1 + inner) * (self._page(node) if _has_page_size(node) else 1)
        self.rows.append(FieldCost(here, cost))
        return cost

    def _per_node(self, node: FieldNode, kind: GraphQLCompositeType, path: tuple[str, ...]) -> int:
        """Return the cost of one node of a connection, whether asked for by ``nodes`` or by ``edges``."""
        cost = 0
        for each in node.selection_set.selections if node.selection_set else ():
            if isinstance(each, FieldNode) and each.name.value in ("nodes", "edges"):
                inner = self._field(each, kind, path)
                cost = max(cost, inner if each.name.value == "nodes" else inner - 1)
        return cost

    def _page(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                value = argument.value
                if isinstance(value, IntValueNode):
                    return int(value.value)
                if isinstance(value, VariableNode):
                    return int(self.variables.get(value.name.value) or _DEFAULT_PAGE)
        return _DEFAULT_PAGE

    def _type(self, name: str) -> GraphQLCompositeType:
        kind = self.schema.get_type(name)
        if not is_composite_type(kind):
            raise LookupError(f"{name} is no type with fields.")
        return kind


def _has_page_size(node: FieldNode) -> bool:
    return any(argument.name.value in ("first", "last") for argument in node.arguments or ())


def actual_cost(data: object) -> int:
    """Return the cost of what was really answered: 1 an object, 2 a connection and its nodes, a page info
    nothing.
    """
    if isinstance(data, list):
        return sum(actual_cost(each) for each in data)
    if not isinstance(data, dict):
        return 0
    if "nodes" in data or "edges" in data:
        nodes = data.get("nodes") or [edge.get("node") for edge in data.get("edges") or ()]
        return 2 + actual_cost(nodes)
    inner = sum(
        actual_cost(value)
        for key, value in data.items()
        if key != "pageInfo" and value.__class__ in (dict, list)
    )
    return 1 + inner
