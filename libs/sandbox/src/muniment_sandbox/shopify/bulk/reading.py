"""Turns a checked bulk query into readers: functions that take an object of the state and give its JSON.

The resolvers are those of the Admin API; what graphql-core does anew for each field of each object
(arguments, types, fragments) is done here once a query, so that a row costs little more than its resolvers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    SelectionSetNode,
    get_argument_values,
    get_directive_values,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.pyutils import Path
from graphql.type import GraphQLIncludeDirective, GraphQLSkipDirective

from muniment_sandbox.shopify.bulk.rules import BulkQuery, fields_of, is_connection, selection_of
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.graphql.paging import MAX_PAGE, Page
from muniment_sandbox.shopify.graphql.sources import TYPE_NAMES

Read: TypeAlias = Callable[[Any], Any]
"""An object of the state → a value of its JSON."""

_PAGING = ("first", "last", "after", "before")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection to read: its nodes page by page, and how each node is read."""

    page: Callable[[Any, str | None], Page]
    node: NodeReader

    def nodes(self, source: object) -> Iterator[object]:
        """Yield all nodes of the source's connection, however many pages they are."""
        after: str | None = None
        while True:
            page = self.page(source, after)
            yield from page.nodes
            if not page.more_after:
                return
            after = page.page_info.end_cursor


@dataclass(frozen=True, slots=True)
class NodeReader:
    """Reads the nodes of a connection, each by its own type."""

    by_type: Callable[[str], ObjectReader]

    def of(self, node: object) -> ObjectReader:
        return self.by_type(TYPE_NAMES[type(node)])


@dataclass(slots=True)
class ObjectReader:
    """Reads one object: its plain fields, and the connections that become rows of their own."""

    fields: list[tuple[str, Read]] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)

    def row(self, source: object) -> dict[str, object]:
        return {key: read(source) for key, read in self.fields}


def root_of(query: BulkQuery, schema: GraphQLSchema, request: Request) -> Connection:
    """Return the connection at the query's top; its source is None."""
    root = schema.query_type
    if root is None:
        raise GraphQLError("Schema is not configured to execute query operation.")
    return _Compiler(query, schema, request).connection(root, [query.root])


@dataclass
class _Compiler:
    query: BulkQuery
    schema: GraphQLSchema
    request: Request

    def object(self, kind: GraphQLObjectType, selections: list[SelectionSetNode]) -> ObjectReader:
        """Return the reader of one type; connections below its single objects are its own."""
        reader = ObjectReader()
        for key, nodes in self._collected(kind, selections).items():
            output = kind.fields[nodes[0].name.value].type if nodes[0].name.value != "__typename" else None
            if output is None:
                reader.fields.append((key, _constantly(kind.name)))
            elif is_connection(output):
                reader.connections.append(self.connection(kind, nodes))
            else:
                resolve = self._resolver(kind, nodes)
                reader.fields.append((key, _after(resolve, self._completer(output, nodes))))
                reader.connections += self._below(resolve, output, nodes)
        return reader

    def connection(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Connection:
        known = parent.fields[nodes[0].name.value]
        kind = get_named_type(known.type)
        edges = [each for node in nodes for each in self._named(node, "edges")]
        inner = [each for edge in edges for each in self._named(edge, "node")]
        edge_kind = get_named_type(_object(kind).fields["edges"].type)
        node_kind = get_named_type(_object(edge_kind).fields["node"].type)
        reader = NodeReader(self._by_type(node_kind, _selections(inner)))
        return Connection(self._pages(parent, known, nodes), reader)

    def _pages(
        self, parent: GraphQLObjectType, known: GraphQLField, nodes: list[FieldNode]
    ) -> Callable[[Any, str | None], Page]:
        resolve, info = known.resolve, self._info(parent, known, nodes)
        given = {name: value for name, value in _arguments(known, nodes[0]).items() if name not in _PAGING}
        if resolve is None:
            raise LookupError(f"Nothing answers {parent.name}.{nodes[0].name.value}.")

        def page(source: object, after: str | None) -> Page:
            return _page(resolve(source, info, **given, first=MAX_PAGE, after=after))

        return page

    def _below(self, resolve: Read, output: GraphQLOutputType, nodes: list[FieldNode]) -> list[Connection]:
        """Return the connections nested in a single object, read from the object that holds it."""
        kind = get_named_type(output)
        if not isinstance(kind, GraphQLObjectType) or _list_of(output) is not None:
            return []
        return [
            Connection(_through(resolve, each.page), each.node)
            for each in self.object(kind, _selections(nodes)).connections
        ]

    def _by_type(
        self, kind: GraphQLNamedType, selections: list[SelectionSetNode]
    ) -> Callable[[str], ObjectReader]:
        known: dict[str, ObjectReader] = {}
        if isinstance(kind, GraphQLObjectType):
            known[kind.name] = self.object(kind, selections)

        def reader(name: str) -> ObjectReader:
            if name not in known:
                known[name] = self.object(_object(self.schema.get_type(name)), selections)
            return known[name]

        return reader

    def _completer(self, output: GraphQLOutputType, nodes: list[FieldNode]) -> Read:
        """Return what turns a resolved value into JSON, as the type says."""
        if isinstance(output, GraphQLNonNull):
            return _never_null(self._completer(output.of_type, nodes), nodes[0].name.value)
        if isinstance(output, GraphQLList):
            return _listed(self._completer(output.of_type, nodes))
        if is_leaf_type(output):
            return _leaf(output)
        selections = _selections(nodes)
        if is_abstract_type(output):
            return _of_some_type(self._by_type(output, selections))
        return _of_one_type(self.object(_object(output), selections))

    def _resolver(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Read:
        known = parent.fields[nodes[0].name.value]
        resolve, info, given = known.resolve, self._info(parent, known, nodes), _arguments(known, nodes[0])
        if resolve is None:
            raise LookupError(f"Nothing answers {parent.name}.{nodes[0].name.value}.")
        if not given:
            return lambda source: resolve(source, info)
        return lambda source: resolve(source, info, **given)

    def _info(
        self, parent: GraphQLObjectType, known: GraphQLField, nodes: list[FieldNode]
    ) -> GraphQLResolveInfo[Request]:
        name = nodes[0].name.value
        values: dict[str, Any] = dict.fromkeys(GraphQLResolveInfo._fields)
        values |= {
            "field_name": name,
            "field_nodes": nodes,
            "return_type": known.type,
            "parent_type": parent,
            "path": Path(None, name, parent.name),
            "schema": self.schema,
            "fragments": self.query.fragments,
            "operation": self.query.operation,
            "context": self.request,
        }
        return GraphQLResolveInfo(**values)

    def _collected(
        self, kind: GraphQLObjectType, selections: list[SelectionSetNode]
    ) -> dict[str, list[FieldNode]]:
        """Return the fields that are for this type by their key in the answer, in the order of the query."""
        found: dict[str, list[FieldNode]] = {}
        for each in selections:
            self._collect(kind, each, found)
        return found

    def _collect(
        self, kind: GraphQLObjectType, selections: SelectionSetNode, found: dict[str, list[FieldNode]]
    ) -> None:
        for node in selections.selections:
            if not _wanted(node):
                continue
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
                continue
            condition, selected = selection_of(node, self.query.fragments)
            if condition is None or self._is(kind, condition):
                self._collect(kind, selected, found)

    def _is(self, kind: GraphQLObjectType, name: str) -> bool:
        known = self.schema.get_type(name)
        return known is kind or (is_abstract_type(known) and self.schema.is_sub_type(known, kind))

    def _named(self, node: FieldNode, name: str) -> list[FieldNode]:
        if node.selection_set is None:
            return []
        fields = fields_of(node.selection_set, self.query.fragments)
        return [each for each in fields if each.name.value == name]


def _arguments(known: GraphQLField, node: FieldNode) -> Mapping[str, Any]:
    return get_argument_values(known, node)


def _selections(nodes: list[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _wanted(node: Any) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node)
    include = get_directive_values(GraphQLIncludeDirective, node)
    return not (skip and skip["if"]) and not (include and not include["if"])


def _object(kind: object) -> GraphQLObjectType:
    if not isinstance(kind, GraphQLObjectType):
        raise TypeError(f"{kind} is no object type.")
    return kind


def _list_of(output: GraphQLOutputType) -> GraphQLOutputType | None:
    inner = output.of_type if isinstance(output, GraphQLNonNull) else output
    return inner.of_type if isinstance(inner, GraphQLList) else None


def _page(value: object) -> Page:
    if isinstance(value, Exception):
        raise value
    if not isinstance(value, Page):
        raise GraphQLError("A connection of this query cannot be read page by page.")
    return value


def _constantly(value: str) -> Read:
    return lambda _source: value


def _after(first: Read, then: Read) -> Read:
    return lambda source: then(first(source))


def _through(resolve: Read, page: Callable[[Any, str | None], Page]) -> Callable[[Any, str | None], Page]:
    def beyond(source: object, after: str | None) -> Page:
        held = resolve(source)
        return Page([], [], more_after=False, more_before=False) if held is None else page(held, after)

    return beyond


def _never_null(complete: Read, name: str) -> Read:
    def read(value: object) -> object:
        if value is None:
            raise GraphQLError(f"Cannot return null for non-nullable field {name}.")
        return complete(value)

    return read


def _listed(complete: Read) -> Read:
    return lambda values: None if values is None else [complete(value) for value in values]


def _leaf(kind: GraphQLLeafType) -> Read:
    serialize = kind.serialize

    def read(value: object) -> object:
        if value is None:
            return None
        if isinstance(value, Exception):
            raise value
        return serialize(value)

    return read


def _of_one_type(reader: ObjectReader) -> Read:
    fields = reader.fields

    def read(value: object) -> object:
        if value is None:
            return None
        if isinstance(value, Exception):
            raise value
        return {key: each(value) for key, each in fields}

    return read


def _of_some_type(by_type: Callable[[str], ObjectReader]) -> Read:
    def read(value: object) -> object:
        if value is None:
            return None
        return by_type(TYPE_NAMES[type(value)]).row(value)

    return read
