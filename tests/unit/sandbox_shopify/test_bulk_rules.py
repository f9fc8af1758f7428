"""What a bulk query may not ask for, in the words that the real shop says it with."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_sandbox.shopify.bulk.rules import MAX_QUERY_BYTES
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.bulk_operations import BulkOperation
from muniment_sandbox.shopify.state.shop import Shop
from tests.reference import REFERENCE, needs_admin_schema
from tests.unit.sandbox_shopify.snapshots import data

RUN = """mutation Run($query: String!) { bulkOperationRunQuery(query: $query) {
  bulkOperation { id status type createdAt objectCount url } userErrors { field message code } } }"""
PLAIN = "{ orders { edges { node { id } } } }"
BY_NODES = (
    "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: "
    "'orders { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: "
)
REFUSED = {
    "{ orders { nodes { id } } }": [BY_NODES + "'orders'."],
    "{ orders { nodes { id } } customers { nodes { id } } }": [BY_NODES + "'orders', 'customers'."],
    '{ node(id: "gid://shopify/Order/0") { id } }': [
        "Bulk queries cannot contain a top level `node` field.",
        "Bulk queries must contain at least one connection.",
    ],
    "{ shop { name } }": ["Bulk queries must contain at least one connection."],
    """{ orders { edges { node { id fulfillmentOrders { edges { node { id fulfillments { edges { node { id
         fulfillmentLineItems { edges { node { id } } } } } } } } } } } } }""": [
        "Bulk queries cannot contain connections with a nesting depth greater than 2."
    ],
    """{ orders { edges { node { id
         a: lineItems { edges { node { id } } } b: lineItems { edges { node { id } } }
         c: lineItems { edges { node { id } } } d: lineItems { edges { node { id } } }
         e: lineItems { edges { node { id } } } } } } }""": [
        "Bulk queries cannot contain more than 5 connections."
    ],
    "{ orders { edges { node { name lineItems { edges { node { id } } } } } } }": [
        "The parent 'node' field for a nested connection must select the 'id' field without an alias and "
        "must be of 'ID' return type. Connection fields without 'id': orders."
    ],
    "{ orders { edges { node { key: id lineItems { edges { node { id } } } } } } }": [
        "The parent 'node' field for a nested connection must select the 'id' field without an alias and "
        "must be of 'ID' return type. Connection fields without 'id': orders."
    ],
    "{ orders { edges { node { id fulfillments { events { edges { node { id } } } } } } } }": [
        "Queries that contain a connection field within a list field are not currently supported."
    ],
    'mutation { orderClose(input: {id: "gid://shopify/Order/1"}) { order { id } } }': [
        "Invalid operation type. Only `query` operations are supported."
    ],
    "": ["Invalid bulk query: syntax error, unexpected end of file"],
    "{ orders { edges { node { colour } } } }": [
        "Invalid bulk query: Cannot query field 'colour' on type 'Order'."
    ],
    "{ orders { edges { node { id } } } customers { edges { node { id } } } }": [
        "Bulk queries must select exactly one top level field."
    ],
    "query Q($q: String) { orders(query: $q) { edges { node { id } } } }": [
        "Invalid bulk query: variables cannot be used."
    ],
}


@pytest.fixture
def shop() -> Shop:
    return seeded_shop("empty")


def run(shop: Shop, query: str) -> Any:
    return data(shop, RUN, query=query)["bulkOperationRunQuery"]


@pytest.mark.parametrize("query", sorted(REFUSED))
def test_a_query_against_the_rules_is_refused_in_shopifys_words(shop: Shop, query: str) -> None:
    errors = [{"field": ["query"], "message": each, "code": "INVALID"} for each in REFUSED[query]]
    assert run(shop, query) == {"bulkOperation": None, "userErrors": errors}
    assert shop.all_of(BulkOperation) == []


def test_a_query_is_measured_in_bytes(shop: Shop) -> None:
    fits = PLAIN + "#" + "é" * ((MAX_QUERY_BYTES - len(PLAIN) - 1) // 2)
    fits += "x" * (MAX_QUERY_BYTES - len(fits.encode()))
    assert run(shop, fits)["userErrors"] == []
    message = f"Query is too large ({MAX_QUERY_BYTES + 1} bytes; maximum is {MAX_QUERY_BYTES} bytes)"
    assert run(shop, fits + "x")["userErrors"][0]["message"] == message


@pytest.mark.parametrize(
    "query",
    [
        PLAIN,
        "#graphql\n" + PLAIN,
        "query Named { orders(first: 3) { pageInfo { hasNextPage } edges { cursor node { id } } } }",
        """query { orders { edges { node { ...Whole } } } }
           fragment Whole on Order { id lineItems { edges { node { id } } } }""",
        """{ companies { edges { node { id locations { edges { node { id } } }
             contacts { edges { node { id roleAssignments { edges { node { id } } } } } } } } } }""",
    ],
)
def test_a_query_within_the_rules_begins(shop: Shop, query: str) -> None:
    answer = run(shop, query)
    assert answer["userErrors"] == []
    begun = answer["bulkOperation"]
    assert (begun["status"], begun["type"], begun["objectCount"], begun["url"]) == (
        "CREATED",
        "QUERY",
        "0",
        None,
    )


@needs_admin_schema
@pytest.mark.parametrize("name", ["orders", "customers_consent", "companies"])
def test_the_queries_of_the_reference_are_within_the_rules(shop: Shop, name: str) -> None:
    text = (REFERENCE / "graphql" / "bulk" / f"inner_{name}_backfill.graphql").read_text()
    assert run(shop, text)["userErrors"] == []


def test_five_run_at_once_and_a_sixth_is_told_which(shop: Shop) -> None:
    ids = [run(shop, PLAIN)["bulkOperation"]["id"] for _ in range(5)]
    refused = run(shop, PLAIN)
    assert refused["bulkOperation"] is None
    assert refused["userErrors"] == [
        {
            "field": None,
            "message": "A bulk query operation for this app and shop is already in progress: "
            f"{', '.join(ids)}.",
            "code": "OPERATION_IN_PROGRESS",
        }
    ]
    ended = shop.get(BulkOperation, ids[0])
    assert ended is not None
    shop.end_bulk(ended, "COMPLETED", result_bytes=0)
    assert run(shop, PLAIN)["userErrors"] == []
