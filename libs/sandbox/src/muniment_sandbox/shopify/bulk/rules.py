"""What a bulk query may ask for, with Shopify's own words for what it may not.

Source: https://shopify.dev/docs/api/usage/bulk-operations/queries, "Operation restrictions".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLSyntaxError,
    GraphQLType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    parse,
    validate,
)

MAX_QUERY_BYTES = 65_535
_MOST_CONNECTIONS = 5
_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class BulkQuery:
    """A query that keeps the rules: its only operation and its fragments."""

    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]

    @property
    def root(self) -> FieldNode:
        """The one field at the top: a connection."""
        return next(fields_of(self.operation.selection_set, self.fragments))


def read_bulk_query(schema: GraphQLSchema, text: str) -> BulkQuery | list[str]:
    """Return the query, or the sentences that say what is wrong with it."""
    size = len(text.encode())
    if size > MAX_QUERY_BYTES:
        return [f"Query is too large ({size} bytes; maximum is {MAX_QUERY_BYTES} bytes)"]
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        reason = "unexpected end of file" if "<EOF>" in error.message else error.message
        return [f"Invalid bulk query: syntax error, {reason}"]
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if any(each.operation is not OperationType.QUERY for each in operations):
        return ["Invalid operation type. Only `query` operations are supported."]
    if errors := _against_the_schema(schema, document, operations):
        return errors
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    query = BulkQuery(operations[0], fragments)
    return _Survey(schema, fragments).violations(query) or query


def fields_of(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """Yield the fields of a selection, those of its fragments included, whatever type they are for."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from fields_of(node.selection_set, fragments)
        elif isinstance(node, FragmentSpreadNode):
            yield from fields_of(fragments[node.name.value].selection_set, fragments)


def is_connection(kind: GraphQLType | None) -> bool:
    """Return whether an output type is a connection, nullable or not."""
    return kind is not None and get_named_type(kind).name.endswith("Connection")


def selection_of(
    node: SelectionNode, fragments: dict[str, FragmentDefinitionNode]
) -> tuple[str | None, SelectionSetNode]:
    """Return the type a fragment is for, None for any, and what it selects.

    Raises TypeError for a field.
    """
    part = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
    if not isinstance(part, FragmentDefinitionNode | InlineFragmentNode):
        raise TypeError("A field is no fragment.")
    return part.type_condition.name.value if part.type_condition else None, part.selection_set


def _against_the_schema(
    schema: GraphQLSchema, document: DocumentNode, operations: list[OperationDefinitionNode]
) -> list[str]:
    if len(operations) != 1:
        return ["Invalid bulk query: it must hold exactly one operation."]
    if operations[0].variable_definitions:
        return ["Invalid bulk query: variables cannot be used."]
    return [f"Invalid bulk query: {error.message}" for error in validate(schema, document)]


@dataclass
class _Survey:
    """One walk over the query; it notes what breaks a rule."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    connections: int = 0
    depth: int = 0
    by_nodes: list[str] = field(default_factory=list)
    without_id: list[str] = field(default_factory=list)
    within_list: bool = False

    def violations(self, query: BulkQuery) -> list[str]:
        root = self.schema.query_type
        if root is None:
            raise GraphQLError("Schema is not configured to execute query operation.")
        top = list(fields_of(query.operation.selection_set, self.fragments))
        self._walk(query.operation.selection_set, root, depth=0, in_list=False)
        found = list(self._sentences([each.name.value for each in top]))
        if not found and len(top) != 1:
            found.append("Bulk queries must select exactly one top level field.")
        if not found and not is_connection(_field_type(self.schema, root, top[0])):
            found.append("The top level field of a bulk query must be a connection.")
        return found

    def _sentences(self, top: list[str]) -> Iterator[str]:
        if self.by_nodes:
            names = ", ".join(f"'{name}'" for name in self.by_nodes)
            yield (
                "All connection fields in a bulk query must select their contents using 'edges' > 'node', "
                f"e.g: '{self.by_nodes[0]} {{ edges {{ node {{'. Selecting via 'nodes' is not supported. "
                f"Invalid connection fields: {names}."
            )
        if "node" in top:
            yield "Bulk queries cannot contain a top level `node` field."
        if self.depth > _DEEPEST:
            yield f"Bulk queries cannot contain connections with a nesting depth greater than {_DEEPEST}."
        if not self.connections:
            yield "Bulk queries must contain at least one connection."
        if self.connections > _MOST_CONNECTIONS:
            yield f"Bulk queries cannot contain more than {_MOST_CONNECTIONS} connections."
        if self.without_id:
            yield (
                "The parent 'node' field for a nested connection must select the 'id' field without an alias "
                "and must be of 'ID' return type. Connection fields without 'id': "
                f"{', '.join(self.without_id)}."
            )
        if self.within_list:
            yield "Queries that contain a connection field within a list field are not currently supported."

    def _walk(
        self, selections: SelectionSetNode, parent: GraphQLCompositeType, *, depth: int, in_list: bool
    ) -> bool:
        """Walk a selection; return whether a connection is nested in it."""
        nested = False
        for node, kind in self._typed(selections, parent):
            output = _field_type(self.schema, kind, node)
            inner = get_named_type(output)
            if output is None or node.selection_set is None or not is_composite_type(inner):
                continue
            if is_connection(output):
                nested = True
                self._connection(node, inner, depth=depth, in_list=in_list)
            else:
                listed = in_list or _is_list(output)
                nested |= self._walk(node.selection_set, inner, depth=depth, in_list=listed)
        return nested

    def _connection(self, node: FieldNode, kind: GraphQLCompositeType, *, depth: int, in_list: bool) -> None:
        self.connections += 1
        self.depth = max(self.depth, depth)
        self.within_list |= in_list
        name = node.name.value
        selected = {each.name.value: each for each in self._fields(node)}
        if "nodes" in selected or "edges" not in selected:
            self.by_nodes.append(name)
        for edge in (each for each in self._fields(node) if each.name.value == "edges"):
            for inner in (each for each in self._fields(edge) if each.name.value == "node"):
                self._node(name, inner, kind, depth)

    def _node(self, name: str, node: FieldNode, connection: GraphQLCompositeType, depth: int) -> None:
        edges = getattr(connection, "fields", {}).get("edges")
        kind = get_named_type(get_named_type(edges.type).fields["node"].type) if edges else None
        if node.selection_set is None or kind is None or not is_composite_type(kind):
            return
        nested = self._walk(node.selection_set, kind, depth=depth + 1, in_list=False)
        plain = any(each.name.value == "id" and each.alias is None for each in self._fields(node))
        if nested and not plain:
            self.without_id.append(name)

    def _fields(self, node: FieldNode) -> Iterator[FieldNode]:
        return fields_of(node.selection_set, self.fragments) if node.selection_set else iter(())

    def _typed(
        self, selections: SelectionSetNode, parent: GraphQLCompositeType
    ) -> Iterator[tuple[FieldNode, GraphQLCompositeType]]:
        """Yield each field with the type it is read from."""
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node, parent
                continue
            condition, selected = selection_of(node, self.fragments)
            kind = self.schema.get_type(condition) if condition else parent
            if is_composite_type(kind):
                yield from self._typed(selected, kind)


def _field_type(schema: GraphQLSchema, parent: GraphQLCompositeType, node: FieldNode) -> GraphQLType | None:
    known = schema.get_field(parent, node.name.value)
    return known.type if known else None


def _is_list(kind: object) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)
