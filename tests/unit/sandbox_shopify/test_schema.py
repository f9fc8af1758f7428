"""The served schema is a true part of Shopify's 2026-10, and every field of it is answered."""

from __future__ import annotations

import gzip
import json
from functools import cache

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_client_schema,
    is_specified_scalar_type,
)

from muniment_sandbox.shopify.graphql.schema import executable_schema, snake
from muniment_sandbox.shopify.state.subscriptions import header_topics
from tests.reference import ADMIN_SCHEMA, needs_admin_schema


@cache
def real_schema() -> GraphQLSchema:
    introspection = json.loads(gzip.decompress(ADMIN_SCHEMA.read_bytes()))
    return build_client_schema(introspection.get("data", introspection), assume_valid=True)


def test_every_field_has_a_resolver() -> None:
    for kind in executable_schema().type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            assert all(field.resolve for field in kind.fields.values()), kind.name


def test_names_are_translated_hump_by_hump() -> None:
    assert snake("discountedUnitPriceAfterAllDiscountsSet") == "discounted_unit_price_after_all_discounts_set"
    assert snake("countryCodeV2") == "country_code_v2"


def test_every_topic_has_its_header_form() -> None:
    topics = executable_schema().type_map["WebhookSubscriptionTopic"]
    assert isinstance(topics, GraphQLEnumType)
    assert set(header_topics()) == set(topics.values)
    assert header_topics()["ORDER_TRANSACTIONS_CREATE"] == "order_transactions/create"
    assert header_topics()["CUSTOMER_TAGS_ADDED"] == "customer.tags_added"


@needs_admin_schema
def test_every_type_exists_and_is_of_the_same_kind() -> None:
    theirs = real_schema().type_map
    for name, kind in executable_schema().type_map.items():
        if not name.startswith("__") and not is_specified_scalar_type(kind):
            assert name in theirs, name
            assert type(kind).__name__ == type(theirs[name]).__name__, name


@needs_admin_schema
def test_fields_arguments_and_nullability_are_the_same() -> None:
    theirs = real_schema().type_map
    for name, kind in executable_schema().type_map.items():
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        real = theirs[name]
        assert isinstance(real, GraphQLObjectType | GraphQLInterfaceType)
        assert {each.name for each in kind.interfaces} <= {each.name for each in real.interfaces}, name
        for field_name, field in kind.fields.items():
            assert field_name in real.fields, f"{name}.{field_name}"
            assert str(field.type) == str(real.fields[field_name].type), f"{name}.{field_name}"
            for argument, ours in field.args.items():
                known = real.fields[field_name].args[argument]
                assert str(ours.type) == str(known.type), f"{name}.{field_name}({argument})"
                assert ours.default_value == known.default_value, f"{name}.{field_name}({argument})"
            required = {
                arg for arg, known in real.fields[field_name].args.items() if str(known.type).endswith("!")
            }
            assert required <= set(field.args), f"{name}.{field_name} needs {required}"


@needs_admin_schema
def test_enums_unions_and_inputs_are_parts_of_the_real_ones() -> None:
    theirs = real_schema().type_map
    for name, kind in executable_schema().type_map.items():
        real = theirs.get(name)
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLEnumType) and isinstance(real, GraphQLEnumType):
            assert set(kind.values) == set(real.values), name
        if isinstance(kind, GraphQLUnionType) and isinstance(real, GraphQLUnionType):
            assert {each.name for each in kind.types} <= {each.name for each in real.types}, name
        if isinstance(kind, GraphQLInputObjectType) and isinstance(real, GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                assert str(field.type) == str(real.fields[field_name].type), f"{name}.{field_name}"
            required = {each for each, field in real.fields.items() if str(field.type).endswith("!")}
            assert required <= set(kind.fields), name
