"""The executable schema: SDL from the data files, every field bound to the state or to a resolver."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)

from muniment_sandbox.shopify.graphql.access import guarded
from muniment_sandbox.shopify.graphql.resolvers import TABLES, Resolver
from muniment_sandbox.shopify.graphql.resolvers.fields import iso
from muniment_sandbox.shopify.graphql.sources import TYPE_NAMES, source_of
from muniment_sandbox.shopify.state.totals import Totals

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ANSWERED_BY_MAPPINGS = re.compile(
    r"(Payload|Error|SplitResult|MergeResult)$|^(Suggested|MetafieldIdentifier$)"
)


def schema_text() -> str:
    """Return the SDL of everything this sandbox serves."""
    folder = files("muniment_sandbox.shopify") / "graphql" / "schema"
    parts = sorted(folder.iterdir(), key=lambda part: part.name)
    return "\n".join(part.read_text("utf-8") for part in parts if part.name.endswith(".graphql"))


@cache
def executable_schema() -> GraphQLSchema:
    """Return the schema with a resolver on every field; raises LookupError for a field that nothing
    answers.
    """
    schema = build_schema(schema_text())
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType):
            for field_name, field in kind.fields.items():
                field.resolve = guarded(name, field_name, field, _resolver_for(name, field_name, field))
        elif isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = _type_of
    return schema


def snake(camel: str) -> str:
    """Return ``displayFinancialStatus`` as ``display_financial_status``."""
    return _HUMP.sub("_", camel).lower()


def _type_of(value: object, *_: object) -> str:
    return TYPE_NAMES[type(value)]


def _resolver_for(type_name: str, field_name: str, field: GraphQLField) -> Resolver:
    declared: Mapping[str, Resolver] = TABLES.get(type_name, {})
    if field_name in declared:
        return declared[field_name]
    if _ANSWERED_BY_MAPPINGS.search(type_name):
        return _from_mapping(field_name)
    source = source_of(type_name)
    attribute = snake(field_name)
    if source is not None and _has(source, attribute):
        return _from_attribute(attribute, field)
    if type_name == "Order" and _has(Totals, attribute):
        return _from_attribute(f"totals.{attribute}", field)
    raise LookupError(f"Nothing answers {type_name}.{field_name}.")


def _has(source: type, attribute: str) -> bool:
    names = {each.name for each in dataclasses.fields(source)} if dataclasses.is_dataclass(source) else set()
    return attribute in names or hasattr(source, attribute)


def _from_mapping(key: str) -> Resolver:
    def resolve(source: Mapping[str, object], _info: object) -> object:
        return source.get(key)

    return resolve


def _from_attribute(path: str, field: GraphQLField) -> Resolver:
    get: Callable[[Any], object] = attrgetter(path)
    if get_named_type(field.type).name == "DateTime":

        def resolve_moment(source: object, _info: object, **_args: object) -> object:
            return iso(get(source))

        return resolve_moment

    def resolve(source: object, _info: object, **_args: object) -> object:
        return get(source)

    return resolve
