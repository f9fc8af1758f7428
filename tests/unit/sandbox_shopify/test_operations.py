"""Each of the reference's 114 operations runs as it is written: within its scopes, at its cost."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.graphql.asking import Request
from tests.reference import REFERENCE, needs_admin_schema
from tests.unit.sandbox_shopify.snapshots import engine
from tests.unit.sandbox_shopify.stages import Stage, stage_for, variables_for

FOLDER = REFERENCE / "graphql"
EVERY = sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.graphql"))
INNER = {
    "bulk/inner_companies_backfill",
    "bulk/inner_customers_consent_backfill",
    "bulk/inner_orders_backfill",
}
"""These are no operations of their own: a bulk operation runs them."""
OPERATIONS = [each for each in EVERY if each not in INNER]
# What these need is the scope of the object or of the topic they name; the table of the reference says so.
# Of a file's alternatives (read_files, read_products, read_orders, …) the table names read_orders.
NAMED_BY_THEIR_OBJECT = {
    "content/file_create": {"read_files", "write_files"},
    "content/file_update": {"read_files", "write_files"},
    "content/files_search": {"read_files"},
    "content/product_media": {"read_products"},
    "content/product_set_files": {"read_products", "write_products"},
    "content/product_update_media": {"read_products", "write_products"},
    "orders/metafields_delete": {"write_products"},
    "orders/metafields_set": {"write_orders"},
    "orders/refund_create": {"read_orders", "write_orders"},
    "orders/tags_add": {"write_orders"},
    "orders/tags_remove": {"write_orders"},
}


def run(operation: str, scopes: frozenset[str] | None = None) -> Any:
    """Run an operation with its sample on a stage of its own; return the whole answer."""
    stage, ids = stage_for(operation)
    return run_on(stage, operation, ids, scopes)


def run_on(
    stage: Stage, operation: str, ids: dict[str, str], scopes: frozenset[str] | None = None
) -> dict[str, Any]:
    """Run an operation with its sample on a stage; return the whole answer."""
    query = (FOLDER / f"{operation}.graphql").read_text()
    samples = json.loads((FOLDER / "sample_variables.json").read_text())
    variables = variables_for(stage, operation, query, samples, ids)
    generous = Bucket(1_000_000, 1_000_000)
    return engine().answer(Request(stage.shop, "2026-10", scopes), query, variables, None, generous)


def is_mutation(operation: str) -> bool:
    return re.match(r"(#.*\s+)*mutation\b", (FOLDER / f"{operation}.graphql").read_text()) is not None


@needs_admin_schema
@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation_is_answered_without_an_error(operation: str) -> None:
    answer = run(operation)
    assert "errors" not in answer, answer["errors"]
    for name, value in answer["data"].items():
        assert value is not None, name
        errors = [each for key, each in value.items() if key.endswith("Errors")] if is_object(value) else []
        assert errors in ([], [[]])
    cost, ceiling = answer["extensions"]["cost"], table()[operation][0]
    assert cost["actualQueryCost"] <= cost["requestedQueryCost"] <= ceiling <= 1_000
    assert ceiling - cost["requestedQueryCost"] <= 1  # the reference counts a mutation's payload as an object


@needs_admin_schema
@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation_needs_the_scopes_of_the_reference(operation: str) -> None:
    needed = table()[operation][1]
    assert "errors" not in run(operation, frozenset(needed))
    for scope in needed:
        fewer = needed - {scope, scope.replace("read_", "write_")}
        codes = {error["extensions"]["code"] for error in run(operation, frozenset(fewer)).get("errors", ())}
        assert codes == {"ACCESS_DENIED"}, scope


@needs_admin_schema
def test_no_operation_is_left_out() -> None:
    assert len(EVERY) == 114
    assert set(EVERY) >= INNER


@needs_admin_schema
@pytest.mark.parametrize("operation", sorted(INNER))
def test_inner_queries_run_as_bulk_operations(operation: str) -> None:
    stage, _ = stage_for("bulk/bulk_operation_run_query")
    query = (FOLDER / "bulk" / "bulk_operation_run_query.graphql").read_text()
    variables = {"query": (FOLDER / f"{operation}.graphql").read_text()}
    generous = Bucket(1_000_000, 1_000_000)
    answer = engine().answer(Request(stage.shop, "2026-10"), query, variables, None, generous)
    assert answer["data"]["bulkOperationRunQuery"]["userErrors"] == []


def is_object(value: object) -> bool:
    return isinstance(value, dict)


@cache
def table() -> dict[str, tuple[int, set[str]]]:
    """Return cost and scopes of each operation from the table of the reference."""
    text = Path(FOLDER / "README.md").read_text()
    rows = re.findall(r"^\| `(\S+)\.graphql` \| (\d+) \| ([^|]*) \|", text, re.MULTILINE)
    return {
        name: (int(cost), NAMED_BY_THEIR_OBJECT.get(name, set(re.findall(r"\b(?:read|write)_\w+", scopes))))
        for name, cost, scopes in rows
    }
