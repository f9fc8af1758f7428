"""Bulk operations: asking for one, looking how far it is, cancelling it."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.bulk.rules import read_bulk_query
from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import Key
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, found
from muniment_sandbox.shopify.graphql.search import Terms
from muniment_sandbox.shopify.state.bulk_operations import BulkOperation
from muniment_sandbox.shopify.state.ledger import NotPossible


def _newest_first(moment: Any, operation: BulkOperation) -> Key:
    return (-int(moment.timestamp()) if moment else 0, -operation.number)


_PLACES: Places[BulkOperation] = {
    "CREATED_AT": lambda operation: _newest_first(operation.created_at, operation),
    "COMPLETED_AT": lambda operation: _newest_first(operation.completed_at, operation),
}


def _run(_root: object, info: Info, query: str, groupObjects: bool) -> object:  # noqa: N803 - the API's name
    request = info.context
    checked = read_bulk_query(info.schema, query)
    if isinstance(checked, list):
        errors = [{"field": ["query"], "message": message, "code": "INVALID"} for message in checked]
        return {"bulkOperation": None, "userErrors": errors}
    try:
        made = request.shop.begin_bulk(
            query, group_objects=groupObjects, api_version=request.api_version, scopes=request.scopes
        )
    except NotPossible as refused:
        error = {"field": refused.field, "message": str(refused), "code": refused.code}
        return {"bulkOperation": None, "userErrors": [error]}
    return {"bulkOperation": made, "userErrors": []}


def _cancel(_root: object, info: Info, id: str) -> object:
    shop = shop_of(info)
    operation = shop.get(BulkOperation, id)
    if operation is None:
        error = {"field": ["id"], "message": "Bulk operation does not exist"}
        return {"bulkOperation": None, "userErrors": [error]}
    try:
        shop.cancel_bulk(operation)
    except NotPossible as refused:
        return {"bulkOperation": operation, "userErrors": [{"field": None, "message": str(refused)}]}
    return {"bulkOperation": operation, "userErrors": []}


def _one(_root: object, info: Info, id: str) -> object:
    return shop_of(info).get(BulkOperation, id)


def _all(_root: object, info: Info, **args: Any) -> object:
    now = shop_of(info).clock.now()
    terms: Terms[BulkOperation] = {
        "created_at": lambda operation: operation.created_at,
        "completed_at": lambda operation: operation.completed_at,
        "id": lambda operation: str(operation.number),
        "operation_type": lambda operation: operation.type.lower(),
        "status": lambda operation: operation.status_at(now).lower(),
    }
    return found(info, args, shop_of(info).all_of(BulkOperation), terms, _PLACES)


def _current(_root: object, info: Info, type: str = "QUERY") -> object:
    known = [each for each in shop_of(info).all_of(BulkOperation) if each.type == type]
    return known[-1] if known else None


def _status(operation: BulkOperation, info: Info) -> str:
    return operation.status_at(shop_of(info).clock.now())


def _url(operation: BulkOperation, info: Info) -> str | None:
    return _link(operation, info) if operation.stage == "COMPLETED" else None


def _partial_url(operation: BulkOperation, info: Info) -> str | None:
    return _link(operation, info) if operation.stage == "FAILED" and operation.result_bytes else None


def _link(operation: BulkOperation, info: Info) -> str | None:
    if not operation.kept_at(shop_of(info).clock.now()):
        return None
    return f"{info.context.origin}/bulk/{operation.file_name}?key={operation.key}"


FIELDS: Fields = {
    "QueryRoot": {"bulkOperation": _one, "bulkOperations": _all, "currentBulkOperation": _current},
    "Mutation": {"bulkOperationRunQuery": _run, "bulkOperationCancel": _cancel},
    "BulkOperation": {"partialDataUrl": _partial_url, "status": _status, "url": _url},
}
