"""The body of ``bulk_operations/finish``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.shopify.hooks.rest_values import Body, local
from muniment_sandbox.shopify.state.bulk_operations import BulkOperation
from muniment_sandbox.shopify.state.ledger import Ledger


def _finished(operation: BulkOperation, books: Ledger) -> Body:
    zone = books.merchant.timezone
    return {
        "admin_graphql_api_id": operation.id,
        "completed_at": local(operation.completed_at, zone),
        "created_at": local(operation.created_at, zone),
        "error_code": operation.error_code.lower() if operation.error_code else None,
        "status": operation.stage.lower(),
        "type": operation.type.lower(),
    }


BULK_BODIES: Mapping[str, Callable[[Any, Ledger], Body]] = {"bulk_operations/finish": _finished}
