"""Answers a GraphQL request: parse, validate, weigh, execute, report the cost, in Shopify's shape."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    execute_sync,
    parse,
    validate,
)

from muniment_sandbox.shopify.costs import MAX_QUERY_COST, Bucket, FieldCost, actual_cost, requested_cost
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.graphql.schema import executable_schema

_KEPT_DOCUMENTS = 256
_KEPT_COSTS = 64
_THROTTLED = {
    "message": "Throttled",
    "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed and validated once; ``errors`` are what is wrong with it.

    ``costs`` remembers what it costs with which page sizes: only whole numbers among the variables matter.
    """

    document: DocumentNode | None
    errors: list[dict[str, Any]]
    costs: dict[Hashable, tuple[int, list[FieldCost]]] = field(default_factory=dict)


class Engine:
    """Executes documents; keeps the parsed ones, so that a repeated operation costs only its execution."""

    def __init__(self) -> None:
        self._schema = executable_schema()
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()

    def answer(
        self,
        request: Request,
        query: str,
        variables: Mapping[str, Any],
        operation_name: str | None,
        bucket: Bucket,
        *,
        debug_cost: bool = False,
    ) -> dict[str, Any]:
        """Return the body of the answer; always one that goes out with HTTP 200."""
        prepared = self._prepare(query)
        if prepared.document is None:
            return {"errors": prepared.errors}
        operation = _operation(prepared.document, operation_name)
        if operation is None:
            return {"errors": [{"message": f"No operation named {operation_name!r}"}]}
        asked, fields = self._weigh(prepared, prepared.document, operation, variables)
        if asked > MAX_QUERY_COST:
            return {"errors": [_too_dear(asked)], "extensions": _cost(asked, None, bucket)}
        if not bucket.take(asked):
            return {"errors": [_THROTTLED], "extensions": _cost(asked, None, bucket)}
        request.shop.catch_up()
        result = execute_sync(
            self._schema,
            prepared.document,
            context_value=request,
            variable_values=dict(variables),
            operation_name=operation_name,
        )
        spent = _spent(result, operation, asked)
        bucket.give_back(asked - spent)
        return _body(result, request, _cost(asked, spent, bucket, fields if debug_cost else None))

    def _weigh(
        self,
        prepared: Prepared,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> tuple[int, list[FieldCost]]:
        sizes = {name: value for name, value in variables.items() if isinstance(value, int)}
        key = (operation.name.value if operation.name else None, tuple(sorted(sizes.items())))
        if key not in prepared.costs:
            if len(prepared.costs) >= _KEPT_COSTS:
                prepared.costs.clear()
            prepared.costs[key] = requested_cost(self._schema, document, operation, variables)
        return prepared.costs[key]

    def _prepare(self, query: str) -> Prepared:
        known = self._prepared.get(query)
        if known is None:
            known = self._read(query)
            self._prepared[query] = known
            if len(self._prepared) > _KEPT_DOCUMENTS:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(query)
        return known

    def _read(self, query: str) -> Prepared:
        try:
            document = parse(query)
        except GraphQLSyntaxError as error:
            return Prepared(None, [_formatted(error)])
        errors = validate(self._schema, document)
        return Prepared(None if errors else document, [_formatted(error) for error in errors])


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is None:
        return operations[0] if len(operations) == 1 else None
    return next((each for each in operations if each.name and each.name.value == name), None)


def _spent(result: ExecutionResult, operation: OperationDefinitionNode, asked: int) -> int:
    if not result.data:
        return min(asked, 1)
    base = 10 if operation.operation.value == "mutation" else 0
    return min(asked, base + sum(actual_cost(value) for value in result.data.values()))


def _body(result: ExecutionResult, request: Request, extensions: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if result.data is not None or not result.errors:
        body["data"] = result.data
    if result.errors:
        body["errors"] = [_formatted(error) for error in result.errors]
    if request.search_warnings:
        extensions["search"] = request.search_warnings
    return body | {"extensions": extensions}


def _cost(
    asked: int, spent: int | None, bucket: Bucket, fields: list[FieldCost] | None = None
) -> dict[str, Any]:
    cost: dict[str, Any] = {
        "requestedQueryCost": asked,
        "actualQueryCost": spent,
        "throttleStatus": bucket.status(),
    }
    if fields is not None:
        cost["fields"] = [
            {"path": list(field.path), "requestedTotalCost": field.requested} for field in fields
        ]
    return {"cost": cost}


def _too_dear(asked: int) -> dict[str, Any]:
    return {
        "message": f"Query cost is {asked}, which exceeds the single query max cost limit {MAX_QUERY_COST}",
        "extensions": {"code": "MAX_COST_EXCEEDED", "cost": asked, "maxCost": MAX_QUERY_COST},
    }


def _formatted(error: GraphQLError) -> dict[str, Any]:
    return dict(error.formatted)
