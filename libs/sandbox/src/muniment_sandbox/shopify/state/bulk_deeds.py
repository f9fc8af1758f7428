"""What can happen to bulk operations. Source: https://shopify.dev/docs/api/usage/bulk-operations/queries"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from muniment_sandbox.shopify.state.bulk_operations import BulkOperation
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible

_AT_ONCE = 5


class BulkDeeds(Ledger):
    """The shop's bulk operations. Methods raise NotPossible where Shopify would refuse."""

    def begin_bulk(
        self, query: str, *, group_objects: bool, api_version: str, scopes: Iterable[str] | None
    ) -> BulkOperation:
        """Note that the rows of a checked query are wanted; whoever serves the shop runs it."""
        waiting = [each.id for each in self.all_of(BulkOperation) if each.unfinished]
        if len(waiting) >= _AT_ONCE:
            message = (
                f"A bulk query operation for this app and shop is already in progress: {', '.join(waiting)}."
            )
            raise NotPossible(message, code="OPERATION_IN_PROGRESS")
        with self.action():
            return self.register(
                BulkOperation(
                    number=self.numbers.next("BulkOperation"),
                    query=query,
                    group_objects=group_objects,
                    api_version=api_version,
                    scopes=None if scopes is None else tuple(sorted(scopes)),
                    key=secrets.token_hex(16),
                    created_at=self.clock.now(),
                )
            )

    def run_bulk(self, operation: BulkOperation) -> None:
        """Say that its rows are being written, from the first one on."""
        with self.action():
            operation.stage = "RUNNING"
            operation.objects = operation.root_objects = 0

    def cancel_bulk(self, operation: BulkOperation) -> None:
        """Ask for its end; it ends at the next row."""
        if not operation.unfinished:
            status = operation.status_at(self.clock.now()).lower()
            raise NotPossible(f"A bulk operation cannot be canceled when it is {status}")
        with self.action():
            operation.stage = "CANCELING"

    def end_bulk(
        self, operation: BulkOperation, stage: str, *, result_bytes: int, error_code: str | None = None
    ) -> None:
        """End it, COMPLETED, FAILED or CANCELED: ``bulk_operations/finish``."""
        with self.action():
            operation.stage, operation.error_code = stage, error_code
            operation.result_bytes = result_bytes
            operation.ended_at = self.clock.now()
            self.announce(operation, "bulk_operations/finish")
