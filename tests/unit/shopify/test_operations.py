"""The GraphQL files: readable, complete, valid in 2026-10, and affordable."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping

import pytest
from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    build_client_schema,
    parse,
    validate,
    visit,
)

from muniment_shopify.operations import OPERATIONS, Operation, operation
from muniment_shopify.orders import TRANSACTIONS_AT_ONCE
from tests.reference import ADMIN_SCHEMA, needs_admin_schema

HIGHEST_COST = 1000

every_operation = pytest.mark.parametrize("each", OPERATIONS.values(), ids=list(OPERATIONS))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    content = json.loads(gzip.decompress(ADMIN_SCHEMA.read_bytes()))
    return build_client_schema(content.get("data", content), assume_valid=True)


def test_flow_1_has_its_operations() -> None:
    assert {
        "order_detail",
        "order_line_items_page",
        "order_transactions",
        "order_refunds",
        "refund_detail",
        "order_fulfillments",
        "order_agreements",
        "orders_page",
        "shop_info",
        "app_installation_scopes",
        "webhook_subscription_create",
        "webhook_subscriptions_list",
    } <= OPERATIONS.keys()


def test_an_unknown_operation_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        operation("order_details")


@every_operation
def test_a_document_is_one_operation_with_just_the_fragments_it_uses(each: Operation) -> None:
    document = parse(each.text)
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    defined = [d.name.value for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
    assert [o.name.value for o in operations if o.name] == [each.operation_name]
    assert operations[0].operation.value == each.kind
    assert sorted(set(defined)) == defined
    assert set(defined) == set(_spreads(each.text))
    assert each.sha256 == hashlib.sha256(each.text.encode()).hexdigest()


@needs_admin_schema
@every_operation
def test_a_document_is_valid_in_2026_10_without_deprecated_fields(
    each: Operation, schema: GraphQLSchema
) -> None:
    document = parse(each.text)
    assert validate(schema, document) == []
    types = TypeInfo(schema)
    finder = _Deprecated(types)
    visit(document, TypeInfoVisitor(types, finder))
    assert finder.found == []


@every_operation
def test_a_document_stays_under_the_highest_cost_of_one_query(each: Operation) -> None:
    assert ceiling(each) <= HIGHEST_COST


def _spreads(text: str) -> Iterator[str]:
    class Spreads(Visitor):
        def __init__(self) -> None:
            super().__init__()
            self.names: list[str] = []

        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            self.names.append(node.name.value)

    spreads = Spreads()
    visit(parse(text), spreads)
    yield from spreads.names


class _Deprecated(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.found: list[str] = []

    def enter_field(self, node: FieldNode, *_: object) -> None:
        field = self.types.get_field_def()
        if field is not None and field.deprecation_reason is not None:
            self.found.append(node.name.value)

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        argument = self.types.get_argument()
        if argument is not None and argument.deprecation_reason is not None:
            self.found.append(node.name.value)


def ceiling(each: Operation) -> int:
    """Return what the operation costs at most by the formula once published, without knowing the schema.

    A scalar 0, an object or an item of a list 1, a connection 2 and its nodes, a mutation 10. A list with
    ``first`` counts that often: dearer than what Shopify charges.
    """
    document = parse(each.text)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    [main] = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    sizes = {
        v.variable.name.value: int(v.default_value.value)
        for v in main.variable_definitions or ()
        if isinstance(v.default_value, IntValueNode)
    }
    return _cost(main.selection_set, fragments, sizes) + (10 if each.kind == "mutation" else 0)


def _cost(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], sizes: Mapping[str, int]
) -> int:
    plain, dearest = 0, 0
    for node in selections.selections:
        if isinstance(node, FragmentSpreadNode):
            plain += _cost(fragments[node.name.value].selection_set, fragments, sizes)
        elif isinstance(node, InlineFragmentNode):
            dearest = max(dearest, _cost(node.selection_set, fragments, sizes))
        elif isinstance(node, FieldNode) and node.selection_set is not None:
            plain += _field_cost(node, node.selection_set, fragments, sizes)
    return plain + dearest


def _field_cost(
    node: FieldNode,
    selections: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    sizes: Mapping[str, int],
) -> int:
    if node.name.value == "pageInfo":
        return 0
    inner = _cost(selections, fragments, sizes)
    arguments = {a.name.value: a.value for a in node.arguments or ()}
    if "ids" in arguments:
        return TRANSACTIONS_AT_ONCE * (1 + inner)
    if node.name.value == "nodes":
        return 1 + inner
    size = _size(arguments["first"], sizes) if "first" in arguments else None
    is_connection = any(isinstance(s, FieldNode) and s.name.value == "nodes" for s in selections.selections)
    if is_connection:
        assert size is not None, f"{node.name.value} has no page size"
        return 2 + size * inner
    return (size or 1) * (1 + inner)


def _size(value: object, sizes: Mapping[str, int]) -> int:
    if isinstance(value, VariableNode):
        return sizes[value.name.value]
    assert isinstance(value, IntValueNode)
    return int(value.value)
